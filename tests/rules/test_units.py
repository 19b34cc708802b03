"""What the table of cases does not reach: exact amounts of fixes, edits, the policy and the lists that callers use."""

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from campaigns.contract.conflicts import list_conflicts
from campaigns.rules.book import (
    EDIT_RULES,
    RULES,
    has_level,
    judge,
    judge_edit,
    list_open,
)
from campaigns.rules.edits import LockFacts, Phase
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import FindingLevel
from campaigns.rules.lifecycle import is_emergency, is_stop, lowers_money
from campaigns.rules.passports import list_passports
from campaigns.rules.policy import house_policy
from tests.rules.bases import BASES, change, make_edit, resolve
from tests.rules.test_rules import BELOW, FAILS, build


def find_fix(base: str, changes: dict, rule: str) -> list[tuple[str, object]]:
    finding = next(item for item in judge(resolve(change(BASES[base], changes))) if item.rule == rule)
    assert finding.fix is not None
    return [(item.path, item.value) for item in finding.fix.changes]


def edit_fix(row: dict, rule: str) -> object:
    finding = next(item for item in judge_edit(make_edit(row)) if item.rule == rule)
    assert finding.fix is not None
    return finding.fix.changes[0].value


@pytest.mark.parametrize(
    ("new", "nearest"), [("40.00", "23.00"), ("10.00", "17.00"), ("23.01", "23.00"), ("16.99", "17.00")]
)
def test_a_bid_that_jumps_is_led_to_the_farthest_safe_step(new, nearest):
    row = {"before": {"conversion_bid_price": "20.00"}, "after": {"conversion_bid_price": new}}
    assert edit_fix(row, "bid-step-size") == nearest


def test_a_budget_raised_too_far_is_led_to_thirty_percent():
    assert (
        edit_fix({"before": {"budget": "99.99"}, "after": {"budget": "500"}}, "budget-raise-size") == "129.98"
    )


def test_a_budget_below_the_spend_is_led_to_a_hundred_and_five_percent_rounded_up():
    row = {"before": {"budget": "100"}, "after": {"budget": "50"}, "spent": "60.01"}
    assert edit_fix(row, "budget-covers-spend") == "63.02"


def test_a_budget_used_up_for_three_days_may_rise_by_thirty_percent():
    assert (
        edit_fix({"settings": {"budget": "100.00"}, "spent_share": [0.9, 0.9, 0.9]}, "budget-may-rise")
        == "130.00"
    )


def test_a_lifetime_budget_is_at_least_twenty_for_each_begun_day():
    changes = {
        "adgroups/0/budget_mode": "BUDGET_MODE_TOTAL",
        "adgroups/0/budget": "1",
        "adgroups/0/schedule_type": "SCHEDULE_START_END",
        "adgroups/0/schedule_end_time": "2026-11-27 12:00:01",
    }
    assert find_fix("own-budgets", changes, "adgroup-budget-range") == [("adgroups/0/budget", "220.00")]


def test_one_fix_brings_all_ad_groups_to_the_commonest_value():
    changes = {"adgroups/1/optimization_event": "FORM"}
    assert find_fix("web-three", changes, "uniform-with-cbo") == [
        ("adgroups/1/optimization_event", "SHOPPING")
    ]
    changes = {"adgroups/0/optimization_event": "FORM", "adgroups/2/optimization_event": "FORM"}
    assert find_fix("web-three", changes, "uniform-with-cbo") == [("adgroups/1/optimization_event", "FORM")]


def test_a_price_is_copied_with_the_digits_it_was_typed_with():
    changes = {
        f"adgroups/{index}/{name}": value
        for index, price in ((0, "15.10"), (1, "15.10"), (2, "20.00"))
        for name, value in (("bid_type", "BID_TYPE_CUSTOM"), ("conversion_bid_price", price))
    }
    assert find_fix("web-three", changes, "uniform-with-cbo") == [
        ("adgroups/2/conversion_bid_price", "15.10")
    ]


def test_equal_where_given_means_that_a_default_left_out_is_no_difference():
    changes = {"adgroups/0/vbo_window": "SEVEN_DAYS", "adgroups/1/deep_bid_type": "DEFAULT"}
    assert not has_level(judge(resolve(change(BASES["web-three"], changes))), FindingLevel.REFUSE)


def test_inside_learning_a_raise_waits_for_a_manager_and_a_stop_does_not():
    raise_ = make_edit({"phase": "learning", "before": {"budget": "100"}, "after": {"budget": "110"}})
    assert [item.rule for item in judge_edit(raise_)] == ["learning-locked"]
    stop = make_edit(
        {
            "phase": "learning",
            "before": {"operation_status": "ENABLE"},
            "after": {"operation_status": "DISABLE"},
        }
    )
    assert is_stop(stop)
    assert judge_edit(stop) == ()


def test_a_stop_beside_another_change_is_no_mere_stop():
    both = make_edit(
        {
            "before": {"operation_status": "ENABLE", "budget": "100"},
            "after": {"operation_status": "DISABLE", "budget": "90"},
        }
    )
    assert not is_stop(both)
    assert lowers_money(both) == Decimal(10)


def test_an_emergency_is_a_lowering_with_a_reason_and_nothing_else():
    low = {"before": {"budget": "100"}, "after": {"budget": "90"}}
    assert is_emergency(make_edit({**low, "emergency": "client asks"}))
    assert not is_emergency(make_edit({**low, "emergency": "  "}))
    assert not is_emergency(
        make_edit({"before": {"budget": "90"}, "after": {"budget": "100"}, "emergency": "x"})
    )
    mixed = {"before": {"budget": "100", "adgroup_name": "a"}, "after": {"budget": "90", "adgroup_name": "b"}}
    assert not is_emergency(make_edit({**mixed, "emergency": "x"}))
    assert lowers_money(make_edit({"before": {"budget": "90"}, "after": {"budget": "100"}})) == 0


def test_the_lock_holds_in_learning_only():
    assert [phase for phase in Phase if LockFacts(phase).locked] == [Phase.LEARNING]


def test_inside_learning_the_lock_speaks_and_the_pace_is_silent():
    edit = {"before": {"conversion_bid_price": "20"}, "after": {"conversion_bid_price": "40"}}
    assert [item.rule for item in judge_edit(make_edit({**edit, "phase": "learning"}))] == ["learning-locked"]
    assert judge_edit(make_edit({**edit, "phase": "not_delivering"})) == ()


def test_an_account_may_override_a_number_inside_its_bounds_only():
    policy = house_policy().override({"learning.results": Decimal(25)})
    assert policy.number("learning.results") == 25
    assert house_policy().number("learning.results") == 50
    for name, value in (
        ("learning.results", 24),
        ("learning.results", 101),
        ("push.lease", 45),
        ("no.such", 1),
    ):
        with pytest.raises(ValueError, match="outside the bounds"):
            house_policy().override({name: Decimal(value)})


def test_every_house_number_has_a_unit_a_source_and_an_owner_and_lies_inside_its_bounds():
    for name, figure in house_policy().figures.items():
        assert figure.unit and figure.source and figure.owner, name
        assert figure.least is None or figure.admits(figure.value), name
        assert (figure.least is None) is (figure.most is None), name


def test_a_yes_to_a_rule_counts_everywhere_and_a_yes_to_a_place_there_only():
    findings = judge(
        resolve(change(BASES["web-two"], {"adgroups/0/max_budget": "1", "adgroups/1/max_budget": "1"}))
    )
    rule = "sent-otherwise-money-or-audience"
    assert len(list_open(findings, frozenset())) == 2
    assert len(list_open(findings, frozenset({(rule, "adgroups/0/max_budget")}))) == 1
    assert list_open(findings, frozenset({(rule, None)})) == ()


def test_the_gravest_finding_comes_first():
    levels = [
        item.level
        for item in judge(resolve(change(BASES["web"], {"budget": "1", "max_budget": "5", "po_box": "1"})))
    ]
    assert levels == sorted(levels, key=list(FindingLevel).index)
    assert levels[0] is FindingLevel.REFUSE


def test_every_rule_has_a_passport_in_the_order_of_the_book():
    assert [item.id for item in list_passports()] == [item.id for item in (*RULES, *EDIT_RULES)]
    assert all(item.sentence.endswith(".") and item.source and item.example for item in list_passports())


def test_a_passport_names_the_contradictions_its_source_names():
    by_id = {item.id: item for item in list_passports()}
    assert [item.id for item in by_id["goal-fits-objective"].contradictions] == ["C39"]
    assert by_id["texts-nearly-equal"].contradictions == ()  # C5 there is a line of the requirements
    assert by_id["goal-fits-objective"].as_json()["contradictions"][0]["follow"] == "support VALUE"


def test_the_contradictions_are_all_there():
    assert list(list_conflicts()) == [f"C{number}" for number in range(1, 46)]
    assert all(item.topic and item.one and item.follow for item in list_conflicts().values())


def offer_event(typed: str, base: str = "web") -> object:
    tree = change(BASES[base], {"adgroups/0/optimization_event": typed})
    finding = next(item for item in judge(resolve(tree)) if item.rule == "known-word")
    return finding.fix and finding.fix.changes[0].value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ADD_TO_CART", "ON_WEB_CART"),
        ("AddToCart", "ON_WEB_CART"),
        ("Add to wishlist", "ON_WEB_ADD_TO_WISHLIST"),
        ("VIEW_CONTENT", "ON_WEB_DETAIL"),
        ("SubmitForm", "FORM"),
        ("PURCHASE", "SHOPPING"),
        ("shopping", "SHOPPING"),
        ("SHOPPIGN", "SHOPPING"),
        ("INITIATE_ODER", "INITIATE_ORDER"),
    ],
)
def test_the_event_that_was_meant_is_offered(typed, meant):
    assert offer_event(typed) == meant


@pytest.mark.parametrize(
    "typed", ["ADD_TO_BASKET", "CHECKOUT_STARTED", "PAGE_VISIT", "ACTIVE_PLAY", "FROM", "ON"]
)
def test_a_word_that_is_no_typing_slip_is_not_turned_into_another(typed):
    assert offer_event(typed) is None


def test_an_app_is_not_offered_an_event_of_a_pixel():
    assert offer_event("ADD_TO_CART", "retargeting") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("AGE_25_43", "AGE_25_34"), ("AGE_25_44", None), ("BID_TYPE_CUSTOM", None), ("AGE25 34", "AGE_25_34")],
)
def test_a_slip_that_could_mean_two_words_is_left_to_the_person(typed, meant):
    changes = {"adgroups/0/targeting_spec/age_groups": [typed]}
    finding = next(
        item for item in judge(resolve(change(BASES["manual"], changes))) if item.rule == "known-word"
    )
    assert (finding.fix and finding.fix.changes[0].value) == (meant and [meant])


WHOLE = [case.values[1] for case in FAILS if case.values[1]["base"] != "edit"]
TWO = [
    BASES["web-three"],
    change(BASES["web-two"], {"adgroups/1/optimization_event": "FORM"}),
    change(BASES["web-three"], {"budget": "50.00"}),
    change(
        BASES["own-budgets"],
        {
            "adgroups/1": BASES["own-budgets"]["adgroups"][0],
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": "300",
        },
    ),
    change(
        BASES["own-budgets"],
        {"adgroups/1": change(BASES["own-budgets"]["adgroups"][0], {"bid_type": "BID_TYPE_CUSTOM"})},
    ),
]


def pair(base: str, group: dict, **members: object) -> dict:
    """A tree with one changed ad group twice."""
    first = {**BASES[base]["adgroups"][0], **group}
    return {**BASES[base], **members, "adgroups": [first, {**first, "adgroup_name": "Second"}]}


CAPPED = {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "15.00"}
TWO += [
    pair("dedicated", CAPPED, is_advanced_dedicated_campaign=False),
    pair("own-budgets", {**CAPPED, "budget_mode": "BUDGET_MODE_TOTAL"}),
    pair("catalog", {**CAPPED, "optimization_goal": "TRAFFIC_LANDING_PAGE_VIEW"}),
]


def test_a_rule_that_is_not_wide_needs_one_ad_group_at_a_time():
    """What it says of a tree is what it says of the ad groups alone; a rule that compares them is declared wide."""
    trees = [*(resolve(*build(case)) for case in WHOLE), *map(resolve, TWO)]
    for facts in (facts for facts in trees if 1 < len(facts.adgroups) <= 30):
        for rule in (rule for rule in RULES if not rule.wide):
            alone = [facts.narrow(index) for index in range(len(facts.adgroups))]
            apart = {(item.path, item.message, item.fix) for part in alone for item in rule.find(part)}
            assert {(item.path, item.message, item.fix) for item in rule.find(facts)} == apart, rule.id


OTHERS = ("clicks", "value", "own-budgets", "lead-form", "install", "catalog", "manual", "carousel", "posts")


@cache
def read_behind_others() -> list[tuple[str, str, TreeFacts]]:
    """Every broken ad group behind sound ones of other flows: its rule, where it must speak, the facts."""
    before = [BASES[base]["adgroups"][0] for base in OTHERS]
    ads = [group["ads"][0] for group in before]
    rows = []
    for rule, case in (case.values for case in BELOW):
        tree, account = build(case)
        group = tree["adgroups"][0]
        at = case["at"].replace("adgroups/0/", f"adgroups/{len(before)}/", 1)
        if isinstance(group.get("ads"), list) and "/ads/0/" in at:
            group = {**group, "ads": [*ads, *group["ads"]]}
            at = at.replace("/ads/0/", f"/ads/{len(ads)}/", 1)
        rows.append((rule, at, resolve({**tree, "adgroups": [*before, group]}, account)))
    return rows


def test_a_broken_ad_group_is_found_behind_sound_ones_of_every_other_kind():
    """What a rule skips must not keep it from looking further."""
    by_id = {rule.id: rule for rule in RULES}
    for rule, at, facts in read_behind_others():
        assert at in {item.path for item in by_id[rule].find(replace(facts))}, (rule, at)
