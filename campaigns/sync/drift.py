"""Drift: what TikTok holds otherwise than wanted, and not because a push of ours is still on its way. Reads rows only."""

from dataclasses import dataclass
from typing import Any

from campaigns.contract.shape import join_path
from campaigns.models import Campaign, Push, Thing
from campaigns.sync.bodies import compose_wanted, list_pictures
from campaigns.sync.canonical import find_differences


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
    places: list[tuple[str, Thing]] = [("", campaign)]
    for index, group in enumerate(campaign.adgroups.all()):
        places.append((f"adgroups/{index}", group))
        places += [(f"adgroups/{index}/ads/{place}", ad) for place, ad in enumerate(group.ads.all())]
    pictures = list_pictures(campaign.advertiser_id, [thing for _, thing in places])
    found: list[Drift] = []
    for path, thing in places:
        if (thing.level.value, thing.pk) not in busy:
            found += _compare(thing, path, pictures)
    return tuple(found)


def _compare(thing: Thing, path: str, pictures: dict[str, str]) -> list[Drift]:
    if thing.remote is None or thing.remote_id is None:
        return []
    if thing.is_removed:
        return [Drift(path, thing.label, "there", "gone")]
    body = compose_wanted(thing, pictures)
    differences = find_differences(level=thing.level, wanted=body, remote=thing.remote)
    found = [Drift(join_path(path, item.path), thing.label, item.wanted, item.remote) for item in differences]
    if thing.operation_status != thing.wanted_switch:
        found.append(
            Drift(
                join_path(path, "operation_status"), thing.label, thing.wanted_switch, thing.operation_status
            )
        )
    return found
