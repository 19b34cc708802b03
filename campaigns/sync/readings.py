"""When an account is read, and what then: a row per account and kind says when it is due. Due-ness is real time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q

from campaigns.models import Advertiser, Campaign, Reading
from campaigns.rules.policy import house_policy
from campaigns.sync import outbox, pull
from campaigns.sync.assets import read_assets
from campaigns.sync.changelog import read_changelog
from campaigns.sync.connections import note_refused
from campaigns.sync.gateway import Gateway, Road
from campaigns.sync.heat import find_hot
from campaigns.sync.results import choose_span, find_correction, measure_costs, read_results
from campaigns.sync.reviews import read_reviews
from campaigns.sync.walking import Walk
from campaigns.sync.weeks import sum_weeks
from campaigns.tiktok.errors import Meaning, TikTokError

log = logging.getLogger(__name__)

READ_TASK = "campaigns.tasks.read"


@dataclass(frozen=True, slots=True)
class Outcome:
    """When the next one is due, counted from the end of this, and what it builds on."""

    apart: timedelta
    state: dict[str, Any]


def ensure_readings(*, now: datetime) -> None:
    """Every account has a row of each kind, due at once. One query where nothing is missing."""
    counted = Advertiser.objects.annotate(kinds=Count("readings"))
    for advertiser in counted.filter(kinds__lt=len(_READERS)):
        rows = [Reading(advertiser=advertiser, kind=kind, due_at=now) for kind in _READERS]
        Reading.objects.bulk_create(rows, ignore_conflicts=True)


def nudge_due(*, now: datetime) -> int:
    """Sends a message for each reading that is due and was not nudged lately. Returns how many."""
    again = now - house_policy().seconds("push.nudge_again")
    rows = Reading.objects.due(now).filter(Q(nudged_at__isnull=True) | Q(nudged_at__lt=again))
    ids = list(rows.values_list("pk", flat=True)[: outbox.NUDGES_AT_ONCE])
    if ids:
        Reading.objects.filter(pk__in=ids).update(nudged_at=now)
        outbox.send_messages(READ_TASK, ids)
    return len(ids)


def hasten(advertiser: Advertiser, kind: str, *, now: datetime, apart: timedelta = timedelta(0)) -> None:
    """Lets one kind of reading of an account be due at once, or `apart` from the last one; one that is under way ends first.

    One that is due before that stays so.
    """
    rows = Reading.objects.filter(advertiser=advertiser, kind=kind)
    resting = rows.filter(Q(begun_at__isnull=True) | Q(done_at__gte=F("begun_at")))
    for row in resting:
        due = max(now, row.done_at + apart) if row.done_at else now
        resting.filter(pk=row.pk, due_at__gt=due).update(due_at=due, nudged_at=None)


def read(reading_pk: int, road: Road, *, now: datetime) -> bool:
    """Does a reading that is due; returns whether it was. What went wrong stands on its row; never raises for that.

    `now` is the product's clock, for what is booked; leases and due-ness live by the road's.
    """
    begun = road.clock()
    turn = Reading.objects.due(begun).filter(pk=reading_pk).order_by().values("pk")
    due = Reading.objects.filter(pk__in=turn, due_at__lte=begun)
    # claims it for as long as it may take, and books the next one should this worker die
    if not due.update(due_at=begun + house_policy().seconds("pull.lease"), begun_at=begun):
        return False
    reading = Reading.objects.select_related("advertiser__connection").get(pk=reading_pk)
    try:
        outcome = _READERS[Reading.Kind(reading.kind)](Gateway(reading.advertiser, road), reading, now)
    except TikTokError as error:
        log.warning("%s of %s broke off: %s", reading.kind, reading.advertiser.advertiser_id, error.message)
        said = f"{error.message} ({error.endpoint})"[:500]
        again = road.clock() + timedelta(seconds=settings.SMARTPLUS_PULL_SECONDS)
        Reading.objects.filter(pk=reading.pk).update(error=said, due_at=again)
        if error.meaning is Meaning.TOKEN:
            note_refused(reading.advertiser.connection, error, now=road.clock())
        return True
    done = road.clock()
    Reading.objects.filter(pk=reading.pk).update(
        done_at=done, due_at=done + outcome.apart, error="", state=outcome.state
    )
    return True


def _read_whole(gateway: Gateway, reading: Reading, now: datetime) -> Outcome:
    walk = pull.pull_account(gateway, now=now)
    _ask_who(gateway, walk)
    read_reviews(gateway, now=now)
    totals = {**(reading.state.get("totals") or {}), **walk.totals}
    return Outcome(_space(walk.calls), {"totals": totals, "calls": walk.calls})


def _read_hot(gateway: Gateway, reading: Reading, now: datetime) -> Outcome:
    """Only where the whole account is read seldom: else its trees are read often enough."""
    whole = Reading.objects.filter(advertiser=gateway.advertiser, kind=Reading.Kind.WHOLE).first()
    calls = int((whole.state if whole else {}).get("calls") or 0)
    if _space(calls) <= _space(0):
        return Outcome(_space(0), {})
    walk = pull.pull_campaigns(gateway, find_hot(gateway.advertiser, now=now), now=now)
    _ask_who(gateway, walk)
    read_reviews(gateway, now=now)
    return Outcome(_space(walk.calls), {"calls": walk.calls})


def _read_results(gateway: Gateway, reading: Reading, now: datetime) -> Outcome:
    """Deleted campaigns too: they have spent. `corrected` is the last noon UTC after which the trailing days were read."""
    corrected = reading.state.get("corrected")
    span = choose_span(gateway.advertiser, datetime.fromisoformat(corrected) if corrected else None, now=now)
    read_results(gateway, span, now=now)
    sum_weeks(gateway.advertiser, now=now)
    state = {"corrected": find_correction(now).isoformat(), "costs": measure_costs(gateway.advertiser)}
    return Outcome(house_policy().seconds("results.apart"), state)


def _read_changelog(gateway: Gateway, reading: Reading, now: datetime) -> Outcome:
    state, complete = read_changelog(gateway, reading.state, now=now)
    apart = "changelog.apart" if complete else "changelog.poll"
    if complete and _is_behind(gateway.advertiser, state):
        apart = "changelog.soonest"
    return Outcome(house_policy().seconds(apart), state)


def _is_behind(advertiser: Advertiser, state: dict[str, Any]) -> bool:
    """Whether drift was found since the time that the change log was asked for: another reading found it meanwhile."""
    until: str | None = state.get("until")
    if until is None:
        return False
    drifting = Campaign.objects.filter(advertiser=advertiser).drifting()
    return drifting.filter(drifting_since__gt=datetime.fromisoformat(until)).exists()


def _ask_who(gateway: Gateway, walk: Walk) -> None:
    """Where drift begins, the change log that tells who did it is read as soon as may be."""
    if walk.drifted:
        apart = house_policy().seconds("changelog.soonest")
        hasten(gateway.advertiser, Reading.Kind.CHANGELOG, now=gateway.now(), apart=apart)


def _read_assets(gateway: Gateway, reading: Reading, now: datetime) -> Outcome:
    """After the results, which tell what spent. A connection that may not read the creative report is asked as seldom."""
    apart = house_policy().seconds("results.assets_apart")
    corrected = reading.state.get("corrected")
    span = choose_span(gateway.advertiser, datetime.fromisoformat(corrected) if corrected else None, now=now)
    try:
        campaigns = read_assets(gateway, span, now=now)
    except TikTokError as error:
        if error.meaning not in (Meaning.PERMISSION, Meaning.ALLOWLIST):
            raise
        return Outcome(apart, reading.state | {"refused": error.message})
    if not campaigns:
        return Outcome(house_policy().seconds("results.apart"), reading.state)
    return Outcome(apart, {"corrected": find_correction(now).isoformat()})


def _space(calls: int) -> timedelta:
    """How far apart readings of so many calls stand: they take no more than their share of what we may call."""
    policy = house_policy()
    rate = float(policy.number("meter.app_rate") * policy.number("pull.share")) / 100
    return timedelta(seconds=max(settings.SMARTPLUS_PULL_SECONDS, calls / rate))


_READERS: dict[Reading.Kind, Callable[[Gateway, Reading, datetime], Outcome]] = {
    Reading.Kind.WHOLE: _read_whole,
    Reading.Kind.HOT: _read_hot,
    Reading.Kind.RESULTS: _read_results,
    Reading.Kind.CHANGELOG: _read_changelog,
    Reading.Kind.ASSETS: _read_assets,
}
