"""The body that an object should have at TikTok, made from its row: the same for looking, reading back and drift."""

from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.shape import join_path, read_members
from campaigns.models import Campaign, Picture, Thing
from campaigns.models.prepared import Prepared, Several, number, text
from campaigns.sync.plan import FieldLine, Step, compose_body, list_addresses
from campaigns.sync.plan_update import plan_update


def compose_wanted(thing: Thing, pictures: Mapping[str, str]) -> dict[str, Any]:
    """The wanted members as TikTok takes them. A picture that the account does not hold has no id yet: ""."""
    members = read_members(thing.level, thing.wanted).values
    missing = dict.fromkeys(list_addresses(members), "") if thing.level is Level.AD else {}
    return compose_body(level=thing.level, members=members, pictures={**missing, **pictures})


def plan_changes(campaign: Campaign) -> tuple[Step, ...]:
    """The calls that would make what exists at TikTok equal to what is wanted. `campaign` has its tree prefetched."""
    places = list(_list_places(campaign))
    pictures = list_pictures(campaign.advertiser_id, [thing for _, thing in places])
    steps = []
    for path, thing in places:
        if not thing.remote_id or thing.is_removed:
            continue
        held = thing.remote or {}
        update = plan_update(level=thing.level, wanted=compose_wanted(thing, pictures), remote=held)
        if update is not None:
            steps.append(_step(thing, path, f"/{update.endpoint}", update.members, held))
        if thing.operation_status != thing.wanted_switch:
            status = {"operation_status": thing.wanted_switch}
            steps.append(_step(thing, path, f"/smart_plus/{thing.level}/status/update/", status, held))
    return tuple(steps)


def _list_places(campaign: Campaign) -> Iterable[tuple[str, Thing]]:
    yield "", campaign
    for index, group in enumerate(campaign.adgroups.all()):
        yield f"adgroups/{index}", group
        for place, ad in enumerate(group.ads.all()):
            yield f"adgroups/{index}/ads/{place}", ad


def _step(
    thing: Thing, path: str, endpoint: str, members: Mapping[str, Any], held: Mapping[str, Any]
) -> Step:
    lines = tuple(
        FieldLine(
            join_path(path, name), name, thing.wanted.get(name, value), value, None, held=held.get(name)
        )
        for name, value in members.items()
    )
    return Step(thing.level, path, thing.label, endpoint, lines)


def list_pictures(advertiser_id: int, things: Iterable[Thing]) -> dict[str, str]:
    """The image ids of all addresses that ads name, in the account they belong to. One query, or none."""
    addresses = {
        address
        for thing in things
        if thing.level is Level.AD
        for address in list_addresses(read_members(thing.level, thing.wanted).values)
    }
    return find_held(advertiser_id, addresses)


def find_held(advertiser_id: int, addresses: Iterable[str]) -> dict[str, str]:
    """The image ids of those addresses that an account (our id) holds. One query, or none."""
    return dict(_HELD.fetch(account=advertiser_id, addresses=list(addresses)))


_HELD = Prepared(
    lambda account, addresses: (
        Picture.objects.filter(advertiser=account, address__in=addresses)
        .order_by()
        .values_list("address", "image_id")
    ),
    account=number,
    addresses=Several(text),
)
