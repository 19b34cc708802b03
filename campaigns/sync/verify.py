"""Reading a launched tree back and comparing it with what was wanted, before anything is switched on.

An object that is missing may only not be visible yet: it is looked for again. A tree that differs needs a person.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELETE, DISABLE, is_deleted
from campaigns.models import Campaign, Launch, Push, Restoration, Thing
from campaigns.rules.policy import house_policy
from campaigns.sync import mirror, outbox, settling
from campaigns.sync.announcing import announce_need
from campaigns.sync.bodies import compose_wanted, list_pictures
from campaigns.sync.canonical import Difference, find_differences
from campaigns.sync.connections import note_refused
from campaigns.sync.flipping import name_target
from campaigns.sync.gateway import Gateway, Road
from campaigns.sync.look import DRAWN_ANEW
from campaigns.sync.pull import fold_tree, read_tree
from campaigns.sync.transitions import Event, follow
from campaigns.tiktok.errors import Meaning, TikTokError

log = logging.getLogger(__name__)

Found = dict[Level, dict[str, dict[str, Any]]]


def verify_launch(launch_id: int, road: Road) -> bool:
    """Reads a launch's tree back when it is due; returns whether it was. Opens the switches only if all is as planned."""
    begun = road.clock()
    turn = Launch.objects.to_verify(begun).filter(pk=launch_id).values("pk")
    due = Launch.objects.filter(pk__in=turn, verify_at__lte=begun)
    # claims the reading for as long as a worker may hold anything, and books the next should this one die
    if not due.update(verify_at=begun + house_policy().seconds("push.lease")):
        return False
    launch = Launch.objects.select_related("campaign__advertiser__connection").get(pk=launch_id)
    gateway = Gateway(launch.campaign.advertiser, road)
    try:
        found = read_tree(gateway, str(launch.campaign.remote_id))
    except TikTokError as error:
        log.warning("launch %s not read back yet: %s", launch_id, error.message)
        _look_again(launch, error.as_json(), now=road.clock())
        if error.meaning is Meaning.TOKEN:
            note_refused(launch.campaign.advertiser.connection, error, now=road.clock())
        return True
    with transaction.atomic():
        Campaign.objects.hold(launch.campaign_id)
        if _is_ready(launch):
            _judge(launch, found, begun=begun, now=road.clock())
    outbox.nudge_due(now=road.clock(), launch=launch_id)
    return True


def _is_ready(launch: Launch) -> bool:
    """Whether what was read can still open the switches: nobody else was faster, and nothing was opened again since."""
    standing = Launch.objects.filter(pk=launch.pk, verified_at__isnull=True, verify_at__isnull=False)
    bodies = launch.pushes.filter(aspect=Push.Aspect.BODY)
    return standing.exists() and not bodies.exclude(state=Push.State.DONE).exists()


def _judge(launch: Launch, found: Found, *, begun: datetime, now: datetime) -> None:
    campaign = (
        Campaign.objects.select_related("advertiser")
        .prefetch_related("adgroups__ads")
        .get(pk=launch.campaign_id)
    )
    things = _list_things(launch, campaign)
    missing = [thing for thing in things if str(thing.remote_id) not in found[thing.level]]
    if missing:
        said = f"TikTok does not show {len(missing)} of {len(things)} objects yet; it is asked again."
        _look_again(launch, {"meaning": "missing", "message": said}, now=now)
        return
    differing = _compare(launch, campaign, things, found)
    switches = launch.pushes.filter(aspect=Push.Aspect.SWITCH, state=Push.State.WAITING)
    switches.update(error=None)  # what an earlier reading met
    fold_tree(campaign, found, now=now, read_at=begun)
    if any(mirror.is_young(thing, begun) for thing, _ in differing):
        said = (
            "TikTok shows it otherwise so soon after a call of ours that this may be old; it is asked again."
        )
        _look_again(launch, {"meaning": "missing", "message": said}, now=now)
        return
    for thing, differences in differing:
        _hold(launch, thing, differences, now=now)
    if differing:
        Launch.objects.filter(pk=launch.pk).update(verify_at=None)  # a person says when it is read again
        return
    Launch.objects.filter(pk=launch.pk).update(verified_at=now)
    # ad groups wait for the last ad anyway: those that rest after their making go with it, twenty in a call
    last = switches.filter(not_before__gt=now).aggregate(at=Max("not_before"))["at"]
    if last is not None:
        switches.filter(not_before__gt=now).update(not_before=last)
    settling.finish_launch(campaign.pk, now=now)


def _list_things(launch: Launch, campaign: Campaign) -> list[Thing]:
    """The whole tree but for what a person wants away; of one that was live before only what was added, for the rest may
    have been changed since."""
    things: list[Thing] = [campaign]
    for group in campaign.adgroups.all():
        things += [group, *group.ads.all()]
    # the second of a call is removed while the launch waits: it was never part of the plan
    things = [thing for thing in things if thing.wanted_switch != DELETE and not thing.goes_along]
    if not launch.grows:
        return things
    bodies = launch.pushes.filter(aspect=Push.Aspect.BODY)
    held = set(bodies.values_list("campaign_id", "adgroup_id", "ad_id"))
    return [
        thing
        for thing in things
        if tuple(thing.pk if thing.level is level else None for level in Level) in held
    ]


def _look_again(launch: Launch, said: dict[str, Any], *, now: datetime) -> None:
    again: timedelta = house_policy().seconds("push.look_apart")
    Launch.objects.filter(pk=launch.pk, verify_at__isnull=False).update(verify_at=now + again)
    launch.pushes.filter(aspect=Push.Aspect.SWITCH, state=Push.State.WAITING).update(error=said)


def _compare(
    launch: Launch, campaign: Campaign, things: list[Thing], found: Found
) -> list[tuple[Thing, tuple[Difference, ...]]]:
    pictures = list_pictures(campaign.advertiser_id, things)
    sent = Push.objects.filter(launch=launch, aspect=Push.Aspect.SWITCH, sent_at__isnull=False)
    switched = {(row.campaign_id, row.adgroup_id, row.ad_id) for row in sent}
    restored = Restoration.objects.filter(campaigns_to__gte=campaign.pk).exists()
    differing = []
    for thing in things:
        remote = found[thing.level][str(thing.remote_id)]
        wanted = compose_wanted(thing, pictures)
        differences = find_differences(level=thing.level, wanted=wanted, remote=remote)
        if restored:  # told as drift
            differences = tuple(item for item in differences if item.path not in DRAWN_ANEW)
        if is_deleted(thing.level, str(remote.get("secondary_status") or "")):
            differences += (Difference("existence", "there", "gone"),)
        key = tuple(thing.pk if thing.level is level else None for level in Level)
        status = remote.get("operation_status")
        # everything is made off: who switched it on was none of us, or one whom a restored database does not remember
        if status not in (None, DISABLE) and key not in switched and not restored:
            differences += (Difference("operation_status", DISABLE, status),)
        if thing.level is Level.CAMPAIGN:
            differences += _find_strangers(things, found)
        if differences:
            differing.append((thing, differences))
    return differing


def _find_strangers(things: list[Thing], found: Found) -> tuple[Difference, ...]:
    """Objects that are on below the campaign and that no row of ours holds: they would spend along."""
    ours = {str(thing.remote_id) for thing in things}
    return tuple(
        Difference(f"{level.value}s", None, remote_id)
        for level, rows in found.items()
        for remote_id, row in rows.items()
        if remote_id not in ours
        and row.get("operation_status") != DISABLE
        and not is_deleted(level, str(row.get("secondary_status") or ""))
    )


def _name(item: Difference) -> str:
    """What differs; both values stand in `differences`, and pages say them there."""
    if item.path == "existence":
        return "that it was deleted at TikTok"
    strange = item.path in [f"{level.value}s" for level in Level]
    return f"{item.path} (one that was not made here, {item.remote})" if strange else item.path


def _hold(launch: Launch, thing: Thing, differences: tuple[Difference, ...], *, now: datetime) -> None:
    said = ", ".join(_name(item) for item in differences[:5])
    error = {
        "meaning": "differs",
        "message": f"Read back, it differs from the plan in {said}. It stays off.",
        "differences": [
            {"path": item.path, "wanted": item.wanted, "remote": item.remote} for item in differences
        ],
    }
    column = {Level.CAMPAIGN: "campaign", Level.ADGROUP: "adgroup", Level.AD: "ad"}[thing.level]
    Push.objects.filter(launch=launch, **{column: thing}).update(
        state=follow(Push.State.WAITING, Event.DIFFERS), error=error, settled_at=now
    )
    announce_need(launch.campaign_id, name_target(thing), error, now=now)
