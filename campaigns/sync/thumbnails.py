"""Fetching small pictures of videos, pictures and posts: only those that somebody looks for, from addresses TikTok gave.

The addresses live for an hour or so, so they are asked for anew before each fetch and never kept. They are judged like
a webhook's: public ones over https, unless the whole remote is on this machine. Nothing is fetched inside a transaction.
"""

import logging
import time
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db.models import Sum

from campaigns.models import Advertiser, Post, Thumbnail
from campaigns.notices.addresses import Forbidden, find_objection, open_guarded_session
from campaigns.sync import outbox
from campaigns.sync.gateway import Gateway, Road
from campaigns.tiktok.errors import TikTokError

log = logging.getLogger(__name__)

TASK = "campaigns.tasks.fetch_thumbnails"
AT_ONCE = 60  # of one task: as many videos as one call describes (platform 6.1)
LEASE = timedelta(seconds=60)  # of a worker that fetches
AGAIN = timedelta(hours=1)  # after one that could not be fetched; TikTok's addresses are new by then
LARGEST = 512 * 1024  # bytes of one picture: a cover of 1080 × 1920 is about half of it
SHELF = 64 * 1024**2  # bytes an account keeps; the oldest go first
PATIENCE = 15.0  # seconds for one picture, all in all
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MEDIA = {"videos": ("video", "video_id", "video_cover_url"), "pictures": ("image", "image_id", "image_url")}


class Unfit(Exception):
    """What came is no picture that we keep; the text says why."""


def want_thumbnails(
    advertiser: Advertiser, kind: str, keys: Collection[str], *, now: datetime
) -> dict[str, int]:
    """Our ids of the pictures that are here, by key; asks a worker for those that are not and may be fetched."""
    rows = list(
        Thumbnail.objects.filter(advertiser=advertiser, kind=kind, key__in=keys).values_list(
            "key", "pk", "size", "not_before"
        )
    )
    known = {key for key, *_ in rows}
    new = [
        Thumbnail(advertiser=advertiser, kind=kind, key=key, not_before=now)
        for key in keys
        if key not in known
    ]
    if new:
        Thumbnail.objects.bulk_create(new, ignore_conflicts=True)
    if new or any(not size and not_before <= now for _, _, size, not_before in rows):
        outbox.send_messages(TASK, [advertiser.pk])
    return {key: pk for key, pk, size, _ in rows if size}


def count_pending(advertiser: Advertiser, kind: str, keys: Collection[str]) -> int:
    """How many are still to come: neither here nor given up for the hour."""
    rows = Thumbnail.objects.filter(advertiser=advertiser, kind=kind, key__in=keys, size=0, error="")
    return rows.count()


def fetch_thumbnails(advertiser_pk: int, road: Road, *, now: datetime, shelf: int = SHELF) -> int:
    """Fetches what is wanted of an account; returns how many came. What went wrong stands on its row.

    `shelf` is how many bytes the account keeps.
    """
    due = Thumbnail.objects.filter(advertiser=advertiser_pk, size=0, not_before__lte=now)
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    claimed = [pk for pk in ids if due.filter(pk=pk).update(not_before=now + LEASE, error="")]
    if not claimed:
        return 0
    advertiser = Advertiser.objects.select_related("connection").get(pk=advertiser_pk)
    gateway = Gateway(advertiser, road)
    came = 0
    for kind in ("videos", "pictures", "posts"):
        rows = {row.key: row for row in Thumbnail.objects.filter(pk__in=claimed, kind=kind).defer("content")}
        if rows:
            came += _fetch_kind(gateway, kind, rows, now)
    _trim(advertiser, shelf)
    return came


def _fetch_kind(gateway: Gateway, kind: str, rows: Mapping[str, Thumbnail], now: datetime) -> int:
    came = 0
    try:
        addresses = dict(_find_addresses(gateway, kind, list(rows)))
    except TikTokError as error:
        log.warning("no addresses of %s: %s", kind, error.message)
        _give_up(rows.values(), error.message, now)
        return 0
    for key, row in rows.items():
        try:
            content, content_type = fetch_picture(addresses.get(key) or "")
        except Unfit as error:
            _give_up([row], str(error), now)
            continue
        Thumbnail.objects.filter(pk=row.pk).update(
            content=content, content_type=content_type, size=len(content), fetched_at=now, error=""
        )
        came += 1
    return came


def _find_addresses(gateway: Gateway, kind: str, keys: list[str]) -> Iterator[tuple[str, str]]:
    if kind in _MEDIA:
        word, name, address = _MEDIA[kind]
        for row in gateway.find_media(word, keys):
            yield str(row.get(name)), str(row.get(address) or "")
        return
    for post in Post.objects.filter(advertiser=gateway.advertiser, item_id__in=keys):
        detail = gateway.find_post(post).get("video_detail") or {}
        yield post.item_id, str((detail.get("video_info") or {}).get("poster_url") or "")


def fetch_picture(address: str) -> tuple[bytes, str]:
    """A picture and its type as its own bytes tell. Raises Unfit."""
    inside = urlsplit(settings.TIKTOK_API_URL).hostname in LOOPBACK
    if not address:
        raise Unfit("TikTok gave no address")
    if objection := find_objection(address, inside=inside):
        raise Unfit(objection)
    timeout, until = settings.SMARTPLUS_HTTP_TIMEOUT, time.monotonic() + PATIENCE
    try:
        with (
            open_guarded_session(inside=inside) as session,
            session.get(
                address,
                headers={"User-Agent": "SmartPlusAdmin-Pictures/1", "Accept": "image/*"},
                timeout=(timeout, timeout),
                allow_redirects=False,  # a redirect leads where nobody judged
                stream=True,
            ) as answer,
        ):
            if answer.status_code != 200:
                raise Unfit(f"the address answered {answer.status_code}")
            content = b""
            for chunk in answer.iter_content(32 * 1024):
                content += chunk
                if len(content) > LARGEST or time.monotonic() > until:
                    raise Unfit("it is too large, or came too slowly")
            said = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    except Forbidden as error:
        raise Unfit(str(error)) from error
    except (requests.RequestException, OSError) as error:
        raise Unfit(f"no answer: {type(error).__name__}") from error
    found = read_type(content)
    if not found or not said.startswith("image/"):
        raise Unfit(f"it is no picture ({said or 'no type'})")
    return content, found


def read_type(content: bytes) -> str:
    """The type of a picture by its first bytes; "" for anything else, drawings with script in them among it."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def _give_up(rows: Collection[Thumbnail], why: str, now: datetime) -> None:
    ids = [row.pk for row in rows]
    Thumbnail.objects.filter(pk__in=ids).update(error=why[:200] or "refused", not_before=now + AGAIN)


def _trim(advertiser: Advertiser, shelf: int) -> None:
    """Lets the oldest go until the account keeps within its shelf; they are fetched again when looked for."""
    rows = Thumbnail.objects.filter(advertiser=advertiser, size__gt=0)
    over = (rows.aggregate(total=Sum("size"))["total"] or 0) - shelf
    gone: list[int] = []
    for pk, size in rows.order_by("fetched_at").values_list("pk", "size") if over > 0 else ():
        if over <= 0:
            break
        gone.append(pk)
        over -= size
    if gone:
        Thumbnail.objects.filter(pk__in=gone).delete()
