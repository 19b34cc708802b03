"""The body that an object should have at TikTok, made from its row: the same for looking, reading back and drift."""

from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.shape import read_members
from campaigns.models import Picture, Thing
from campaigns.sync.plan import compose_body, list_addresses


def compose_wanted(thing: Thing, pictures: Mapping[str, str]) -> dict[str, Any]:
    """The wanted members as TikTok takes them. A picture that the account does not hold has no id yet: ""."""
    members = read_members(thing.level, thing.wanted).values
    missing = dict.fromkeys(list_addresses(members), "") if thing.level is Level.AD else {}
    return compose_body(level=thing.level, members=members, pictures={**missing, **pictures})


def list_pictures(advertiser_id: int, things: Iterable[Thing]) -> dict[str, str]:
    """The image ids of all addresses that ads name, in the account they belong to. One query, or none."""
    addresses = {
        address
        for thing in things
        if thing.level is Level.AD
        for address in list_addresses(read_members(thing.level, thing.wanted).values)
    }
    if not addresses:
        return {}
    held = Picture.objects.filter(advertiser=advertiser_id, address__in=addresses)
    return dict(held.values_list("address", "image_id"))
