"""Reading a launched tree back and comparing it with what was wanted, before anything is switched on.

An object that is missing may only not be visible yet: it is looked for again. One that differs needs a person.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.contract.shape import read_members
from campaigns.contract.statuses import DISABLE
from campaigns.models import Ad, AdGroup, Campaign, Launch, Picture, Push, Thing
from campaigns.rules.policy import house_policy
from campaigns.sync import outbox
from campaigns.sync.canonical import Difference, find_differences
from campaigns.sync.gateway import Gateway, Road
from campaigns.sync.plan import compose_body, list_addresses
from campaigns.sync.pull import fold_tree, read_tree
from campaigns.tiktok.errors import TikTokError

log = logging.getLogger(__name__)


def verify_launch(launch_id: int, road: Road) -> bool:
    """Reads a launch's tree back when it is due; returns whether it was. Opens the switches only if all is as planned."""
    now = road.clock()
    later = now + house_policy().seconds("push.look_apart")
    due = Launch.objects.filter(pk=launch_id, verified_at__isnull=True, verify_at__lte=now)
    if not due.update(verify_at=later):  # claims the reading, and books the next should this worker die
        return False
    launch = Launch.objects.select_related("campaign__advertiser__connection").get(pk=launch_id)
    campaign = launch.campaign
    gateway = Gateway(campaign.advertiser, road)
    try:
        found = read_tree(gateway, str(campaign.remote_id))
    except TikTokError as error:
        log.warning("launch %s not read back yet: %s", launch_id, error.message)
        Push.objects.filter(launch=launch, aspect=Push.Aspect.SWITCH, state=Push.State.WAITING).update(
            error=error.as_json()
        )
        return True
    things: list[Thing] = [campaign]
    for group in campaign.adgroups.prefetch_related("ads"):
        things += [group, *group.ads.all()]
    if any(str(thing.remote_id) not in found[thing.level] for thing in things):
        return True
    with transaction.atomic():
        fold_tree(campaign, found, now=road.clock())
        differing = [
            (thing, found_differences) for thing in things if (found_differences := _compare(thing, found))
        ]
        for thing, differences in differing:
            _hold(launch, thing, differences, now=road.clock())
        if not differing:
            Launch.objects.filter(pk=launch_id).update(verified_at=road.clock())
            switches = Push.objects.filter(launch=launch, aspect=Push.Aspect.SWITCH)
            switches.filter(state=Push.State.WAITING).update(error=None)
            if not switches.exists():
                Launch.objects.filter(pk=launch_id).update(finished_at=road.clock())
    outbox.nudge_due(now=road.clock(), launch=launch)
    return True


def _compare(thing: Thing, found: dict[Any, dict[str, dict[str, Any]]]) -> tuple[Difference, ...]:
    members = read_members(thing.level, thing.wanted).values
    addresses = list_addresses(members) if isinstance(thing, Ad) else []
    pictures = dict(Picture.objects.filter(address__in=addresses).values_list("address", "image_id"))
    body = compose_body(level=thing.level, members=members, pictures=pictures)
    remote = found[thing.level][str(thing.remote_id)]
    differences = find_differences(level=thing.level, wanted=body, remote=remote)
    if (
        remote.get("operation_status") not in (None, DISABLE)
        and thing.operation_status != thing.wanted_switch
    ):
        differences += (Difference("operation_status", DISABLE, remote.get("operation_status")),)
    return differences


def _hold(launch: Launch, thing: Thing, differences: tuple[Difference, ...], *, now: datetime) -> None:
    said = "; ".join(
        f"{item.path}: wanted {item.wanted}, TikTok holds {item.remote}" for item in differences[:5]
    )
    error = {
        "meaning": "differs",
        "message": f"Read back, it differs from the plan: {said}. It stays off.",
        "differences": [
            {"path": item.path, "wanted": item.wanted, "remote": item.remote} for item in differences
        ],
    }
    column = {Campaign: "campaign", AdGroup: "adgroup", Ad: "ad"}[type(thing)]
    Push.objects.filter(launch=launch, **{column: thing}).update(
        state=Push.State.NEEDS_PERSON, error=error, settled_at=now
    )
