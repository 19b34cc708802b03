"""Which edits start learning anew is data: every row has its source, and size and pace count."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.rules.policy import house_policy
from campaigns.rules.significance import list_members, list_significances, weigh, weigh_all
from tests.rules.bases import NOW

POLICY = house_policy()


def chance(name: str, old: object, new: object, **given: object) -> float:
    return weigh(name, old, new, policy=POLICY, **given).after  # type: ignore[arg-type]


def test_every_row_has_its_source_and_grows_with_size() -> None:
    for row in list_significances():
        assert row.source and row.owner
        chances = [chance for _, chance in row.sizes] + [row.chance]
        assert chances == sorted(chances)
        assert row.apart is None or row.apart in POLICY.figures


def test_every_member_of_the_table_is_one_of_tiktoks() -> None:
    known = {name for level in Level for name in members_below(level, "")} | {
        "scheduled_budget",
        "max_budget",
        "ads",
    }
    for row in list_significances():
        assert {member.partition("=")[0] for member in row.members} <= known


@pytest.mark.parametrize("member", ["campaign_name", "adgroup_name", "ad_name", "po_number"])
def test_names_and_order_numbers_touch_nothing(member: str) -> None:
    assert not weigh(member, "a", "b", policy=POLICY).significant


def test_what_is_not_called_harmless_starts_learning_anew() -> None:
    assert weigh("bid_price", Decimal(10), Decimal(11), policy=POLICY).significant
    assert {row.group for row in list_significances() if row.harmless} == {"harmless", "stop"}


def test_a_stop_touches_nothing_and_a_start_counts_by_how_long_it_was_off() -> None:
    assert not weigh("operation_status", "ENABLE", "DISABLE", policy=POLICY).significant
    short, long = (
        chance("operation_status", "DISABLE", "ENABLE", off_for=timedelta(hours=hours)) for hours in (2, 100)
    )
    assert short < 0.5 < long


def test_a_larger_bid_step_resets_more_likely() -> None:
    steps = [
        chance("conversion_bid_price", Decimal(20), Decimal(20) * step / 100) for step in (105, 114, 118, 150)
    ]
    assert steps == sorted(set(steps))


def test_two_steps_within_two_days_reset_likely() -> None:
    recent, old = NOW - timedelta(days=1), NOW - timedelta(days=3)
    small = ("bid_price", Decimal(10), Decimal("10.50"))
    assert chance(*small, at=NOW, last_step_at=recent) > 0.5 > chance(*small, at=NOW, last_step_at=old)


@pytest.mark.parametrize(
    ("price", "expected"), [("22.00", 0.05), ("22.01", 0.25), ("18.00", 0.05), ("23.01", 0.5)]
)
def test_a_step_weighs_what_the_table_says_up_to_its_size(price: str, expected: float) -> None:
    assert chance("conversion_bid_price", Decimal("20.00"), Decimal(price)) == expected


@pytest.mark.parametrize(("hours", "expected"), [(6, 0.05), (24, 0.3), (25, 0.55), (97, 0.95)])
def test_a_start_weighs_by_the_hours_it_was_off(hours: int, expected: float) -> None:
    off = timedelta(hours=hours)
    assert chance("operation_status", "DISABLE", "ENABLE", off_for=off) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [(Decimal(0), Decimal(5)), (Decimal(-5), Decimal(-5)), ("10", Decimal(10)), (Decimal(10), "10")],
)
def test_a_step_without_two_amounts_counts_as_the_largest(old: object, new: object) -> None:
    assert chance("bid_price", old, new) == 0.95


def test_small_amounts_are_amounts_too() -> None:
    assert chance("bid_price", Decimal("0.50"), Decimal("0.52")) == 0.05


def test_the_members_of_a_row_are_told() -> None:
    assert list_members("bid") == {"bid_price", "conversion_bid_price", "roas_bid"}


def test_a_pace_of_exactly_two_days_is_no_haste() -> None:
    small = ("bid_price", Decimal(10), Decimal("10.50"))
    assert chance(*small, at=NOW, last_step_at=NOW - timedelta(days=2)) == 0.05
    assert chance(*small, at=NOW, last_step_at=NOW - timedelta(days=1, hours=23)) == 0.6
    assert chance(*small, at=NOW) == chance(*small, last_step_at=NOW) == 0.05


def test_haste_makes_no_step_lighter() -> None:
    assert chance("bid_price", Decimal(10), Decimal(20), at=NOW, last_step_at=NOW) == 0.95


def test_no_member_at_all_weighs_nothing() -> None:
    weight = weigh_all({}, policy=POLICY)
    assert (weight.inside, weight.after, weight.significant) == (0.0, 0.0, False)


def test_of_two_chances_what_starts_anew_goes_before_what_only_looks_larger() -> None:
    given = {"campaign_name": ("a", "b"), "budget": (Decimal(100), Decimal(105))}
    assert weigh_all(given, policy=POLICY).row.group == "budget"
    steps = {"bid_price": NOW - timedelta(days=1)}
    price = {"bid_price": (Decimal(10), Decimal("10.50"))}
    assert weigh_all(price, policy=POLICY, at=NOW, last_steps=steps).after == 0.6


def test_of_several_members_the_heaviest_decides() -> None:
    weight = weigh_all(
        {"adgroup_name": ("a", "b"), "targeting_spec/languages": (["en"], ["de"])}, policy=POLICY
    )
    assert weight.row.group == "targeting"


def test_an_amount_that_nobody_knows_counts_as_the_largest_step() -> None:
    assert chance("budget", None, Decimal(100)) == chance("budget", Decimal(100), Decimal(1000))
