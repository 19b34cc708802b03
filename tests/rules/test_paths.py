"""What the repair stands on: reading and setting by paths, what a rule looked at, and a tree judged part by part."""

from typing import Any

import pytest

from campaigns.rules.book import RULES, judge
from campaigns.rules.facts import ObjectFacts
from campaigns.rules.findings import FindingLevel
from campaigns.rules.paths import put_values, read_value
from campaigns.rules.reading import read_members_of
from campaigns.rules.trial import Trial, find_refusals
from tests.rules.bases import BASES, WEB, change, resolve

FREE = {**WEB["adgroups"][0], "adgroup_name": "Broad"}
CAPPED = {**BASES["cost-cap"]["adgroups"][0], "adgroup_name": "Capped"}
MIXED = {**WEB, "adgroups": [FREE, CAPPED, {**FREE, "adgroup_name": "x" * 90, "billing_event": "CPC"}]}


def test_values_are_set_without_touching_the_tree_they_are_set_in():
    tree = {"a": [{"b": 1}], "c": 2}
    assert put_values(tree, [("a/0/b", 5), ("c", None), ("d/e", 7)]) == {"a": [{"b": 5}], "d": {"e": 7}}
    assert tree == {"a": [{"b": 1}], "c": 2}


@pytest.mark.parametrize(
    ("path", "value", "after"),
    [
        ("a/1/b", 5, {"a": [{"b": 1}, {"b": 5}, 3], "c": 2}),
        ("a/0", 5, {"a": [5, {"b": 2}, 3], "c": 2}),
        ("a/2/b", 5, {"a": [{"b": 1}, {"b": 2}, 3], "c": 2}),  # nothing below a number
        ("a/3/b", 5, {"a": [{"b": 1}, {"b": 2}, 3], "c": 2}),  # no such place
        ("a/x", 5, {"a": [{"b": 1}, {"b": 2}, 3], "c": 2}),
        ("a/0/b/d", 5, {"a": [{"b": {"d": 5}}, {"b": 2}, 3], "c": 2}),
        ("a/1/b", None, {"a": [{"b": 1}, {}, 3], "c": 2}),
        ("c/d", 5, {"a": [{"b": 1}, {"b": 2}, 3], "c": {"d": 5}}),
    ],
)
def test_a_value_is_set_at_its_place_and_nowhere_else(path, value, after):
    assert put_values({"a": [{"b": 1}, {"b": 2}, 3], "c": 2}, [(path, value)]) == after


@pytest.mark.parametrize(
    ("path", "value"), [("a/0/b", 1), ("a/1", 3), ("a/2", None), ("a/x", None), ("c", 2), ("c/d", None)]
)
def test_a_value_is_read_where_it_stands(path, value):
    assert read_value({"a": [{"b": 1}, 3], "c": 2}, path) == value


@pytest.mark.parametrize(
    ("tree", "rule", "read"),
    [
        (
            {**WEB, "adgroups": [FREE, CAPPED]},
            "uniform-with-cbo",
            "adgroups/1/bid_type budget_optimize_on adgroups/0/optimization_goal adgroups/1/optimization_goal "
            "adgroups/0/bid_type",
        ),
        (change(WEB, {"budget": "1"}), "campaign-budget-range", "budget budget_optimize_on budget_mode"),
        (
            {**WEB, "adgroups": [FREE, {**FREE, "bid_type": "BID_TYPE_CUSTOM"}]},
            "cost-cap-price-required",
            "adgroups/1/conversion_bid_price adgroups/1/optimization_goal adgroups/1/bid_type",
        ),
        (
            change(BASES["own-budgets"], {"adgroups/0/budget": "1"}),
            "adgroup-budget-range",
            "adgroups/0/budget budget_optimize_on adgroups/0/budget_mode",
        ),
        (
            change(WEB, {"adgroups/0/placement_type": "PLACEMENT_TYPE_NORMAL"}),
            "placements-required",
            "adgroups/0/placements adgroups/0/placement_type",
        ),
        (
            change(BASES["cost-cap"], {"budget_mode": "BUDGET_MODE_TOTAL"}),
            "cost-cap-needs-daily",
            "budget_mode budget_optimize_on adgroups/0/bid_type",
        ),
        (change(WEB, {"adgroups/0/bid_type": "X"}), "known-word", "adgroups/0/bid_type"),
    ],
)
def test_a_refusal_names_the_members_that_its_rule_looked_at(tree, rule, read):
    facts = resolve(tree)
    (finding,) = (item for item in find_refusals(facts) if item.rule == rule)
    assert list(read_members_of(facts, finding)) == read.split()


TRIED: list[tuple[dict[str, Any], tuple[tuple[str, Any], ...]]] = [
    (MIXED, ()),
    (MIXED, (("adgroups/1/bid_type", "BID_TYPE_NO_BID"), ("adgroups/1/conversion_bid_price", None))),
    (MIXED, (("budget_optimize_on", False), ("adgroups/2/billing_event", None))),
    (MIXED, (("budget", "1"), ("adgroups/0/ads/0/ad_name", ""))),
    (MIXED, (("adgroups/2/schedule_start_time", "soon"), ("adgroups/0/budget", "much"))),
    (MIXED, (("adgroups/0/adgroup_name", ""), ("adgroups/1/adgroup_name", "🙂"))),
    (MIXED, (("adgroups/0/adgroup_name", "x" * 600), ("adgroups/2/adgroup_name", "  "))),
    ({**MIXED, "budget": "much"}, (("adgroups/1/billing_event", "CPC"),)),
    ({**MIXED, "adgroups": [FREE] * 12}, (("adgroups/1/bid_type", "X"), ("adgroups/11/bid_type", "Y"))),
    ({**WEB, "adgroups": []}, (("budget", "1"),)),
    ({**WEB, "adgroups": [FREE, 3]}, (("budget", "1"),)),
    ({**WEB, "adgroups": "none"}, (("budget", "1"),)),
]


@pytest.mark.parametrize("number", range(len(TRIED)))
def test_a_tree_judged_part_by_part_is_refused_what_the_whole_is_refused(number):
    tree, changes = TRIED[number]
    facts, found = Trial(tree, resolve).judge(changes)
    whole = resolve(put_values(tree, changes))
    # an ordinary name is no matter of judgement: a part goes without, and messages call it differently
    assert {(item.rule, item.path, repr(item.fix)) for item in found} == {
        (item.rule, item.path, repr(item.fix)) for item in find_refusals(whole)
    }
    assert [drop_name(thing) for thing in facts.objects] == [drop_name(thing) for thing in whole.objects]
    assert set(facts.malformed) == set(whole.malformed)


def drop_name(thing: ObjectFacts) -> tuple[str, dict[str, Any]]:
    return thing.path, {name: value for name, value in thing.members.items() if name != "adgroup_name"}


def test_a_part_is_judged_once_however_often_it_is_tried():
    asked = []
    trial = Trial({**WEB, "adgroups": [FREE] * 20}, lambda raw: asked.append(raw) or resolve(raw))  # type: ignore[func-returns-value]
    for price in ("1.00", "2.00", "2.00"):
        trial.judge((("adgroups/3/conversion_bid_price", price),))
    assert len(asked) == 3  # nineteen of twenty are alike, and two prices


def test_what_refuses_is_what_the_book_refuses():
    for tree in (MIXED, change(WEB, {"budget": "1", "max_budget": "5"})):
        facts = resolve(tree)
        assert {item.rule for item in find_refusals(facts)} == {
            item.rule for item in judge(facts) if item.level is FindingLevel.REFUSE
        }
    assert {item.level for item in RULES} > {FindingLevel.REFUSE}
