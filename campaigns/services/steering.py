"""Steering a launch that is under way: paused and resumed, cancelled, and what TikTok lost of it made again."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELETE, DISABLE
from campaigns.models import AdGroup, Campaign, Change, Launch, Person, Push, Thing
from campaigns.rules.authority import Act
from campaigns.rules.lifecycle import SWITCH
from campaigns.services.access import require
from campaigns.services.errors import WrongState
from campaigns.services.launches import list_aims
from campaigns.services.wanted import hold, record, touch
from campaigns.sync import cancelling, mirror, outbox
from campaigns.sync.transitions import Event, follow


def pause_launch(*, actor: Person, door: str, campaign: Campaign, now: datetime) -> Launch:
    """Nothing more is made or switched on until it is resumed; what may have been sent is looked for all the same.

    Raises WrongState, Forbidden.
    """
    require(actor, campaign.advertiser, Act.STOP)
    with transaction.atomic(durable=True):
        launch = _hold_launch(campaign)
        if launch.paused_at is not None:
            raise WrongState("This launch is paused already.")
        Launch.objects.filter(pk=launch.pk).update(paused_at=now)
        record(campaign, actor, door, Change.Act.PAUSED, "campaign", None, None, now)
    launch.refresh_from_db()
    return launch


def unpause_launch(*, actor: Person, door: str, campaign: Campaign, now: datetime) -> Launch:
    """A paused launch goes on where it stood. Raises WrongState, Forbidden."""
    require(actor, campaign.advertiser, Act.LAUNCH)
    with transaction.atomic(durable=True):
        launch = _hold_launch(campaign)
        if launch.paused_at is None:
            raise WrongState("This launch is not paused.")
        Launch.objects.filter(pk=launch.pk).update(paused_at=None)
        record(campaign, actor, door, Change.Act.RESUMED, "campaign", None, None, now)
        outbox.nudge_after_commit(launch=launch)
    launch.refresh_from_db()
    return launch


def cancel_launch(*, actor: Person, door: str, campaign: Campaign, removes: bool, now: datetime) -> None:
    """Makes nothing more. What was made is removed at TikTok, or kept and switched off.

    A call that is under way is looked for, and what it made goes the same way. A launch that made nothing becomes a
    draft again; of one that made something, what was never made leaves the tree once it is over. Raises WrongState, Forbidden.
    """
    require(actor, campaign.advertiser, Act.STOP)
    with transaction.atomic(durable=True):
        launch = _hold_launch(campaign)
        pushes = list(launch.pushes.select_related("campaign", "adgroup__campaign", "ad__adgroup__campaign"))
        bodies = [push for push in pushes if push.aspect == Push.Aspect.BODY]
        made = {push.target for push in bodies if push.target.remote_id or _may_exist(push)}
        told = {"removes": removes, "made": len(made)}
        record(campaign, actor, door, Change.Act.CANCELLED, "campaign", None, told, now)
        touch(campaign, now)
        launch.pushes.filter(pk__in=[push.pk for push in bodies if push.target not in made]).delete()
        stopped = [push for push in pushes if push.aspect == Push.Aspect.SWITCH]
        _want_away(_list_tops(made) if removes else made, DELETE if removes else DISABLE, stopped)
        rests = [push.pk for push in stopped if push.state not in (Push.State.SENT, Push.State.DONE)]
        launch.pushes.filter(pk__in=rests).delete()  # those that were opened as stops have left the launch
        Launch.objects.filter(pk=launch.pk).update(cancelled_at=now, paused_at=None, verify_at=None)
        cancelling.finish_cancelled(launch.pk, now=now)


def remake_lost(*, actor: Person, door: str, campaign: Campaign, now: datetime) -> Launch:
    """Makes again what was deleted at TikTok while the launch was under way, with everything below it.

    The whole tree is read back before anything is switched on. Raises WrongState when nothing was lost, Forbidden.
    """
    require(actor, campaign.advertiser, Act.LAUNCH)
    with transaction.atomic(durable=True):
        launch = _hold_launch(campaign)
        things = {push.target for push in launch.pushes.select_related("campaign", "adgroup", "ad")}
        lost = {thing for thing in things if thing.is_lost}
        if not lost:
            raise WrongState("Nothing of this launch was deleted at TikTok.")
        names = sorted(thing.label for thing in lost)
        for thing in lost:
            mirror.forget(thing)
            for push in thing.pushes.filter(launch=launch):
                thing.pushes.filter(pk=push.pk).update(state=follow(push.state, Event.GONE))
        Launch.objects.filter(pk=launch.pk).update(verify_at=None, verified_at=None)
        order = [thing for level in Level for thing in lost if thing.level is level]
        outbox.open_launch(launch, list_aims(order))
        record(campaign, actor, door, Change.Act.REMADE, "campaign", None, {"objects": names}, now)
        outbox.nudge_after_commit(launch=launch)
    launch.refresh_from_db()
    return launch


def _hold_launch(campaign: Campaign) -> Launch:
    hold(campaign)
    launch = Launch.objects.filter(campaign=campaign, finished_at=None, cancelled_at=None).first()
    if launch is None:
        raise WrongState("No launch of this campaign is under way.")
    return launch


def _may_exist(push: Push) -> bool:
    """Whether a call left whose outcome nobody knows; one that was held for a person may have made something too."""
    if push.state in (Push.State.SENT, Push.State.UNSURE):
        return True
    return push.state == Push.State.NEEDS_PERSON and push.sent_at is not None


def _list_tops(things: Collection[Thing]) -> list[Thing]:
    """Those that stand below none of the others: what is removed takes along everything below it."""
    return [
        thing
        for thing in things
        if isinstance(thing, Campaign)
        or (thing.parent not in things and (isinstance(thing, AdGroup) or thing.campaign not in things))
    ]


def _want_away(things: Iterable[Thing], status: str, switches: Sequence[Push]) -> None:
    """Wants objects off, or gone, and sends that before everything else where TikTok may hold them otherwise."""
    # whoever was in a lost call may be on; the tries of such a row are counted anew, so they tell nothing
    turning = {push.target for push in switches if push.sent_at}
    for thing in things:
        thing.wanted = {**thing.wanted, SWITCH: status}
        thing.version = F("version") + 1
        thing.save(update_fields=["wanted", "version"])
        if thing.remote_id and (status == DELETE or thing.is_on or thing in turning):
            push = outbox.open_push(thing=thing, aspect=Push.Aspect.SWITCH, lane=Push.Lane.STOP, launch=None)
            outbox.nudge_after_commit(push=push)
