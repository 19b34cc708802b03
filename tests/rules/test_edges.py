"""Edges of rules that were found by breaking the rules on purpose: what stands exactly at a bound, and who is skipped."""

import pytest

from campaigns.rules.attribution import read_flow
from campaigns.rules.authority import Act, may_by_token
from campaigns.rules.book import judge
from campaigns.rules.findings import Finding
from tests.rules.bases import BASES, change, resolve

DISCLAIMER = {
    "disclaimer_type": "TEXT_LINK",
    "disclaimer_clickable_texts": [{"text": "Terms", "url": "https://example.com"}],
}
TWO_CAPPED = change(BASES["cost-cap"], {"adgroups/1": BASES["cost-cap"]["adgroups"][0]})
TWO_OWN = change(BASES["own-budgets"], {"adgroups/1": BASES["own-budgets"]["adgroups"][0]})
DAY = {"budget_mode": "BUDGET_MODE_DAY"}


def find(tree: dict, changes: dict, rule: str) -> list[Finding]:
    return [item for item in judge(resolve(change(tree, changes))) if item.rule == rule]


@pytest.mark.parametrize(
    ("tree", "changes", "rule", "paths"),
    [
        (BASES["lead-form"], {"adgroups/0/ads/0/disclaimer": DISCLAIMER}, "disclaimer-scope", []),
        (BASES["catalog"], {"adgroups/0/ads/0/disclaimer": DISCLAIMER}, "disclaimer-scope", []),
        # 7 days × 100 at 7.00 a result are 100 results: two ad groups of 50 exactly
        (
            TWO_CAPPED,
            {
                "budget": "100.00",
                "adgroups/0/conversion_bid_price": "7.00",
                "adgroups/1/conversion_bid_price": "7.00",
            },
            "adgroups-fed",
            [],
        ),
        (
            BASES["own-budgets"],
            {
                "adgroups/0/bid_type": "BID_TYPE_CUSTOM",
                "adgroups/0/conversion_bid_price": "1.00",
                "adgroups/0/budget": "20.00",
            },
            "budget-better-for-learning",
            ["adgroups/0/budget"],
        ),
        (TWO_OWN, {**DAY, "budget": "200.00", "adgroups/1/budget": "~"}, "cap-below-adgroups", []),
        (TWO_OWN, {**DAY, "budget": "199.50", "adgroups/1/budget": "~"}, "cap-below-adgroups", ["budget"]),
        (
            BASES["web"],
            {
                "budget_mode": "BUDGET_MODE_TOTAL",
                "budget": "100.00",
                "adgroups/0/budget_mode": "BUDGET_MODE_TOTAL",
                "adgroups/0/budget": "300.00",
            },
            "cap-below-adgroups",
            [],
        ),
        (
            BASES["cost-cap"],
            {"budget": "1.00", "adgroups/0/conversion_bid_price": "1.00"},
            "price-below-budget",
            ["adgroups/0/conversion_bid_price"],
        ),
        (BASES["cost-cap"], {"budget": "0"}, "price-below-budget", []),
        (BASES["cost-cap"], {"adgroups/0/budget": "10.00"}, "price-below-budget", []),
    ],
)
def test_a_rule_speaks_at_its_bound_and_not_before(tree, changes, rule, paths):
    assert [item.path for item in find(tree, changes, rule)] == paths


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        (["Buy now and save", "Buy now and save!", "Buy now and save."], [1, 2]),
        (["Buy now and save", "Buy now and save!", "Buy now and save"], [1, 2]),
        (["Buy now and save", "Rain", "A dog", "Ships free", "Buy now and save!"], [4]),
        (["Buy now and save", "Rain", "A dog", "Ships free", "Winter", "Buy now and save!"], []),
    ],
)
def test_each_of_five_texts_is_told_once_that_it_is_nearly_another(texts, places):
    changes = {"adgroups/0/ads/0/ad_text_list": [{"ad_text": text} for text in texts]}
    found = find(BASES["web"], changes, "texts-nearly-equal")
    assert [int(item.path.split("/")[-2]) for item in found] == places


@pytest.mark.parametrize(("count", "word"), [(1, "few"), (11, "many")])
def test_too_few_creatives_and_too_many_are_called_what_they_are(count, word):
    creative = BASES["web"]["adgroups"][0]["ads"][0]["creative_list"][0]
    (found,) = find(
        BASES["web"], {"adgroups/0/ads/0/creative_list": [creative] * count}, "variants-per-segment"
    )
    assert f"rather {word}" in found.message


@pytest.mark.parametrize(
    ("base", "changes", "flow"),
    [
        ("web", {}, "web"),
        ("clicks", {}, None),
        ("lead-website", {}, "web"),
        ("lead-form", {"adgroups/0/optimization_goal": "CONVERT"}, None),
        ("install", {}, "install"),
        ("install", {"adgroups/0/promotion_target_type": "EXTERNAL_WEBSITE"}, "install"),
        ("retargeting", {}, None),
    ],
)
def test_the_windows_of_a_flow_are_its_own(base, changes, flow):
    facts = resolve(change(BASES[base], changes))
    assert read_flow(facts, facts.adgroups[0]) == flow


@pytest.mark.parametrize(
    ("scopes", "act", "may"),
    [
        ([], Act.SEE, True),
        (["read"], Act.SEE, True),
        ([], Act.LAUNCH, False),
        (["read", "draft"], Act.LAUNCH, False),
        (["read", "launch"], Act.LAUNCH, True),
    ],
)
def test_a_token_does_what_one_of_its_scopes_holds_and_always_reads(scopes, act, may):
    assert may_by_token(scopes, act) is may
