"""How far launches are in calls, and how long they still take at the rate that we allow ourselves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Count, Max, Q

from campaigns.contract.levels import Level
from campaigns.contract.limits import AD_WRITE_INTERVAL, STATUS_IDS
from campaigns.models import Campaign, Launch, Push
from campaigns.models.campaign import State
from campaigns.rules.policy import house_policy

_GOING = (State.LAUNCHING, State.LIVE, State.PAUSED)  # of a growth the campaign is what it was before
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Pile:
    """Rows of a launch that are alike: of one aspect and level. `until`: before when the last open one is not sent."""

    aspect: str
    depth: int
    total: int
    left: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a launch is: objects that were made, and made and switched, of `total`. `seconds_left` as `estimate` has it."""

    made: int
    switched: int
    total: int
    paused: bool
    seconds_left: int | None


def pile(pushes: Iterable[Push]) -> list[Pile]:
    """The rows of one launch."""
    found: dict[tuple[str, int], list[Push]] = {}
    for push in pushes:
        found.setdefault((push.aspect, push.depth), []).append(push)
    piles = []
    for (aspect, depth), rows in found.items():
        left = [row.not_before for row in rows if row.state != Push.State.DONE]
        piles.append(Pile(aspect, depth, len(rows), len(left), max(left, default=None)))
    return piles


def count_calls(piles: Iterable[Pile], *, verified: bool) -> int:
    """Calls that a launch still takes when nothing goes wrong: creates, one reading of each level, switches."""
    return sum(_count(piles, verified=verified))


def _count(piles: Iterable[Pile], *, verified: bool) -> tuple[int, int, int]:
    """Creates, readings, switches."""
    left = Counter[str]()
    for item in piles:
        left[item.aspect] += -(-item.left // STATUS_IDS) if item.aspect == Push.Aspect.SWITCH else item.left
    return left[Push.Aspect.BODY], 0 if verified else len(Level), left[Push.Aspect.SWITCH]


def estimate(piles: Sequence[Pile], *, verified: bool, beside: int, real_now: datetime) -> int:
    """Seconds until a launch is through where nothing goes wrong, `beside` launches of one connection taking turns.

    Whatever waits is waited for, and no ad is switched within five seconds of its making (R85); readings fall into those.
    """
    creates, readings, switches = _count(piles, verified=verified)
    call = timedelta(seconds=max(beside, 1) / _read_rate())
    waits = {
        aspect: max(
            (item.until - real_now for item in piles if item.aspect == aspect and item.until), default=_NONE
        )
        for aspect in Push.Aspect.values
    }
    makes_ads = any(
        item.left and item.aspect == Push.Aspect.BODY and item.depth == Push.LEAF for item in piles
    )
    made = max(creates * call, waits[Push.Aspect.BODY])
    ready = max(
        made + max(readings * call, AD_WRITE_INTERVAL if makes_ads else _NONE), waits[Push.Aspect.SWITCH]
    )
    return ceil((ready + switches * call).total_seconds())


def _read_rate() -> float:
    """Calls a second of one connection."""
    policy = house_policy()
    app = policy.number("meter.app_rate") * policy.number("meter.fill") / 100
    return float(min(app, policy.number("meter.advertiser_rate")))


def count_beside(connections: Iterable[int]) -> Mapping[int, int]:
    """Launches of each connection, by our id of it, that take turns now. One query.

    What somebody paused takes none, nor what stopped until it is mended or looked at.
    """
    rows = Launch.objects.filter(
        campaign__advertiser__connection__in=connections, finished_at=None, paused_at=None, cancelled_at=None
    )
    stopped = Push.objects.filter(
        launch__isnull=False, state__in=(Push.State.REFUSED, Push.State.NEEDS_PERSON)
    ).order_by()
    rows = rows.exclude(pk__in=stopped.values("launch"))
    column = "campaign__advertiser__connection"
    return dict(rows.order_by().values_list(column).annotate(number=Count("pk")))


def read_paces(campaigns: Iterable[Campaign], *, real_now: datetime) -> dict[int, Pace]:
    """Those of the campaigns whose launch goes on or rests, by our id. Two queries, or none where none is under way.

    The campaigns need their state, launch and account.
    """
    launches = {item.pk: launch for item in campaigns if (launch := _find_under_way(item)) is not None}
    if not launches:
        return {}
    accounts = {item.pk: item.advertiser.connection_id for item in campaigns if item.pk in launches}
    beside = count_beside(accounts.values())
    piles: dict[int, list[Pile]] = {pk: [] for pk in launches}
    left = ~Q(state=Push.State.DONE)
    rows = Push.objects.filter(launch__in=[launch.pk for launch in launches.values()]).order_by()
    for pk, *values in rows.values_list("launch__campaign", "aspect", "depth").annotate(
        total=Count("pk"), left=Count("pk", filter=left), until=Max("not_before", filter=left)
    ):
        piles[pk].append(Pile(*values))
    return {
        pk: _sum_up(launch, piles[pk], beside=beside.get(accounts[pk], 0), real_now=real_now)
        for pk, launch in launches.items()
    }


def _find_under_way(campaign: Campaign) -> Launch | None:
    launch: Launch | None = getattr(campaign, "launch", None)  # a draft has none
    if launch is None or launch.finished_at is not None or launch.cancelled_at is not None:
        return None
    return launch if campaign.state in _GOING and not campaign.mends else None


def _sum_up(launch: Launch, piles: Sequence[Pile], *, beside: int, real_now: datetime) -> Pace:
    def count(aspect: str) -> int:
        return sum(item.total - item.left for item in piles if item.aspect == aspect)

    verified, paused = launch.verified_at is not None, launch.paused_at is not None
    return Pace(
        made=count(Push.Aspect.BODY),
        switched=count(Push.Aspect.SWITCH),
        total=sum(item.total for item in piles if item.aspect == Push.Aspect.BODY),
        paused=paused,
        seconds_left=None if paused else estimate(piles, verified=verified, beside=beside, real_now=real_now),
    )
