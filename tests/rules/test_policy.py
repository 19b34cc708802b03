"""House numbers: what an account may put in their place, and what it is told where it may not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.rules.authority import Act, Role, may, roles_that_may
from campaigns.rules.policy import Figure, Policy, house_policy

PARTS = Figure(Decimal("1.5"), "parts", "a source", "an owner", Decimal(1), Decimal(2))
WHOLES = Figure(Decimal(2), "things", "a source", "an owner", Decimal(1), Decimal(3))
FIXED = Figure(Decimal(2), "things", "a source", "an owner")


@pytest.mark.parametrize(
    ("figure", "value", "may"),
    [
        (PARTS, "1", True),
        (PARTS, "2", True),
        (PARTS, "1.25", True),
        (PARTS, "0.99", False),
        (PARTS, "2.01", False),
        (PARTS, "NaN", False),
        (WHOLES, "3", True),
        (WHOLES, "2.5", False),
        (FIXED, "2", False),
    ],
)
def test_a_figure_admits_what_lies_inside_its_bounds_and_counts_as_it_does(figure, value, may):
    assert figure.admits(Decimal(value)) is may


def test_a_figure_counts_in_wholes_where_value_and_bounds_do():
    assert [figure.whole for figure in (PARTS, WHOLES, FIXED)] == [False, True, True]
    assert not Figure(Decimal(1), "", "", "", Decimal("0.5"), Decimal(2)).whole


def test_a_figure_is_open_with_both_bounds_only():
    assert [figure.open for figure in (PARTS, WHOLES, FIXED)] == [True, True, False]
    assert not Figure(Decimal(2), "", "", "", least=Decimal(1)).open
    assert not Figure(Decimal(2), "", "", "", most=Decimal(3)).open
    assert not Figure(Decimal(2), "", "", "", least=Decimal(1)).admits(Decimal(2))
    assert not Figure(Decimal(2), "", "", "", most=Decimal(3)).admits(Decimal(2))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("parts", "1.5", None),
        ("parts", "3", "parts can be 1 to 2 (parts); 3 is not."),
        ("wholes", "2.5", "wholes can be 1 to 3 in whole numbers (things); 2.5 is not."),
        ("fixed", "2", "fixed is set by an owner for all accounts; no account has a number of its own."),
        ("none", "2", "There is no house number called none."),
    ],
)
def test_an_account_is_told_why_it_may_not_have_a_number(name, value, said):
    policy = Policy({"parts": PARTS, "wholes": WHOLES, "fixed": FIXED})
    assert policy.find_objection(name, Decimal(value)) == said


@pytest.mark.parametrize("pair", ["advice.budget_per_result", "advice.variants"])
def test_the_least_never_stands_above_the_better(pair):
    low, high = (name for name in house_policy().figures if name.startswith(pair))
    for most, fits in ((11, False), (10, True), (9, True)):
        policy = Policy(
            {
                **house_policy().figures,
                low: Figure(Decimal(most), "", "", ""),
                high: Figure(Decimal(10), "", "", ""),
            }
        )
        assert (policy.find_disorder(low) is None) is fits
        assert (policy.find_disorder(high) is None) is fits
        assert policy.find_disorder("learning.days") is None


def test_a_figure_is_read_as_a_number_a_count_and_a_time():
    policy = Policy({"two": Figure(Decimal("2.5"), "", "", "")})
    assert policy.number("two") == Decimal("2.5")
    assert policy.count("two") == 2
    assert policy.seconds("two") == timedelta(seconds=2.5)
    assert policy.days("two") == timedelta(days=2.5)


def test_the_house_numbers_keep_the_bounds_they_were_written_with():
    figure = house_policy().figures["learning.results"]
    assert (figure.value, figure.least, figure.most) == (50, 25, 100)
    assert house_policy().figures["push.lease"].least is None


def test_a_buyer_does_not_start_again_what_was_stopped():
    assert roles_that_may(Act.START) == (Role.MANAGER, Role.ADMINISTRATOR)
    assert may(Role.BUYER, Act.STOP)
