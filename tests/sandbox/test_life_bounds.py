"""Spend never exceeds what TikTok documents (R17, R18), however budgets are edited and whatever the market does."""

from collections import defaultdict
from itertools import accumulate

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from smartplus_admin.sandbox.life.calendar import find_local
from smartplus_admin.sandbox.life.engine import Run
from smartplus_admin.sandbox.life.parts import MATERIAL, Part
from smartplus_admin.sandbox.life.picture import (
    ALWAYS_ON,
    NEVER,
    AdPicture,
    CampaignPicture,
    Coin,
    GroupPicture,
)
from smartplus_admin.sandbox.life.purse import DAY, DYNAMIC, NONE, TOTAL, Budget
from smartplus_admin.sandbox.life.state import CampaignState

ZONE = "America/New_York"
FIRST = 492_988  # 2026-03-29 04:00 UTC, midnight in New York
DOLLARS = Coin(1, 2)
AMOUNT = st.integers(min_value=2_000, max_value=500_000)
SEED = st.integers(min_value=0, max_value=2**31)
SCENARIO = st.sampled_from(["none", "mixed", "greedy"])
# Budgets as they were edited: after how many hours, and to what
EDITS = st.lists(st.tuples(st.integers(min_value=1, max_value=150), AMOUNT), max_size=4)


def picture_group(
    number: int, budget: Budget, *, closes: float = NEVER, fast: bool = False, most: int = 0
) -> GroupPicture:
    ad = AdPicture(f"ad-{number}", True, 0.0, NEVER, (Part(MATERIAL, "m", "m", "", "m"),), (), False)
    return GroupPicture(
        id=f"group-{number}",
        on=True,
        opens=0.0,
        closes=closes,
        goal="CONVERT",
        event="SHOPPING",
        bid=0.0,
        least_return=0.0,
        targeted_by_hand=False,
        placed_by_hand=False,
        narrowing=0,
        targeting="",
        slots=ALWAYS_ON,
        fast=fast,
        click_days=7,
        view_days=1,
        budget=budget,
        least=0,
        most=most,
        scheduled=None,
        ads=(ad,),
    )


def picture(budget: Budget, *groups: GroupPicture, pooled: bool) -> CampaignPicture:
    return CampaignPicture("campaign", "account", ZONE, DOLLARS, True, pooled, budget, groups)


def spend_by_day(
    pictures: list[tuple[int, CampaignPicture]], seed: int, scenario: str, days: int
) -> dict[str, dict[int, int]]:
    """Lives through the pictures, each from its hour on; what each ad group spent on each day since the first."""
    state = CampaignState()
    stops = [start for start, _ in pictures[1:]] + [days * 24]
    spent: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    first = find_local(ZONE, FIRST).day
    for (start, campaign), stop in zip(pictures, stops, strict=True):
        out = Run(campaign, state, seed, {}, scenario).live(range(FIRST + start, FIRST + stop))
        for row in out.shown:
            spent[row.adgroup_id][row.day - first] += row.spend
    return spent


def most_by_day(steps: list[tuple[int, int]], days: int) -> list[int]:
    """The highest budget in force at any time of each day."""
    most = [0] * days
    for (start, amount), stop in zip(steps, [at for at, _ in steps[1:]] + [days * 24], strict=True):
        for day in range(start // 24, -(-stop // 24)):
            most[day] = max(most[day], amount)
    return most


def order(first: int, edits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Budgets by the hour from which they hold, one for each hour."""
    return [(0, first), *sorted(dict(edits).items())]


@settings(max_examples=40, deadline=None)
@given(first=AMOUNT, edits=EDITS, seed=SEED, scenario=SCENARIO, fast=st.booleans(), pooled=st.booleans())
def test_a_dynamic_daily_budget_keeps_its_day_and_its_week(
    first: int, edits: list[tuple[int, int]], seed: int, scenario: str, fast: bool, pooled: bool
) -> None:
    days, steps = 9, order(first, edits)
    pictures = [
        (
            start,
            picture(
                Budget(DYNAMIC, amount),
                *(picture_group(n, Budget(NONE, 0), fast=fast) for n in range(3)),
                pooled=True,
            )
            if pooled
            else picture(Budget(NONE, 0), picture_group(0, Budget(DYNAMIC, amount), fast=fast), pooled=False),
        )
        for start, amount in steps
    ]
    spent = spend_by_day(pictures, seed, scenario, days)
    by_day = [sum(group[day] for group in spent.values()) for day in range(days)]
    most = most_by_day(steps, days)
    for day in range(days):
        assert by_day[day] <= 1.25 * most[day]
    if not edits:
        for day in range(days - 6):
            assert sum(by_day[day : day + 7]) <= 7 * first


@settings(max_examples=20, deadline=None)
@given(amount=AMOUNT, seed=SEED, scenario=SCENARIO)
def test_automatic_increase_keeps_ten_steps_of_a_fifth(amount: int, seed: int, scenario: str) -> None:
    campaign = picture(Budget(DYNAMIC, amount, True), picture_group(0, Budget(NONE, 0)), pooled=True)
    [group] = spend_by_day([(0, campaign)], seed, scenario, 8).values()
    assert max(group.values()) <= amount * 1.2**10 * 1.25
    assert sum(group.values()) <= 8 * amount * 1.2**10 * 1.25


@settings(max_examples=30, deadline=None)
@given(
    amount=AMOUNT,
    seed=SEED,
    scenario=SCENARIO,
    length=st.integers(min_value=1, max_value=8),
    pooled=st.booleans(),
)
def test_a_lifetime_budget_is_never_overspent(
    amount: int, seed: int, scenario: str, length: int, pooled: bool
) -> None:
    closes = (FIRST + length * 24) * 3600.0
    whole, none = Budget(TOTAL, amount), Budget(NONE, 0)
    group = picture_group(0, none if pooled else whole, closes=closes)
    campaign = picture(whole if pooled else none, group, pooled=pooled)
    [spent] = spend_by_day([(0, campaign)], seed, scenario, 10).values()
    assert sum(spent.values()) <= amount
    assert all(day < length for day, cents in spent.items() if cents)


@settings(max_examples=20, deadline=None)
@given(cap=AMOUNT, own=AMOUNT, seed=SEED, scenario=SCENARIO, mode=st.sampled_from([DAY, TOTAL]))
def test_a_cap_over_ad_groups_holds_them_together(
    cap: int, own: int, seed: int, scenario: str, mode: str
) -> None:
    groups = (picture_group(number, Budget(DYNAMIC, own)) for number in range(4))
    spent = spend_by_day([(0, picture(Budget(mode, cap), *groups, pooled=False))], seed, scenario, 5)
    by_day = [sum(group[day] for group in spent.values()) for day in range(5)]
    assert (sum(by_day) if mode == TOTAL else max(by_day)) <= cap


@settings(max_examples=20, deadline=None)
@given(most=AMOUNT, seed=SEED, scenario=SCENARIO)
def test_a_maximum_of_one_ad_group_under_a_shared_budget_is_a_bound(
    most: int, seed: int, scenario: str
) -> None:
    groups = (picture_group(0, Budget(NONE, 0), most=most), picture_group(1, Budget(NONE, 0)))
    spent = spend_by_day([(0, picture(Budget(DYNAMIC, 1_000_000), *groups, pooled=True))], seed, scenario, 3)
    assert max(spent["group-0"].values(), default=0) <= most


@pytest.mark.parametrize("days", [1, 3, 7, 10, 14])
def test_greed_reaches_the_bounds_and_no_further(days: int) -> None:
    amount = 50_000
    campaign = picture(Budget(NONE, 0), picture_group(0, Budget(DYNAMIC, amount)), pooled=False)
    [group] = spend_by_day([(0, campaign)], 1, "greedy", days).values()
    weeks, rest = divmod(days, 7)
    worst = amount * (7 * weeks + min(7, 1.25 * rest))
    assert 0.99 * worst <= sum(group.values()) <= worst


def test_an_ordinary_day_spends_about_its_budget() -> None:
    amount = 50_000
    campaign = picture(Budget(NONE, 0), picture_group(0, Budget(DYNAMIC, amount)), pooled=False)
    [group] = spend_by_day([(0, campaign)], 1, "none", 14).values()
    assert 0.85 * amount < list(accumulate(group.values()))[-1] / 14 < 1.1 * amount
