"""Edges of rules that were found by breaking the rules on purpose: what stands exactly at a bound, and who is skipped."""

from dataclasses import replace
from decimal import Decimal

import pytest

from campaigns.contract.choices import BUNDLE_COUNTRIES
from campaigns.rules.advice import find_cost, find_day
from campaigns.rules.attribution import COUNT, read_flow
from campaigns.rules.authority import Act, may_by_token
from campaigns.rules.book import judge
from campaigns.rules.facts import PastCost
from campaigns.rules.findings import Finding
from tests.rules.bases import ACCOUNT, BASES, NOW, change, resolve

DISCLAIMER = {
    "disclaimer_type": "TEXT_LINK",
    "disclaimer_clickable_texts": [{"text": "Terms", "url": "https://example.com"}],
}
TWO_CAPPED = change(BASES["cost-cap"], {"adgroups/1": BASES["cost-cap"]["adgroups"][0]})
TWO_OWN = change(BASES["own-budgets"], {"adgroups/1": BASES["own-budgets"]["adgroups"][0]})
DAY = {"budget_mode": "BUDGET_MODE_DAY"}
OWN_LIFETIME = change(BASES["own-budgets"], {"adgroups/0/budget_mode": "BUDGET_MODE_TOTAL"})
TEN_DAYS = {
    "adgroups/0/schedule_type": "SCHEDULE_START_END",
    "adgroups/0/schedule_end_time": "2026-11-27 12:00:00",
}
ONLY_TIKTOK = {"placement_type": "PLACEMENT_TYPE_NORMAL", "placements": ["PLACEMENT_TIKTOK"]}
BY_CATALOG = {
    **BASES["catalog"]["adgroups"][0]["ads"][0],
    "ad_configuration": {"catalog_creative_toggle": True},
    "creative_list": BASES["web"]["adgroups"][0]["ads"][0]["creative_list"][:2],
}
TWO_BY_CATALOG = change(BASES["catalog"], {"adgroups/0/ads": [BY_CATALOG, BY_CATALOG]})
POST = BASES["posts"]["adgroups"][0]["ads"][0]["creative_list"][0]
OWN_VIDEO = change(
    BASES["custom"]["adgroups"][0]["ads"][0],
    {"creative_list": BASES["custom"]["adgroups"][0]["ads"][0]["creative_list"][:1]},
)
RISING = {"budget_auto_adjust_strategy": "AUTO_BUDGET_INCREASE"}
AT_RISING = ["adgroups/0/budget_auto_adjust_strategy"]
GROUP_RISING = {"adgroups/0/budget_auto_adjust_strategy": "AUTO_BUDGET_INCREASE"}
OWN_RISING = change(BASES["own-budgets"], GROUP_RISING)
LEAD_RISING = change(
    BASES["lead-form"],
    {
        **GROUP_RISING,
        "budget_optimize_on": False,
        "budget_mode": "BUDGET_MODE_INFINITE",
        "budget": "~",
        "adgroups/0/budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        "adgroups/0/budget": "200.00",
    },
)
ROAS = {
    "adgroups/0/optimization_goal": "VALUE",
    "adgroups/0/deep_bid_type": "VO_MIN_ROAS",
    "adgroups/0/roas_bid": "1.5",
    "adgroups/0/vbo_window": "ZERO_DAY",
}
CAPPED_SECOND = {"adgroups/1/bid_type": "BID_TYPE_CUSTOM"}


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
        # a lifetime budget is 20 a day: of ten days to the second, and of a run whose end nobody knows
        (OWN_LIFETIME, {**TEN_DAYS, "adgroups/0/budget": "200.00"}, "adgroup-budget-range", []),
        (
            OWN_LIFETIME,
            {**TEN_DAYS, "adgroups/0/budget": "199.99"},
            "adgroup-budget-range",
            ["adgroups/0/budget"],
        ),
        (OWN_LIFETIME, {"adgroups/0/budget": "20.00"}, "adgroup-budget-range", []),
        (OWN_LIFETIME, {"adgroups/0/budget": "19.99"}, "adgroup-budget-range", ["adgroups/0/budget"]),
        # the first ad group is rich enough, or has no price: the second is looked at all the same
        (
            TWO_OWN,
            {**CAPPED_SECOND, "adgroups/1/conversion_bid_price": "20.01"},
            "budget-feeds-learning",
            ["adgroups/1/budget"],
        ),
        (
            TWO_OWN,
            {**CAPPED_SECOND, "adgroups/1/conversion_bid_price": "6.67"},
            "budget-better-for-learning",
            ["adgroups/1/budget"],
        ),
        # the same audience, whether the usual mode is typed or left out
        (TWO_OWN, {"adgroups/1/targeting_optimization_mode": "~"}, "budget-sharing", ["budget_optimize_on"]),
        (TWO_OWN, {"adgroups/1/targeting_optimization_mode": "MANUAL"}, "budget-sharing", []),
        (
            BASES["web"],
            {"adgroups/0/schedule_start_time": "2028-01-01 00:00:00"},
            "schedule-start-window",
            [],
        ),
        # what is skipped in the first does not hide the second
        (
            BASES["web-two"],
            {
                "adgroups/0/schedule_start_time": "soon",
                "adgroups/1/schedule_start_time": "2028-01-01 00:00:01",
            },
            "schedule-start-window",
            ["adgroups/1/schedule_start_time"],
        ),
        (
            change(BASES["manual"], {"adgroups/1": BASES["manual"]["adgroups"][0]}),
            {
                **{f"adgroups/0/{name}": value for name, value in ONLY_TIKTOK.items()},
                "adgroups/1/targeting_spec/actions": [{"action_category_ids": ["1"]}],
            },
            "behaviour-categories-tiktok-only",
            ["adgroups/1/targeting_spec/actions/0/action_category_ids"],
        ),
        (
            change(BASES["lead-form"], {"adgroups/1": BASES["lead-form"]["adgroups"][0]}),
            {
                "adgroups/0/placement_type": "PLACEMENT_TYPE_NORMAL",
                "adgroups/0/placements": ["PLACEMENT_PANGLE"],
                "adgroups/1/ads/0/call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
            },
            "lead-call-to-action",
            ["adgroups/1/ads/0/call_to_action_list"],
        ),
        (
            TWO_BY_CATALOG,
            {},
            "catalog-creative-alone",
            ["adgroups/0/ads/0/creative_list", "adgroups/0/ads/1/creative_list"],
        ),
        # the kind of the first creative is the campaign's; the first of the other kind is the odd one
        (
            BASES["web"],
            {"adgroups/0/ads/0/creative_list": [POST], "adgroups/0/ads/1": OWN_VIDEO},
            "spark-unmixed",
            ["adgroups/0/ads/1/creative_list/0/creative_info"],
        ),
        # what lets a budget grow by itself
        (OWN_RISING, {}, "auto-increase-scope", AT_RISING),
        (OWN_RISING, ROAS, "auto-increase-scope", []),
        (OWN_RISING, {**ROAS, "adgroups/0/vbo_window": "SEVEN_DAYS"}, "auto-increase-scope", AT_RISING),
        (
            OWN_RISING,
            {**ROAS, "adgroups/0/deep_bid_type": "VO_HIGHEST_VALUE"},
            "auto-increase-scope",
            AT_RISING,
        ),
        (
            OWN_RISING,
            {**ROAS, "adgroups/0/budget_mode": "BUDGET_MODE_TOTAL"},
            "auto-increase-scope",
            AT_RISING,
        ),
        (LEAD_RISING, {}, "auto-increase-scope", AT_RISING),
        (LEAD_RISING, {"adgroups/0/bid_type": "BID_TYPE_CUSTOM"}, "auto-increase-scope", []),
        (OWN_RISING, {"adgroups/0/bid_type": "BID_TYPE_CUSTOM"}, "auto-increase-scope", AT_RISING),
        (
            BASES["web"],
            {"budget_mode": "BUDGET_MODE_TOTAL", **RISING},
            "auto-increase-scope",
            ["budget_auto_adjust_strategy"],
        ),
        (BASES["web"], {"budget": "0", **RISING}, "auto-increase-exposure", []),
        (BASES["web"], {"budget": "1", **RISING}, "auto-increase-exposure", ["budget_auto_adjust_strategy"]),
        (BASES["web"], {"adgroups/0/min_budget": "0"}, "min-budget-range", []),
        (BASES["web"], {"adgroups/0/min_budget": "-0.01"}, "min-budget-range", ["adgroups/0/min_budget"]),
        (BASES["web-two"], {"adgroups/0/min_budget": "500"}, "min-budgets-fit", []),
        (BASES["web-two"], {"adgroups/0/min_budget": "500.01"}, "min-budgets-fit", ["budget"]),
        (
            BASES["web"],
            {"campaign_name": "~", "adgroups/0/adgroup_name": "x" * 513},
            "name-fits",
            ["adgroups/0/adgroup_name"],
        ),
        (BASES["web"], {"adgroups/0/ads": BASES["web"]["adgroups"][0]["ads"] * 30}, "ad-count", []),
        # the event that landing page views mean, typed or left out
        (
            BASES["landing-views"],
            {
                "adgroups/1": change(
                    BASES["landing-views"]["adgroups"][0], {"optimization_event": "LANDING_PAGE_VIEW"}
                )
            },
            "uniform-with-cbo",
            [],
        ),
        (
            BASES["manual"],
            {"adgroups/0/targeting_spec/device_price_ranges": [55, 60]},
            "device-price-steps",
            ["adgroups/0/targeting_spec/device_price_ranges"],
        ),
        (
            BASES["manual"],
            {
                "adgroups/0/targeting_spec/actions": [
                    {"action_scene": "ELSEWHERE"},
                    {"action_scene": "CREATOR_RELATED", "video_user_actions": ["WATCHED_TO_END"]},
                ]
            },
            "behaviour-fits-scene",
            ["adgroups/0/targeting_spec/actions/1/video_user_actions"],
        ),
        (
            BASES["manual"],
            {"adgroups/0/targeting_spec/zipcode_ids": [str(number) for number in range(3_000)]},
            "location-count",
            ["adgroups/0/targeting_spec/location_ids"],
        ),
        (
            BASES["web"],
            {"adgroups/0/ads/0/ad_configuration/call_to_action_id": "9223372036854775807"},
            "call-to-action-id",
            [],
        ),
        (
            BASES["web"],
            {"adgroups/0/optimization_event": "FORM", f"adgroups/0/{COUNT}": "EVERY"},
            "event-count-fits",
            [],
        ),
        # what is not given differs from nothing
        (BASES["web-two"], {"adgroups/0/optimization_event": "~"}, "uniform-with-cbo", []),
        (
            change(BASES["landing-views"], {"adgroups/1": BASES["landing-views"]["adgroups"][0]}),
            {
                "adgroups/0/bid_type": "BID_TYPE_CUSTOM",
                "adgroups/1/bid_type": "BID_TYPE_CUSTOM",
                "adgroups/1/conversion_bid_price": "1.00",
            },
            "uniform-with-cbo",
            [],
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
        (["abcdefghij", "abcdefghix"], [1]),  # nine tenths the same, as the house number says
        (["abcdefghi", "abcdefghx"], []),
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


@pytest.mark.parametrize(
    ("country", "places"), [("US", ["adgroups/0/placements"]), (BUNDLE_COUNTRIES[0], [])]
)
def test_the_app_bundle_is_refused_where_it_does_not_serve(country, places):
    changes = {
        "adgroups/0/placement_type": "PLACEMENT_TYPE_NORMAL",
        "adgroups/0/placements": ["PLACEMENT_GLOBAL_APP_BUNDLE"],
    }
    facts = resolve(change(BASES["install"], changes), replace(ACCOUNT, country=country))
    assert [item.path for item in judge(facts) if item.rule == "gab-countries"] == places


@pytest.mark.parametrize(
    ("typed", "rule"), [("~", "event-required"), ("INITIATE_ORDER", "pixel-lists-event")]
)
@pytest.mark.parametrize(("events", "offered"), [(("FORM",), "FORM"), (("FORM", "SHOPPING"), None)])
def test_the_only_event_of_a_pixel_is_offered_where_none_or_another_is_named(typed, rule, events, offered):
    tree = change(BASES["web"], {"adgroups/0/optimization_event": typed})
    account = replace(ACCOUNT, pixels=(replace(ACCOUNT.pixels[0], events=events),))
    (found,) = (item for item in judge(resolve(tree, account)) if item.rule == rule)
    assert (found.fix and found.fix.changes[0].value) == offered


@pytest.mark.parametrize(
    ("info", "form"),
    [
        ({"video_info": {"video_id": "v1"}}, "SINGLE_VIDEO"),
        ({"image_info": [{"web_uri": "img1"}]}, "CAROUSEL_ADS"),
        ({"video_info": {"video_id": "v1"}, "image_info": [{"web_uri": "img1"}]}, "SINGLE_VIDEO"),
        ({}, None),
    ],
)
def test_the_form_of_a_creative_is_offered_by_what_it_holds(info, form):
    tree = change(BASES["web"], {"adgroups/0/ads/0/creative_list": [{"creative_info": info}]})
    found = next(item for item in judge(resolve(tree)) if item.path.endswith("/ad_format"))
    assert (found.fix and found.fix.changes[0].value) == form


@pytest.mark.parametrize(("budget", "day"), [("0", None), ("-1", None), ("1", 1)])
def test_what_there_is_for_a_day_is_more_than_nothing(budget, day):
    facts = resolve(change(BASES["web"], {"budget": budget}))
    assert find_day(facts, facts.adgroups[0]) == day


@pytest.mark.parametrize(("price", "cost"), [("0", None), ("-0.5", None), ("0.50", Decimal("0.50"))])
def test_a_result_costs_more_than_nothing(price, cost):
    facts = resolve(change(BASES["cost-cap"], {"adgroups/0/conversion_bid_price": price}))
    assert find_cost(facts, facts.adgroups[0]) == cost


@pytest.mark.parametrize(
    ("price", "said"), [("100.00", "(your target)"), (None, "(what 20 conversions of this event have cost")]
)
def test_the_cost_per_result_says_where_it_comes_from(price, said):
    past = PastCost(Decimal(90), 20, NOW.date(), NOW.date(), NOW)
    tree = change(BASES["cost-cap"], {"adgroups/0/conversion_bid_price": price})
    findings = judge(resolve(tree, replace(ACCOUNT, costs={"SHOPPING": past})))
    (advice,) = (item for item in findings if item.rule == "budget-feeds-learning")
    assert said in advice.message


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


def test_an_increase_by_itself_says_what_a_day_may_cost_at_worst():
    (found,) = find(BASES["web"], {"budget": "100.00", **RISING}, "auto-increase-exposure")
    assert "619.17" in found.message  # ten times 20 % more


@pytest.mark.parametrize(("others", "fixes"), [(30, 30), (31, 1)])
def test_one_fix_for_all_is_not_repeated_for_more_ad_groups_than_a_campaign_holds(others, fixes):
    group = BASES["web"]["adgroups"][0]
    odd = {**group, "optimization_event": "FORM"}
    tree = {**BASES["web"], "adgroups": [*[group] * (others + 1), *[odd] * others]}
    found = find(tree, {}, "uniform-with-cbo")
    assert [item.fix is not None for item in found] == [True] * fixes + [False] * (others - fixes)


@pytest.mark.parametrize(("count", "fixes"), [(30, 30), (31, 0)])
def test_a_fix_that_sets_more_ad_groups_than_a_campaign_holds_is_not_offered(count, fixes):
    group = {
        **BASES["own-budgets"]["adgroups"][0],
        "budget_mode": "BUDGET_MODE_TOTAL",
        "bid_type": "BID_TYPE_CUSTOM",
    }
    found = find({**BASES["own-budgets"], "adgroups": [group] * count}, {}, "cost-cap-needs-daily")
    assert len(found) == count
    assert sum(item.fix is not None for item in found) == fixes


@pytest.mark.parametrize(
    ("catalog", "places"),
    [("TRAVEL_ENTERTAINMENT", []), ("ECOMMERCE", ["adgroups/0/targeting_spec/location_ids"])],
)
def test_postal_codes_stand_for_a_location_in_travel_alone(catalog, places):
    changes = {
        "catalog_type": catalog,
        "adgroups/0/targeting_spec": {"zipcode_ids": ["1"]},
        "adgroups/0/targeting_optimization_mode": "MANUAL",
    }
    facts = resolve(change(BASES["catalog"], changes), replace(ACCOUNT, location_id=None))
    assert [item.path for item in judge(facts) if item.rule == "location-required"] == places
