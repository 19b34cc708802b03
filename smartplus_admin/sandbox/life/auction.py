"""What an ad group meets in one hour, how much it wants to spend there, and how a shared budget is divided."""

import math
from dataclasses import dataclass

from smartplus_admin.sandbox.life.calendar import HOUR, LocalHour
from smartplus_admin.sandbox.life.chance import draw, spread
from smartplus_admin.sandbox.life.market import Nature, find_mood, read_market
from smartplus_admin.sandbox.life.picture import NEVER, AdPicture, GroupPicture
from smartplus_admin.sandbox.life.purse import Budget, Purse
from smartplus_admin.sandbox.life.scenarios import Trouble
from smartplus_admin.sandbox.life.state import GroupState

STOPS_BELOW = 0.04  # of its wish: a cost cap that finds so little finds nothing
RESTRAINT = 6.0  # how sharply a target price that is not met holds back
DAY_SPREAD, DAY_BOUNDS = 0.10, (0.8, 1.2)  # how much of its budget a dynamic day aims at
RUSH, FASTER = 2.5, 4.0  # an hour's spend against its even share: at most, and with fast pacing
EXPLORES = 0.25  # the part of a shared budget that is divided evenly
PREFERS = 1.3  # how strongly the rest follows what results cost


@dataclass(slots=True)
class GroupHour:
    """An ad group that may deliver in this hour, and on what terms. Money in minor units."""

    group: GroupPicture
    state: GroupState
    budget: Budget
    most: int
    ads: list[tuple[AdPicture, float]]  # with the part of the hour in which each may be shown
    part: float  # of the hour in which any may
    price: float
    click: float
    landing: float
    landing_seen: float
    result: float
    signal: float
    saturation: float
    room: float  # what its audience can take
    eager: float  # 0 to 1: how much of a wish its target price lets through
    nature: Nature
    trouble: Trouble
    wish: float = 0.0

    @property
    def cost(self) -> float:
        """Expected cost of a result."""
        return self.price / 1_000 / max(1e-9, self.click * self.landing * self.result * self.signal)


def meet_market(
    group: GroupPicture,
    state: GroupState,
    *,
    nature: Nature,
    budget: Budget,
    most: int,
    ads: list[tuple[AdPicture, float]],
    trouble: Trouble,
    progress: float,
    seed: int,
    hour: int,
    local: LocalHour,
    per_major: int,
) -> GroupHour:
    market = read_market()
    start, clock, full, noise = market["learning"], market["clock"], market["saturation"], market["noise"]
    effect = trouble.effect
    behind = 1.0 - math.sqrt(progress)  # how much of learning's handicap is left
    rough = 1.0 + (start["volatility"] - 1.0) * behind
    sigma = noise["hour"] * rough * effect.volatility
    chances = draw(seed, f"hour/{group.id}", hour)
    mood_price, mood_click, mood_result = find_mood(seed, group.id, local.day)
    saturation = state.recent / nature.audience + trouble.saturation
    price = (
        nature.price
        * mood_price
        * (1 + (start["price"] - 1) * behind)
        * (1 + full["price"] * saturation)
        * effect.price
        * spread(chances[0], sigma)
    )
    click = nature.click * mood_click * effect.click * math.exp(-full["click"] * saturation)
    result = nature.result
    if result < 1:
        result *= (
            mood_result
            * (1 - (1 - start["result"]) * behind)
            * clock["weekday_result"][local.weekday]
            * spread(chances[1], sigma)
        )
    people = clock["people"][local.hour]
    part = max(share for _, share in ads)
    meeting = GroupHour(
        group=group,
        state=state,
        budget=budget,
        most=most,
        ads=ads,
        part=part,
        price=price,
        click=click,
        landing=market["landing"] * effect.landing,
        landing_seen=effect.landing_seen,
        result=min(1.0, result * effect.result),
        signal=effect.signal,
        saturation=saturation,
        room=nature.audience
        * market["shown_per_person_hour"]
        * people
        * math.exp(-full["room"] * saturation)
        * part
        * price
        / 1_000,
        eager=1.0,
        nature=nature,
        trouble=trouble,
    )
    meeting.eager = _find_eagerness(meeting, per_major)
    return meeting


def _find_eagerness(meeting: GroupHour, per_major: int) -> float:
    """A target price that the market does not meet holds spending back, and stops it in the end."""
    group = meeting.group
    if group.bid:
        cost = meeting.price / 1_000 / meeting.click if group.goal == "CLICK" else meeting.cost
        ratio = group.bid * per_major / cost
    elif group.least_return and meeting.nature.pays:
        ratio = meeting.nature.value / meeting.cost / group.least_return
    else:
        return 1.0
    eager = min(1.0, ratio**RESTRAINT)
    return eager if eager >= STOPS_BELOW else 0.0


def find_wish(
    purse: Purse,
    budget: Budget,
    *,
    key: str,
    seed: int,
    hour: int,
    local: LocalHour,
    closes: float,
    fast: bool,
) -> float:
    """What a budget wants to spend in this hour, so that it lasts."""
    people = read_market()["clock"]["people"]
    now, rest, day = people[local.hour], sum(people[local.hour :]), sum(people)
    match budget.mode:
        case "BUDGET_MODE_DYNAMIC_DAILY_BUDGET" | "BUDGET_MODE_DAY":
            low, high = DAY_BOUNDS
            aim = min(high, max(low, spread(draw(seed, f"aim/{key}", local.day)[0], DAY_SPREAD)))
            target = purse.tell_live(budget) * aim
            left, even = target - purse.today, target * now / day
        case "BUDGET_MODE_TOTAL":
            hours = 30 * 24 if closes == NEVER else max(1.0, (closes - hour * HOUR) / HOUR)
            later = max(0.0, hours - (24 - local.hour)) / 24 * day
            left = float(budget.amount - purse.spent)
            rest = min(rest, sum(people[local.hour : local.hour + math.ceil(hours)])) + later
            even = left * now / rest
        case _:
            return 0.0
    pace = FASTER if fast else 1.0
    return max(0.0, min(left, left * now / rest * pace, even * RUSH * pace))


def share_pool(meetings: list[GroupHour], wish: float, part_of_day: float) -> None:
    """A campaign's wish, divided: a part evenly, the rest where results cost least; a minimum is a goal (R27)."""
    best = [(1.0 / meeting.cost) ** PREFERS * meeting.part for meeting in meetings]
    total = sum(best)
    even = EXPLORES / len(meetings)
    limits = [meeting.room * meeting.eager for meeting in meetings]
    weights = [even + (1 - EXPLORES) * value / total for value in best]
    for meeting, weight, limit in zip(meetings, weights, limits, strict=True):
        meeting.wish = min(limit, max(wish * weight, meeting.group.least * part_of_day))
    spare = wish - sum(meeting.wish for meeting in meetings)
    open_ones = [
        (meeting, weight, limit)
        for meeting, weight, limit in zip(meetings, weights, limits, strict=True)
        if limit > meeting.wish
    ]
    if spare > 0 and open_ones:
        rest = sum(weight for _, weight, _ in open_ones)
        for meeting, weight, limit in open_ones:
            meeting.wish = min(limit, meeting.wish + spare * weight / rest)
