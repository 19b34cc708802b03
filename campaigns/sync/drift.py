"""Drift: what TikTok holds otherwise than wanted, and not because a push of ours is still on its way. Reads rows only."""

from dataclasses import dataclass
from typing import Any

from campaigns.contract.shape import join_path, read_members
from campaigns.models import Ad, Campaign, Picture, Push, Thing
from campaigns.sync.canonical import find_differences
from campaigns.sync.plan import compose_body, list_addresses


@dataclass(frozen=True, slots=True)
class Drift:
    """One member of one object. `path` counts from the tree's root: `adgroups/0/budget`."""

    path: str
    label: str
    wanted: Any
    remote: Any


def find_drift(campaign: Campaign) -> tuple[Drift, ...]:
    """The drift of a tree that exists at TikTok; objects with an open push are left out, they are about to change."""
    pushes = Push.objects.filter(launch__campaign=campaign) | Push.objects.filter(campaign=campaign)
    pushes = (
        pushes
        | Push.objects.filter(adgroup__campaign=campaign)
        | Push.objects.filter(ad__adgroup__campaign=campaign)
    )
    rows = pushes.exclude(state=Push.State.DONE).values_list("campaign_id", "adgroup_id", "ad_id")
    busy = {
        (column, pk)
        for row in rows
        for column, pk in zip(("campaign", "adgroup", "ad"), row, strict=True)
        if pk
    }
    found = [] if ("campaign", campaign.pk) in busy else _compare(campaign, "")
    for index, group in enumerate(campaign.adgroups.all()):
        path = f"adgroups/{index}"
        found += [] if ("adgroup", group.pk) in busy else _compare(group, path)
        for place, ad in enumerate(group.ads.all()):
            found += [] if ("ad", ad.pk) in busy else _compare(ad, f"{path}/ads/{place}")
    return tuple(found)


def _compare(thing: Thing, path: str) -> list[Drift]:
    if thing.remote is None or thing.remote_id is None:
        return []
    if thing.is_removed:
        return [Drift(path, thing.label, "there", "gone")]
    members = read_members(thing.level, thing.wanted).values
    addresses = list_addresses(members) if isinstance(thing, Ad) else []
    pictures = {
        **dict.fromkeys(addresses, ""),
        **dict(Picture.objects.filter(address__in=addresses).values_list("address", "image_id")),
    }
    body = compose_body(level=thing.level, members=members, pictures=pictures)
    differences = find_differences(level=thing.level, wanted=body, remote=thing.remote)
    found = [Drift(join_path(path, item.path), thing.label, item.wanted, item.remote) for item in differences]
    if thing.operation_status != thing.wanted_switch:
        found.append(
            Drift(
                join_path(path, "operation_status"), thing.label, thing.wanted_switch, thing.operation_status
            )
        )
    return found
