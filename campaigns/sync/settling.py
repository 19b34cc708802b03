"""What follows when a row is settled: pacing, reading back, the end of the launch; and the lock under which it happens."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from campaigns.contract.levels import Level
from campaigns.contract.limits import AD_WRITE_INTERVAL
from campaigns.contract.statuses import DELETE
from campaigns.models import Ad, AdGroup, Campaign, Launch, Push, Thing
from campaigns.models.prepared import Prepared, Several, moment, number, text
from campaigns.rules.policy import house_policy
from campaigns.sync import drift, leases, outbox, surprises
from campaigns.sync.announcing import announce_end, announce_need
from campaigns.sync.bringing import brings_back, keep_mark
from campaigns.sync.flipping import name_target
from campaigns.sync.transitions import Event
from campaigns.tiktok.errors import Meaning, TikTokError

SLACK = timedelta(milliseconds=500)  # TikTok's clock and ours do not tick together
_CHANGING = (  # what others may have written since the row was claimed
    "wanted",
    "remote",
    "remote_id",
    "operation_status",
    "secondary_status",
    "remote_read_at",
    "written_at",
    "vanished_at",
)


@contextmanager
def settlement(push: Push, *others: Push) -> Iterator[None]:
    """One transaction that holds the campaign, with the rows' objects as they stand now. No call to TikTok inside.

    The others are of the same campaign and level. Raises Deleted.
    """
    with transaction.atomic():
        Campaign.objects.hold(push.root_id)
        _refresh([push.target, *(row.target for row in others)])
        yield


class Deleted(Exception):
    """A row's object was deleted here meanwhile: nothing is left to settle."""


def _refresh(things: Sequence[Thing]) -> None:
    rows = _STANDING[things[0].level].fetch(things=[thing.pk for thing in things])
    found = {pk: values for pk, *values in rows}
    for thing in things:
        if thing.pk not in found:
            raise Deleted(f"{thing.level} {thing.pk}")
        for name, value in zip(_CHANGING, found[thing.pk], strict=True):
            setattr(thing, name, value)


def goes_along(push: Push) -> bool:
    """Whether what a row's object lies in is to be removed, as it stands now: those above were read when the row was taken."""
    thing: Thing = push.target
    while not isinstance(thing, Campaign):
        thing = thing.parent
        thing.refresh_from_db(fields=["wanted"])
    return push.target.goes_along


def list_claimed(push: Push) -> set[str]:
    """TikTok's ids that rows under the same parent hold already."""
    rows, column = _SIBLINGS[push.target.level]
    held = rows.filter(**{column: _parent_of(push)}).exclude(remote_id=None)
    return set(held.values_list("remote_id", flat=True))


def is_claimed(push: Push, remote_id: str) -> bool:
    """Whether a row under the same parent holds an id of TikTok's already."""
    return bool(_CLAIMED[push.target.level].fetch(parent=_parent_of(push), made=remote_id))


def _parent_of(push: Push) -> int:
    if push.adgroup is not None:
        return push.adgroup.campaign_id
    return push.ad.adgroup_id if push.ad is not None else push.advertiser_id


_SIBLINGS: dict[Level, tuple[models.QuerySet[Any], str]] = {
    Level.CAMPAIGN: (Campaign.objects.order_by(), "advertiser"),
    Level.ADGROUP: (AdGroup.objects.order_by(), "campaign"),
    Level.AD: (Ad.objects.order_by(), "adgroup"),
}


def _prepare_standing(level: Level) -> Prepared:
    rows, _ = _SIBLINGS[level]
    return Prepared(
        lambda things: rows.filter(pk__in=things).values_list("pk", *_CHANGING), things=Several(number)
    )


_STANDING = {level: _prepare_standing(level) for level in Level}


def _prepare_claimed(level: Level) -> Prepared:
    rows, column = _SIBLINGS[level]
    return Prepared(
        lambda parent, made: rows.filter(**{column: parent}, remote_id=made).values_list("pk")[:1],
        parent=number,
        made=text,
    )


_CLAIMED = {level: _prepare_claimed(level) for level in Level}


def find_turn(push: Push, *, now: datetime) -> datetime:
    """When an ad may be written again: one takes one write per five seconds, of whatever kind (R85).

    A row that is tried again has its own wait already.
    """
    turn = now
    if push.ad is None or push.ad.remote_id is None:  # what does not exist was never written
        return turn
    for row in push.ad.pushes.all():
        if row.pk == push.pk and push.attempts:
            continue
        moments = [row.sent_at, row.sent_at and row.settled_at, now if row.state == Push.State.SENT else None]
        written = max((moment for moment in moments if moment), default=None)
        if written is not None:
            turn = max(turn, written + AD_WRITE_INTERVAL + SLACK)
    return turn


def is_young(push: Push, *, now: datetime) -> bool:
    """Whether what a call needs (the parent of what it makes, the object that it switches) was made within the bound."""
    thing = push.target
    known = thing if thing.remote_id or isinstance(thing, Campaign) else thing.parent
    bodies: models.QuerySet[Push] = known.pushes.filter(aspect=Push.Aspect.BODY)
    since = now - house_policy().seconds("push.visibility_bound")
    return bodies.exclude(pk=push.pk).filter(settled_at__gt=since).exists()


def release(rows: list[Push], *, now: datetime, alone: bool = False, doubtful: bool = False) -> None:
    """Gives rows of a batch back, to be tried again shortly; `alone` keeps each out of the next batch."""
    policy = house_policy()
    for row in rows:
        values: dict[str, Any] = {"attempts": row.attempts if alone else 0}
        if doubtful:
            values["doubt_until"] = now + policy.seconds("push.visibility_bound")
        later = now + policy.seconds("push.conflict_wait")
        leases.update_under_lease(row, Event.DELAYED, not_before=later, release=True, **values)


def describe(push: Push, error: TikTokError) -> dict[str, Any]:
    """What a row keeps of an error."""
    return {**error.as_json(), **mark_live(push), **keep_mark(push)}


def mark_live(push: Push) -> dict[str, bool]:
    """`live`: an error is about what runs already, so there is no launch to go on with."""
    return {} if push.launch_id else {"live": True}


def refuse(push: Push, error: TikTokError, *, now: datetime) -> None:
    """TikTok will not do it: the row comes to rest, and what our rules had passed is kept as a surprise. What is live is held
    otherwise than wanted from then on, which is drift.

    The caller holds the campaign.
    """
    said, held = describe(push, error), brings_back(push)
    event = Event.DIFFERS if held else Event.REFUSED
    if not leases.update_under_lease(push, event, error=said, settled_at=now, release=True):
        return
    if held:  # the object stands: there is nothing to mend and launch again, a person decides anew
        announce_need(push.root_id, name_target(push.target), said, now=now)
    if error.meaning is Meaning.REFUSED and error.request is not None:
        surprises.note_refused(push, error, now=now)
    if push.launch_id is None:
        drift.note_drift([push.root_id], now=now)


def note_met(push: Push, *, now: datetime) -> None:
    """What was told as drift may be over with the write that came true. Of a launch nothing is told before its end.

    The caller holds the campaign: whether it drifts is asked anew, for a reading may have said so since the row was taken.
    """
    drifts = Campaign.objects.filter(pk=push.root_id, drifting_since__isnull=False)
    if push.launch_id is None and drifts.exists():
        drift.note_drift([push.root_id], now=now)


def note_made(push: Push, *, now: datetime) -> None:
    """An object stands: its switch waits for its lane, and with the last one the tree is due to be read back.

    The caller holds the campaign: else the last two would each see the other one open.
    """
    if push.ad_id:  # one ad takes one write per five seconds (R85)
        later = now + AD_WRITE_INTERVAL + SLACK
        _PUT_OFF.execute(ad=push.ad_id, later=later)
    if push.launch_id is None:
        return
    [(cancelled_at, left)] = _LEFT.fetch(launch=push.launch_id)
    if cancelled_at:
        if (
            push.target.wanted_switch == DELETE and not push.target.is_removed
        ):  # made by a call that was under way when the launch was cancelled
            outbox.open_push(thing=push.target, aspect=Push.Aspect.SWITCH, lane=Push.Lane.STOP, launch=None)
    elif not left:
        Launch.objects.filter(pk=push.launch_id, verified_at__isnull=True).update(verify_at=now)


_PUT_OFF = Prepared(
    lambda ad, later: Push.objects.filter(ad=ad, aspect=Push.Aspect.SWITCH, not_before__lt=later).order_by(),
    values=lambda later: {"not_before": later},
    ad=number,
    later=moment,
)
_UNMADE = Push.objects.filter(launch=models.OuterRef("pk"), aspect=Push.Aspect.BODY).exclude(
    state=Push.State.DONE
)
_LEFT = Prepared(
    lambda launch: Launch.objects.filter(pk=launch).values_list("cancelled_at", models.Exists(_UNMADE)),
    launch=number,
)


def finish_launch(campaign_id: int, *, now: datetime) -> None:
    """When nothing of a verified launch is open any more, it is over. The caller holds the campaign.

    Asked after every switch, also one that a person took out of the launch by a stop: it may have been the last.
    """
    for (launch,) in _THROUGH.fetch(campaign=campaign_id):
        live_since = Coalesce("live_since", Value(now))
        Launch.objects.filter(pk=launch).update(finished_at=now, live_since=live_since)
        announce_end(campaign_id, now=now)


_UNDONE = Push.objects.filter(launch=models.OuterRef("pk")).exclude(state=Push.State.DONE)
_THROUGH = Prepared(
    lambda campaign: Launch.objects.filter(
        ~models.Exists(_UNDONE), campaign=campaign, verified_at__isnull=False, finished_at__isnull=True
    ).values_list("pk"),
    campaign=number,
)
