"""No tree, however broken, raises; findings come in bounded time and number."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.contract.levels import Level
from campaigns.contract.members import Member, members_below, members_of
from campaigns.rules.book import RULES, judge, judge_adgroup
from campaigns.rules.facts import ObjectFacts
from campaigns.rules.findings import Finding
from campaigns.rules.policy import house_policy
from campaigns.rules.repair import find_repair
from campaigns.sync.plan import measure_tree
from campaigns.sync.translate import resolve_adgroup_again
from tests.rules.bases import ACCOUNT, BASES, WEB, change, resolve

NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([10**400, -(10**400), 1e308, 5e-324, 2**63, -1, 0, True]),
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            " ",
            "مرحبا",
            "\u202eabc",
            "👩‍👩‍👧‍👦",
            "🇩🇪",
            "𝕏",
            "\x00",
            "1e999999",
            "NaN",
            "-Infinity",
            "9" * 5000,
        ]
    ),
    st.sampled_from(
        ["0001-01-01 00:00:00", "9999-12-31 23:59:59+14:00", "9999-12-31 23:59:59", "https://[", "//"]
    ),
)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


def right_or_wrong(level: Level, member: Member) -> st.SearchStrategy[Any]:
    """Values of a member: often of its type, now and then anything."""
    match member.type:
        case "object":
            fitting = body(level, member.path)
        case "objects":
            fitting = st.lists(body(level, f"{member.path}[]"), max_size=3)
        case "words" | "texts" | "ids" | "counts":
            one = st.sampled_from(member.values) if member.values else st.one_of(TEXTS, NUMBERS)
            fitting = st.lists(one, max_size=3)
        case "flag":
            fitting = st.booleans()
        case "money" | "number":
            fitting = st.sampled_from(["0", "-5", "0.001", "49.99", "500.00", 15.5, 10**15, "1e19", "1e-19"])
        case "count":
            fitting = st.integers(-5, 400)
        case _:
            fitting = st.sampled_from(member.values) if member.values else TEXTS
    return st.one_of(fitting, fitting, fitting, ANYTHING)


def body(level: Level, where: str = "") -> st.SearchStrategy[dict[str, Any]]:
    members = {name: right_or_wrong(level, member) for name, member in members_below(level, where).items()}
    return st.fixed_dictionaries({}, optional=members) if members else st.just({})


def few(level: Level) -> st.SearchStrategy[dict[str, Any]]:
    """A body with some of its members: all at once would be slow and seldom near a rule."""
    names = list(members_below(level, ""))
    return st.lists(st.sampled_from(names), max_size=8, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries(
            {name: right_or_wrong(level, members_of(level)[name]) for name in chosen}
        )
    )


BROKEN = st.tuples(
    st.sampled_from(sorted(BASES)),
    few(Level.CAMPAIGN),
    few(Level.ADGROUP),
    few(Level.AD),
    ANYTHING,
    st.booleans(),
)


def break_tree(
    parts: tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], Any, bool],
) -> dict[str, Any]:
    base, campaign, group, ad, extra, twice = parts
    tree = BASES[base]
    old_group = tree["adgroups"][0]
    old_ad = old_group["ads"][0]
    ads: list[Any] = [{**old_ad, **ad}, old_ad]
    groups: list[Any] = [{**old_group, **group, "ads": ads}, old_group]
    if twice:
        ads.append(extra)
        groups.append(extra)
    return {**tree, **campaign, "adgroups": groups, "unheard_of": extra}


QUIET = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(BROKEN)
def test_no_broken_tree_raises_and_every_finding_can_be_shown(parts):
    for finding in judge(resolve(break_tree(parts))):
        assert finding.message
        assert len(finding.message) <= 800
        json.dumps(finding.as_json())


@QUIET
@given(ANYTHING)
@example({"adgroups": {"a": 1}})
@example(
    {"adgroups": [[], None, 3, {"ads": "x"}, {"ads": [None, {"creative_list": [{"creative_info": 5}]}]}]}
)
def test_anything_at_all_can_be_judged(value):
    tree = value if isinstance(value, dict) else {"adgroups": value, "budget": value, "objective_type": value}
    judge(resolve(tree))


@QUIET
@given(BROKEN)
def test_judging_one_changed_ad_group_again_says_what_judging_all_says(parts):
    """The keystroke path: only the changed ad group and the rules that compare are asked again."""
    tree = break_tree(parts)
    before = {**tree, "adgroups": [BASES[parts[0]]["adgroups"][0], *tree["adgroups"][1:]]}
    old = resolve(before)
    facts = resolve_adgroup_again(before=old, index=0, raw=tree["adgroups"][0])
    assert sort(judge_adgroup(facts, index=0, before=judge(old))) == sort(judge(resolve(tree)))


def sort(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return sorted((item.rule, item.path, item.message) for item in findings)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(BROKEN)
def test_looking_for_a_repair_of_a_broken_tree_never_raises(parts):
    find_repair(
        break_tree(parts),
        resolve=resolve,
        measure=measure_tree,
        among=frozenset({"bid_type", "conversion_bid_price", "schedule_type"}),
    )


def test_deep_nesting_is_answered():
    deep: Any = "end"
    for _ in range(500):
        deep = [deep] if len(str(type(deep))) % 2 else {"a": deep}
    judge(resolve(change(WEB, {"unheard_of": deep, "adgroups/0/targeting_spec": deep})))


def test_ten_thousand_ad_groups_are_answered_in_bounded_number():
    group = {**WEB["adgroups"][0], "ads": []}
    tree = {
        **WEB,
        "adgroups": [{**group, "conversion_bid_price": f"{number}.001"} for number in range(10_000)],
    }
    findings = judge(resolve(tree))
    most = house_policy().count("judging.findings_per_rule")
    counts = {item.rule: sum(other.rule == item.rule for other in findings) for item in findings}
    assert max(counts.values()) == most + 1
    more = [item for item in findings if "more like it" in item.message]
    assert {item.rule for item in more} >= {
        "price-unwanted",
        "money-precision",
        "ad-count",
        "uniform-with-cbo",
    }
    assert any("And 9,800 more" in item.message or "And 9800 more" in item.message for item in more)


class Counted(dict[str, Any]):
    """Members of one object that count how often any such is asked for one."""

    asked = 0

    def get(self, name: str, default: Any = None) -> Any:
        Counted.asked += 1
        return super().get(name, default)


def count(thing: ObjectFacts) -> ObjectFacts:
    """The same object, its members and its children's counted."""
    return replace(thing, members=Counted(thing.members), children=tuple(map(count, thing.children)))


def test_judging_looks_at_each_ad_group_as_often_however_many_there_are():
    """Members are asked for in proportion to the ad groups; a rule that looks from each at every other would show."""
    group = {**WEB["adgroups"][0], "ads": [WEB["adgroups"][0]["ads"][0]] * 4}
    asked = {}
    for size in (10, 20, 30):
        facts = resolve({**WEB, "adgroups": [{**group, "adgroup_name": f"G{n}"} for n in range(size)]})
        Counted.asked = 0
        judge(replace(facts, campaign=count(facts.campaign)))
        asked[size] = Counted.asked
    assert asked[10] > 1_000
    assert asked[30] - asked[20] == asked[20] - asked[10]


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("moment", ["0001-01-01 00:00:00", "9999-12-31 23:59:59"])
def test_times_at_the_ends_of_the_calendar_are_said_in_any_zone(zone, moment):
    tree = change(WEB, {"adgroups/0/schedule_start_time": moment, "adgroups/0/schedule_end_time": moment})
    findings = judge(resolve(tree, replace(ACCOUNT, zone=zone)))
    assert "schedule-start-window" in {item.rule for item in findings}


def test_rules_that_compare_ad_groups_say_so_by_being_wide():
    """A rule that is not wide judges each ad group as if it were alone: the parts add up to the whole."""
    for base in ("web-two", "web-three"):
        broken = change(
            BASES[base], {"adgroups/1/bid_type": "BID_TYPE_CUSTOM", "adgroups/0/optimization_event": "FORM"}
        )
        facts = resolve(broken)
        narrow = [facts.narrow(index) for index in range(len(facts.adgroups))]
        for rule in RULES:
            if rule.wide:
                continue
            whole = {(item.path, item.message) for item in rule.find(facts)}
            parts = {(item.path, item.message) for part in narrow for item in rule.find(part)}
            assert whole == parts, rule.id
