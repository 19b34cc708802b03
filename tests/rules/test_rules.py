"""Every rule, broken and kept: the table of cases, and what holds for all fixes."""

import copy
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaigns.rules.book import EDIT_RULES, RULES, has_level, judge, judge_edit
from campaigns.rules.facts import AccountFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.rules.passports import list_passports
from tests.rules.bases import ACCOUNT, BASES, change, make_edit, put, resolve

TABLE: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("cases.toml").read_text("utf-8"))
ACCOUNTS = {
    "gb": replace(ACCOUNT, country="GB", location_id="2635167", zone="Europe/London"),
    "utm": replace(ACCOUNT, utm=(("utm_source", "tiktok"), ("utm_campaign", "__CAMPAIGN_NAME__"))),
    "lost": replace(ACCOUNT, location_id=None),
}
EXAMPLES = {
    passport.id: {
        "base": passport.base,
        "set": dict(passport.example),
        "at": passport.at,
        "also": passport.also,
    }
    for passport in list_passports()
}
FAILS = [
    pytest.param(rule, case, id=f"{rule}-{number}")
    for rule in EXAMPLES
    for number, case in enumerate([EXAMPLES[rule], *TABLE.get(rule, {}).get("fails", [])])
]
PASSES = [
    pytest.param(rule, case, id=f"{rule}-{number}")
    for rule, row in TABLE.items()
    for number, case in enumerate(row["passes"])
]


def build(case: dict[str, Any]) -> tuple[dict[str, Any], AccountFacts]:
    """The raw tree of a case. In its changes {like = base} copies an ad group, {times = n} repeats one, {count = n} makes ids."""
    changes = dict(case["set"])
    account = ACCOUNTS[changes.pop("@account")] if "@account" in changes else ACCOUNT
    base = BASES[case["base"]]
    for path, value in changes.items():
        match value:
            case {"like": name}:
                changes[path] = copy.deepcopy(BASES[name]["adgroups"][0])
            case {"times": count}:
                first = base["adgroups"][0] if path == "adgroups" else base["adgroups"][0]["ads"][0]
                changes[path] = [copy.deepcopy(first) for _ in range(count)]
            case {"count": count}:
                changes[path] = [str(number) for number in range(1, count + 1)]
    return change(base, changes), account


def find(case: dict[str, Any]) -> tuple[Finding, ...]:
    if case["base"] == "edit":
        return judge_edit(make_edit(case["set"]))
    tree, account = build(case)
    return judge(resolve(tree, account))


def pick(findings: tuple[Finding, ...], base: str) -> set[str]:
    """The rules that speak, without what the base itself is told, and without the mere spelling."""
    quiet = {"sent-otherwise"}
    if base != "edit":
        quiet |= {finding.rule for finding in judge(resolve(BASES[base]))}
    return {finding.rule for finding in findings} - quiet


def test_every_rule_has_a_broken_example_and_a_kept_one():
    ids = {rule.id for rule in (*RULES, *EDIT_RULES)}
    assert set(EXAMPLES) == ids
    assert set(TABLE) == ids
    assert all(row["passes"] for row in TABLE.values())


def test_rule_ids_are_kebab_case_and_used_once():
    ids = [rule.id for rule in (*RULES, *EDIT_RULES)]
    assert len(ids) == len(set(ids))
    assert all(part.isalnum() and part == part.lower() for rule in ids for part in rule.split("-"))


@pytest.mark.parametrize(("rule", "case"), FAILS)
def test_a_broken_rule_says_so_where_it_is_broken_and_no_other_speaks(rule, case):
    findings = find(case)
    assert (rule, case["at"]) in {(item.rule, item.path) for item in findings}
    if rule != "sent-otherwise":
        assert pick(findings, case["base"]) == {rule, *case.get("also", [])}


@pytest.mark.parametrize(("rule", "case"), PASSES)
def test_a_kept_rule_is_silent(rule, case):
    assert rule not in {item.rule for item in find(case)}


@pytest.mark.parametrize(("rule", "case"), FAILS)
def test_a_finding_names_its_rule_level_and_source_and_speaks_in_sentences(rule, case):
    by_id = {item.id: item for item in (*RULES, *EDIT_RULES)}
    for finding in find(case):
        assert finding.level is by_id[finding.rule].level
        assert finding.source
        assert finding.message[-1] in ".?…", finding.message
        assert "None" not in finding.message, finding.message


FIXES: dict[str, list[list[Any]]] = json.loads(Path(__file__).with_name("fixes.json").read_text("utf-8"))
FIXED = [case for case in FAILS if case.id in FIXES]


def find_fix(rule: str, case: dict[str, Any]) -> list[list[Any]] | None:
    at_place = (item for item in find(case) if (item.rule, item.path) == (rule, case["at"]))
    fix = next((item.fix for item in at_place if item.fix), None)
    return fix and [[change.path, change.value] for change in fix.changes]


@pytest.mark.parametrize(("number", "rule", "case"), [(case.id, *case.values) for case in FAILS])
def test_a_finding_offers_exactly_the_fix_that_stands_in_the_table_or_none(number, rule, case):
    assert find_fix(rule, case) == FIXES.get(number)


def test_the_table_of_fixes_names_cases_that_exist():
    assert set(FIXES) == {case.id for case in FIXED}


@pytest.mark.parametrize(("rule", "case"), FIXED)
def test_a_fix_removes_what_it_mends(rule, case):
    """Applied once to the tree as typed, the finding is gone."""
    changes = find_fix(rule, case)
    assert changes
    if case["base"] == "edit":
        row = copy.deepcopy(case["set"])
        row["after"] = row.get("after", {}) | {path.split("/")[-1]: value for path, value in changes}
        row.setdefault("before", {}).setdefault("budget", row.get("settings", {}).get("budget"))
        left = judge_edit(make_edit(row))
    else:
        tree, account = build(case)
        left = judge(resolve(put(tree, [(path, value) for path, value in changes]), account))
    assert (rule, case["at"]) not in {(item.rule, item.path) for item in left}


@pytest.mark.parametrize("base", sorted(set(BASES) - {"guide-1", "guide-2"}))
def test_the_sound_trees_have_nothing_to_answer_for(base):
    assert [item for item in judge(resolve(BASES[base])) if item.rule != "sent-otherwise"] == []


TODAY = {
    "adgroups/0/schedule_start_time": "2026-11-18 00:00:00",
    "adgroups/0/schedule_end_time": "2026-12-18 23:59:59",
}
DOCUMENTED: dict[str, Any] = {
    "sales_destination": "WEBSITE",
    "adgroups/0/optimization_event": "SHOPPING",
    "adgroups/0/pixel_id": "7100000000000000001",
    "adgroups/0/ads/0/creative_list/0/creative_info/identity_type": "~",
    "adgroups/0/ads/0/creative_list/0/creative_info/image_info": [{"web_uri": "img1"}],
    "adgroups/0/ads/0/ad_configuration": {"identity_type": "CUSTOMIZED_USER", "identity_id": "custom-1"},
    "adgroups/0/ads/0/call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
    "adgroups/0/ads/0/request_id": "~",
}


@pytest.mark.parametrize("spelling", ["the guides'", "TikTok's"])
@pytest.mark.parametrize("example", ["guide-1", "guide-2"])
def test_both_worked_examples_pass_in_both_spellings(example, spelling):
    changes: dict[str, Any] = dict(TODAY) if example == "guide-2" else {}
    if spelling == "TikTok's":
        changes |= DOCUMENTED
        if example == "guide-2":
            changes["adgroups/0/budget_mode"] = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"
    findings = judge(resolve(change(BASES[example], changes)))
    assert not has_level(findings, FindingLevel.REFUSE), findings
    assert not has_level(findings, FindingLevel.ESCALATE)


@pytest.mark.parametrize(
    ("base", "changes", "rule"),
    [
        ("web-two", {"adgroups/1/optimization_event": "FORM"}, "uniform-with-cbo"),
        ("web", {"adgroups/0/ads/0/page_list": [{"page_id": "1"}]}, "one-destination"),
        ("web", {"budget": "~"}, "campaign-budget-required"),
        ("clicks", {"adgroups/0/optimization_event": "SHOPPING"}, "event-unwanted"),
        ("cost-cap", {"adgroups/0/conversion_bid_price": "~"}, "cost-cap-price-required"),
    ],
)
def test_the_five_known_errors_of_the_guides_are_told_by_their_cause(base, changes, rule):
    findings = judge(resolve(change(BASES[base], changes)))
    assert [item.rule for item in findings if item.level is FindingLevel.REFUSE] == [rule]


WIDE = {rule.id for rule in RULES if rule.wide}  # what compares ad groups has cases of its own
BELOW = [
    case
    for case in FAILS
    if case.values[1]["at"].startswith("adgroups/0/")
    and case.values[1]["base"] != "edit"
    and case.values[0] not in WIDE
]


@pytest.mark.parametrize(("rule", "case"), BELOW)
def test_a_rule_broken_in_the_second_ad_group_is_found_there_too(rule, case):
    tree, account = build(case)
    sound = copy.deepcopy(BASES[case["base"]]["adgroups"][0])
    found = judge(resolve({**tree, "adgroups": [sound, tree["adgroups"][0]]}, account))
    at = case["at"].replace("adgroups/0/", "adgroups/1/", 1)
    assert (rule, at) in {(item.rule, item.path) for item in found}
