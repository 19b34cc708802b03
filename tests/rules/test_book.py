"""The book as a whole: how findings are ordered and counted, and one ad group judged again instead of all."""

from typing import Any

import pytest

from campaigns.rules.book import has_level, judge, judge_adgroup
from campaigns.rules.findings import LONGEST, Finding, FindingLevel, Hit, Rule, rule
from campaigns.rules.passports import list_passports
from campaigns.rules.policy import house_policy
from campaigns.sync.translate import resolve_adgroup_again
from tests.rules.bases import BASES, WEB, change, resolve

SOUND = WEB["adgroups"][0]
MOST = house_policy().count("judging.findings_per_rule")


def make_broken(number: int) -> dict[str, Any]:
    """An ad group with its own name that is refused, asked about and advised."""
    return {
        **change(SOUND, {"ads/0/ad_name": "x" * 600, "min_budget": "-1"}),
        "adgroup_name": f"Group {number}",
        "max_budget": "5",
    }


TREE = {**WEB, "budget": "1.00", "max_budget": "7", "adgroups": [make_broken(number) for number in range(13)]}


@pytest.mark.parametrize("index", [0, 1, 12])
@pytest.mark.parametrize("mended", [True, False])
def test_one_ad_group_judged_again_gives_what_judging_all_gives_in_the_same_order(index, mended):
    changed = {**(SOUND if mended else make_broken(index)), "bid_type": "BID_TYPE_CUSTOM"}
    groups = [changed if number == index else group for number, group in enumerate(TREE["adgroups"])]
    before = resolve(TREE)
    again = resolve_adgroup_again(before=before, index=index, raw=changed)
    whole = judge(resolve({**TREE, "adgroups": groups}))
    assert judge_adgroup(again, index=index, before=judge(before)) == whole


def test_findings_come_by_level_then_in_the_order_of_the_book_then_of_the_tree():
    found = judge(resolve(TREE))
    assert [item.rule for item in found[:2]] == ["name-fits", "name-fits"]
    places = [item.path for item in found if item.rule == "min-budget-range"]
    assert places == [f"adgroups/{number}/min_budget" for number in range(13)]
    assert found[0].level < found[-1].level or found[0].level != found[-1].level


@pytest.mark.parametrize("more", [0, 1, 3])
def test_of_each_rule_so_many_findings_are_shown_and_one_says_how_many_more(more):
    groups = [{**SOUND, "min_budget": "-1"} for _ in range(MOST + more)]
    found = [item for item in judge(resolve({**WEB, "adgroups": groups})) if item.rule == "min-budget-range"]
    assert len(found) == MOST + (more > 0)
    if more:
        assert found[-1].path == f"adgroups/{MOST}/min_budget"
        assert found[-1].message.startswith(f"And {more} more like it")


def test_a_sound_tree_has_no_finding_at_all():
    assert judge(resolve(BASES["web"])) == ()
    assert not any(has_level((), level) for level in FindingLevel)


def test_a_level_is_there_where_one_finding_has_it():
    found = judge(resolve(change(WEB, {"budget": "1.00"})))
    assert [level for level in FindingLevel if has_level(found, level)] == [FindingLevel.REFUSE]


def test_what_is_said_of_the_list_of_ad_groups_itself_stays_beside_what_is_said_of_one():
    tree = {**WEB, "adgroups": [SOUND] * 31}
    before, changed = resolve(tree), {**SOUND, "max_budget": "5"}
    again = resolve_adgroup_again(before=before, index=30, raw=changed)
    whole = judge(resolve({**tree, "adgroups": [*[SOUND] * 30, changed]}))
    assert judge_adgroup(again, index=30, before=judge(before)) == whole
    assert whole[0].path == "adgroups"


def test_a_finding_is_cut_at_its_longest_and_names_its_own_source_before_its_rules():
    hits = [Hit("a", "m" * LONGEST), Hit("b", "m" * (LONGEST + 1), source="the hit's")]
    whole, cut = Rule("x", FindingLevel.ADVICE, "Is.", "the rule's", lambda _: hits).find(None)
    assert (whole.message, whole.source) == ("m" * LONGEST, "the rule's")
    assert (cut.message, cut.source) == ("m" * (LONGEST - 1) + "…", "the hit's")


def test_a_line_of_the_requirements_is_no_contradiction():
    named = {item.id: item.contradictions for item in list_passports()}
    assert named["interactions-off"] == ()  # its source is C6 there
    assert [item.id for item in named["billing-fits-goal"]] == ["C7"]


def test_what_was_malformed_or_spelt_otherwise_anywhere_is_said_once_after_one_ad_group_was_judged_again():
    typed = {**SOUND, "optimization_event": "COMPLETE_PAYMENT", "bid_price": "abc"}
    tree = {**WEB, "special_industries": "x", "sales_destination": None, "adgroups": [typed] * 3}
    before = resolve(tree)
    changed = {**typed, "adgroup_name": "Other"}
    again = resolve_adgroup_again(before=before, index=1, raw=changed)
    whole = judge(resolve({**tree, "adgroups": [typed, changed, typed]}))
    assert {"special_industries", "sales_destination", "adgroups/1/bid_price"} <= {
        item.path for item in whole
    }
    assert judge_adgroup(again, index=1, before=judge(before)) == whole


def test_a_finding_without_a_fix_offers_none():
    assert Finding("rule", FindingLevel.REFUSE, "budget", "No.", "B1").as_json()["fix"] is None


def test_a_rule_looks_at_one_ad_group_unless_it_says_otherwise():
    made = rule("one", sentence="One.", source="B1")(lambda facts: ())
    assert made.wide is False
    assert Rule("two", FindingLevel.REFUSE, "Two.", "B1", lambda facts: ()).wide is False


def test_too_many_ad_groups_stay_too_many_after_one_was_judged_again():
    before = resolve({**WEB, "adgroups": [SOUND] * 31})
    again = resolve_adgroup_again(before=before, index=0, raw={**SOUND, "adgroup_name": "Other"})
    found = judge_adgroup(again, index=0, before=judge(before))
    assert [item.path for item in found if item.rule == "adgroup-count"] == ["adgroups"]
