"""Pictures that ads name by their address: uploaded once per account, found again after a lost answer.

An upload costs nothing and is found again by its name, so it may be repeated; the name is made from the address.
"""

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from campaigns.contract.codes import DUPLICATE_FILE_NAME
from campaigns.models import Picture
from campaigns.sync.bodies import find_held
from campaigns.sync.gateway import Gateway
from campaigns.tiktok.errors import Meaning, TikTokError

NAME_LENGTH = 100  # platform 6.1


def find_pictures(gateway: Gateway, addresses: Iterable[str]) -> dict[str, str]:
    """The image id of each address, uploading what the account does not hold yet. Raises TikTokError."""
    wanted = list(dict.fromkeys(addresses))
    found = find_held(gateway.advertiser.pk, wanted)
    for address in wanted:
        if address not in found:
            found[address] = _upload(gateway, address)
    return found


def _upload(gateway: Gateway, address: str) -> str:
    name = _name(address)
    try:
        data = gateway.upload_picture(address, name).data
        image_id = str(data.get("image_id") or "")
    except TikTokError as error:
        if error.code != DUPLICATE_FILE_NAME:
            raise
        rows = gateway.list_pictures()
        image_id = next((str(row["image_id"]) for row in rows if row.get("file_name") == name), "")
    if not image_id:  # the library may only not list it yet; nothing was made that costs anything
        raise TikTokError(
            Meaning.UNSURE,
            f"the picture {address} was taken, but its id is not known yet",
            endpoint="file/image/ad/upload/",
        )
    Picture.objects.get_or_create(
        advertiser=gateway.advertiser, image_id=image_id, address=address, defaults={"name": name}
    )
    return image_id


def _name(address: str) -> str:
    """A file name that says what it is and is the same at every try."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:16]
    stem = urlsplit(address).path.rpartition("/")[2] or "picture"
    return f"{digest}-{stem}"[:NAME_LENGTH]
