"""Edits of what exists at TikTok, at the edges of their rules."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from campaigns.rules.book import judge_edit
from campaigns.rules.edits import EditFacts, Phase
from campaigns.rules.lifecycle import lowers_money
from campaigns.rules.policy import house_policy
from tests.rules.bases import NOW, make_edit


def find(row: dict[str, Any], rule: str) -> list[str]:
    return [item.path for item in judge_edit(make_edit(row)) if item.rule == rule]


USED_UP = {"spent_share": [0.9, 0.95, 1.0]}
AT_BUDGET = ["adgroups/0/budget"]


@pytest.mark.parametrize(
    ("row", "rule", "paths"),
    [
        ({**USED_UP, "settings": {"budget": "100.00"}}, "budget-may-rise", AT_BUDGET),
        ({**USED_UP, "settings": {"budget": "1.00"}}, "budget-may-rise", AT_BUDGET),
        ({**USED_UP, "settings": {"budget": "0"}}, "budget-may-rise", []),
        ({**USED_UP, "settings": {}}, "budget-may-rise", []),
        ({"spent_share": [0.9, 0.89, 1.0], "settings": {"budget": "100.00"}}, "budget-may-rise", []),
        (
            {"spent_share": [0.1, 0.9, 0.95, 1.0], "settings": {"budget": "9.00"}},
            "budget-may-rise",
            AT_BUDGET,
        ),
        (
            {"before": {"bid_price": "1"}, "after": {"bid_price": "1.05"}, "siblings": 2},
            "price-spreads",
            ["adgroups/0/bid_price"],
        ),
        ({"before": {"bid_price": "1"}, "after": {"bid_price": "1.05"}, "siblings": 1}, "price-spreads", []),
    ],
)
def test_a_rule_of_edits_speaks_at_its_bound_and_not_before(row, rule, paths):
    assert find(row, rule) == paths


@pytest.mark.parametrize(
    ("currency", "name", "old", "new", "nearest"),
    [
        ("USD", "conversion_bid_price", "19.99", "40.00", "22.98"),  # 22.9885
        ("USD", "conversion_bid_price", "19.99", "10.00", "17.00"),  # 16.9915
        ("JPY", "conversion_bid_price", "199", "400", "228"),
        ("JPY", "conversion_bid_price", "199", "100", "170"),
        ("JPY", "roas_bid", "1.99", "4.00", "2.28"),  # a ratio has two decimals in every currency
    ],
)
def test_the_nearest_safe_step_never_leaves_the_safe_side(currency, name, old, new, nearest):
    row = {"before": {name: old}, "after": {name: new}}
    facts = replace(make_edit(row), currency=CURRENCIES[currency])
    (found,) = (item for item in judge_edit(facts) if item.rule == "bid-step-size")
    assert found.fix is not None
    assert found.fix.changes[0].value == nearest


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        (Decimal(10), Decimal(12), (Decimal(10), Decimal(12))),
        (Decimal("0.5"), Decimal("0.4"), (Decimal("0.5"), Decimal("0.4"))),
        (Decimal(1), Decimal("0.5"), (Decimal(1), Decimal("0.5"))),
        (Decimal(10), Decimal(10), None),
        (Decimal(0), Decimal(12), None),
        (Decimal(10), Decimal(0), None),
        (Decimal("-0.5"), Decimal(12), None),
        (Decimal(10), Decimal("-0.5"), None),
        (None, Decimal(12), None),
        (Decimal(10), None, None),
        (10, Decimal(12), None),
        (Decimal(10), 12, None),
    ],
)
def test_a_step_leads_from_one_amount_above_nothing_to_another(old, new, step):
    facts = replace(make_edit({}), before={"budget": old}, after={"budget": new})
    assert facts.read_step("budget") == step
    assert lowers_money(facts) == (max(step[0] - step[1], Decimal(0)) if step else 0)


def test_an_edit_of_which_nothing_else_is_known_is_of_a_lone_living_object():
    facts = EditFacts(
        Level.ADGROUP,
        path="adgroups/0",
        label="Broad",
        before={"bid_price": Decimal(1)},
        after={"bid_price": Decimal("1.05")},
        currency=CURRENCIES["USD"],
        now=NOW,
        policy=house_policy(),
    )
    assert judge_edit(facts) == ()
    assert (facts.deleted, facts.frozen, facts.siblings) == (False, False, 1)
    assert facts.lock.phase is Phase.NOT_DELIVERING


def test_a_place_of_the_campaign_itself_has_no_path_before_it():
    assert make_edit({"path": ""}).at("budget") == "budget"
    assert make_edit({"path": "adgroups/3"}).at("budget") == "adgroups/3/budget"
