"""What strict mode refuses, one line per rule of the fact sheet; the message names the field."""

from typing import Any

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.support import (
    CUSTOM,
    IMAGE,
    JP,
    POST,
    TT_USER,
    Client,
    ad_body,
    adgroup_body,
    campaign_body,
    creative,
    done,
)

TOTAL = {"schedule_type": "SCHEDULE_START_END", "schedule_end_time": "2026-03-22 00:00:00"}
CBO_OFF = {"budget_optimize_on": False, "budget_mode": "BUDGET_MODE_INFINITE", "budget": None}
OWN = {"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": 200}

CAMPAIGNS: list[tuple[str, dict[str, Any], str]] = [
    ("no-name", {"campaign_name": None}, "campaign_name"),
    ("R3-a-number", {"request_id": 12345}, "request_id"),
    ("R3-too-large", {"request_id": "9223372036854775808"}, "request_id"),
    ("R4-513-units", {"campaign_name": "漢" * 256 + "x"}, "campaign_name"),
    ("R4-emoji", {"campaign_name": "Sale 🎉"}, "campaign_name"),
    ("R5-no-request-id", {"request_id": None}, "request_id"),
    ("R6-words-as-request-id", {"request_id": "req-campaign-1"}, "request_id"),
    ("objective", {"objective_type": "TRAFFIC"}, "objective_type"),
    ("C15-destination", {"sales_destination": None}, "sales_destination"),
    ("R20-below", {"budget": 49.99}, "budget"),
    ("R20-at-the-top", {"budget": 10_000_000}, "budget"),
    ("R22-decimals", {"budget": 50.005}, "budget"),
    ("R23-missing", {"budget": None}, "budget"),
    ("budget-as-text", {"budget": "500"}, "budget"),
    ("R25-day-under-cbo", {"budget_mode": "BUDGET_MODE_DAY"}, "budget_mode"),
    (
        "R25-dynamic-without-cbo",
        {"budget_optimize_on": False, "budget_mode": OWN["budget_mode"]},
        "budget_mode",
    ),
    ("R23-infinite-with-amount", {**CBO_OFF, "budget": 100}, "budget"),
    (
        "R18-increase",
        {"budget_mode": "BUDGET_MODE_TOTAL", "budget_auto_adjust_strategy": "AUTO_BUDGET_INCREASE"},
        "auto",
    ),
    ("flag-as-text", {"budget_optimize_on": "true"}, "budget_optimize_on"),
]
ADGROUPS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("R21-below", CBO_OFF, {**OWN, "budget": 19.99}, "budget"),
    ("R21-lifetime", CBO_OFF, {**TOTAL, "budget_mode": "BUDGET_MODE_TOTAL", "budget": 199}, "budget"),
    ("R26-no-mode", CBO_OFF, {"budget": 200}, "budget_mode"),
    ("R26-no-budget", CBO_OFF, {**OWN, "budget": None}, "budget"),
    ("C10-day", CBO_OFF, {**OWN, "budget_mode": "BUDGET_MODE_DAY"}, "budget_mode"),
    ("R27-min-budget", {}, {"min_budget": 600}, "min_budget"),
    (
        "R28",
        {**CBO_OFF, "budget_mode": "BUDGET_MODE_DAY", "budget": 500},
        {**TOTAL, "budget_mode": "BUDGET_MODE_TOTAL", "budget": 400},
        "budget_mode",
    ),
    ("R29", CBO_OFF, {"budget_mode": "BUDGET_MODE_TOTAL", "budget": 400}, "schedule_type"),
    ("R30", {}, {"promotion_type": "APP_ANDROID"}, "promotion_type"),
    ("R31", {}, {"optimization_goal": "INSTALL"}, "optimization_goal"),
    ("R32", {}, {"billing_event": "CPC"}, "billing_event"),
    ("R33-needed", {}, {"pixel_id": None}, "pixel_id"),
    (
        "R33-refused",
        {},
        {"optimization_goal": "TRAFFIC_LANDING_PAGE_VIEW", "optimization_event": None},
        "pixel_id",
    ),
    ("C20-code", {}, {"pixel_id": "CP0000000000000001"}, "pixel_id"),
    ("unknown-pixel", {}, {"pixel_id": "1"}, "pixel_id"),
    ("R34-needed", {}, {"optimization_event": None}, "optimization_event"),
    (
        "R34-click",
        {},
        {"optimization_goal": "CLICK", "billing_event": "CPC", "pixel_id": None},
        "optimization_event",
    ),
    (
        "R35",
        {},
        {"optimization_goal": "VALUE", "deep_bid_type": "VO_HIGHEST_VALUE", "optimization_event": "FORM"},
        "optimization_event",
    ),
    ("R36", {}, {"optimization_event": "COMPLETE_PAYMENT"}, "optimization_event"),
    (
        "R40",
        {"budget_mode": "BUDGET_MODE_TOTAL"},
        {**TOTAL, "bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 9},
        "bid_type",
    ),
    ("R42-missing", {}, {"bid_type": "BID_TYPE_CUSTOM"}, "conversion_bid_price"),
    ("R42-not-taken", {}, {"conversion_bid_price": 9}, "conversion_bid_price"),
    ("R43-deep-missing", {}, {"optimization_goal": "VALUE"}, "deep_bid_type"),
    ("R43-roas-missing", {}, {"optimization_goal": "VALUE", "deep_bid_type": "VO_MIN_ROAS"}, "roas_bid"),
    ("R43-roas-range", {}, {"roas_bid": 1001}, "roas_bid"),
    ("R43-deep-refused", {}, {"deep_bid_type": "VO_MIN_ROAS"}, "deep_bid_type"),
    (
        "R45-above-budget",
        {},
        {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 500},
        "conversion_bid_price",
    ),
    (
        "R45-cpc-cap",
        {},
        {
            "optimization_goal": "CLICK",
            "billing_event": "CPC",
            "pixel_id": None,
            "optimization_event": None,
            "bid_type": "BID_TYPE_CUSTOM",
            "bid_price": 30,
        },
        "bid_price",
    ),
    ("R50-no-spec", {}, {"targeting_spec": None}, "targeting_spec"),
    ("R50-no-place", {}, {"targeting_spec": {"languages": ["en"]}}, "location_ids"),
    ("R56-nested", {}, {"targeting_spec": {"location_ids": ["6252001", "5332921"]}}, "location_ids"),
    ("unknown-place", {}, {"targeting_spec": {"location_ids": ["1"]}}, "location_ids"),
    (
        "R57",
        {},
        {"targeting_spec": {"location_ids": ["6252001"], "operating_systems": ["IOS", "ANDROID"]}},
        "operating_systems",
    ),
    (
        "R60",
        {"special_industries": ["CREDIT"]},
        {
            "targeting_optimization_mode": "MANUAL",
            "targeting_spec": {"location_ids": ["6252001"], "saved_audience_id": "5"},
        },
        "saved_audience_id",
    ),
    (
        "R61",
        {},
        {
            "targeting_optimization_mode": "MANUAL",
            "targeting_spec": {"location_ids": ["6252001"], "age_groups": ["AGE_13_17"]},
        },
        "age_groups",
    ),
    ("R65-past", {}, {"schedule_start_time": "2026-03-11 11:59:59"}, "schedule_start_time"),
    ("R65-form", {}, {"schedule_start_time": "2026-03-12"}, "schedule_start_time"),
    ("R65-late", {}, {"schedule_start_time": "2028-01-01 00:00:01"}, "schedule_start_time"),
    ("R66-start", {}, {"schedule_start_time": None}, "schedule_start_time"),
    ("R66-end-missing", {}, {"schedule_type": "SCHEDULE_START_END"}, "schedule_end_time"),
    ("R66-end-refused", {}, {"schedule_end_time": "2026-04-01 00:00:00"}, "schedule_end_time"),
    ("R67", {"budget_mode": "BUDGET_MODE_TOTAL"}, {}, "schedule_type"),
    ("R68", {}, {"dayparting": "1" * 335 + "2"}, "dayparting"),
    ("R68-short", {}, {"dayparting": "1" * 335}, "dayparting"),
    ("R69", {}, {"placement_type": "PLACEMENT_TYPE_NORMAL"}, "placements"),
    ("R69-word", {}, {"placement_type": "PLACEMENT_TYPE_NORMAL", "placements": ["TIKTOK"]}, "placements"),
    ("R70-alone", {}, {"click_attribution_window": "SEVEN_DAYS"}, "click_attribution_window"),
    (
        "R70-off",
        {},
        {"click_attribution_window": "OFF", "view_attribution_window": "OFF"},
        "click_attribution_window",
    ),
]
PUSHED = {"identity_type": None, "identity_id": None}
ADS: list[tuple[str, dict[str, Any], str]] = [
    ("R12-none", {"creative_list": []}, "creative_list"),
    ("R12-51", {"creative_list": [creative()] * 51}, "creative_list"),
    ("R13-six-texts", {"ad_text_list": [{"ad_text": str(n)} for n in range(6)]}, "ad_text_list"),
    ("R14-no-cover", {"creative_list": [creative(image_info=None)]}, "image_info"),
    ("R14-no-music", {"creative_list": [creative(ad_format="CAROUSEL_ADS", video_info=None)]}, "music_info"),
    ("C4", {"creative_list": [creative(ad_format="CAROUSEL")]}, "ad_format"),
    ("C19", {"creative_list": [creative(image_info=[{"web_uri": "https://example.com/a.jpg"}])]}, "web_uri"),
    ("R72-no-text", {"ad_text_list": None}, "ad_text_list"),
    ("same-texts", {"ad_text_list": [{"ad_text": "a"}, {"ad_text": "a"}]}, "ad_text_list"),
    ("R73-no-id", {"creative_list": [creative(identity_id=None)]}, "identity_id"),
    ("R73-bc", {"creative_list": [creative(identity_type="BC_AUTH_TT")]}, "identity_authorized_bc_id"),
    ("R73-unknown", {"creative_list": [creative(identity_id="nobody")]}, "identity_id"),
    (
        "C21",
        {"creative_list": [creative(identity_type="CUSTOMIZED_USER", identity_id=CUSTOM)]},
        "identity_type",
    ),
    ("no-identity", {"creative_list": [creative(**PUSHED)]}, "ad_configuration.identity_type"),
    (
        "R74",
        {
            "creative_list": [creative(**PUSHED)],
            "ad_configuration": {"identity_type": "CUSTOMIZED_USER", "identity_id": CUSTOM},
        },
        "ad_configuration.identity_type",
    ),
    (
        "R75-both",
        {
            "call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
            "ad_configuration": {"call_to_action_id": "7"},
        },
        "call_to_action_list",
    ),
    ("R76", {"ad_configuration": {"call_to_action_id": "shop_now"}}, "call_to_action_id"),
    ("R76-unknown", {"ad_configuration": {"call_to_action_id": "7"}}, "call_to_action_id"),
    ("R78-none", {"landing_page_url_list": None}, "landing_page_url_list"),
    ("R78-both", {"page_list": [{"page_id": "1"}]}, "page_list"),
    ("R79", {"deeplink_list": [{"deeplink": "shop://1"}]}, "deeplink_type"),
    (
        "R80-15",
        {"ad_configuration": {"utm_params": [{"key": str(n), "value": "v"} for n in range(15)]}},
        "utm_params",
    ),
    (
        "R80-differs",
        {
            "landing_page_url_list": [{"landing_page_url": "https://example.com/?a=1"}],
            "ad_configuration": {"utm_params": [{"key": "a", "value": "2"}]},
        },
        "utm_params",
    ),
    (
        "R81",
        {"disclaimer": {"disclaimer_type": "TEXT_ONLY", "disclaimer_text": {"text": "x" * 91}}},
        "disclaimer",
    ),
]


def names(rows: list[Any]) -> list[str]:
    return [row[0] for row in rows]


def assert_refused(answer: dict[str, Any], field: str, code: int = 40002) -> None:
    assert (answer["code"], answer["data"]) == (code, {}), answer
    assert field in answer["message"]


@pytest.mark.parametrize(("_", "changes", "field"), CAMPAIGNS, ids=names(CAMPAIGNS))
def test_campaigns_are_refused(strict: Client, _: str, changes: dict[str, Any], field: str) -> None:
    assert_refused(strict.post("smart_plus/campaign/create/", campaign_body(**changes)), field)
    assert strict.page(Level.CAMPAIGN) == []


@pytest.mark.parametrize(("_", "campaign", "changes", "field"), ADGROUPS, ids=names(ADGROUPS))
def test_adgroups_are_refused(
    strict: Client, _: str, campaign: dict[str, Any], changes: dict[str, Any], field: str
) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body(**campaign))["campaign_id"]
    assert_refused(strict.post("smart_plus/adgroup/create/", adgroup_body(campaign_id, **changes)), field)
    assert strict.page(Level.ADGROUP) == []


@pytest.mark.parametrize(("_", "changes", "field"), ADS, ids=names(ADS))
def test_ads_are_refused(strict: Client, _: str, changes: dict[str, Any], field: str) -> None:
    _, adgroup_id, _ = strict.grow(ads=0)
    assert_refused(strict.post("smart_plus/ad/create/", ad_body(adgroup_id, **changes)), field)
    assert strict.page(Level.AD) == []


def test_the_documented_bodies_pass(strict: Client) -> None:
    campaign_id, adgroup_id, [ad_id] = strict.grow()
    assert campaign_id == "1800000000000001"
    assert strict.find(Level.ADGROUP, adgroup_id)["secondary_status"] == "ADGROUP_STATUS_AUDIT"
    assert strict.find(Level.AD, ad_id)["creative_list"][0]["ad_material_id"]


@pytest.mark.parametrize(
    ("campaign", "adgroup"),
    [
        (CBO_OFF, {**OWN, "bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 15}),
        ({"budget_mode": "BUDGET_MODE_TOTAL"}, TOTAL),
        (
            {},
            {
                "optimization_goal": "CLICK",
                "billing_event": "CPC",
                "pixel_id": None,
                "optimization_event": None,
            },
        ),
        (
            {},
            {"optimization_goal": "TRAFFIC_LANDING_PAGE_VIEW", "pixel_id": None, "optimization_event": None},
        ),
        ({}, {"optimization_goal": "VALUE", "deep_bid_type": "VO_MIN_ROAS", "roas_bid": 1.4}),
        ({}, {"budget": 1, "budget_mode": "BUDGET_MODE_TOTAL"}),
        (
            {},
            {"optimization_goal": "CLICK", "billing_event": "CPC", "pixel_id": "", "optimization_event": ""},
        ),
    ],
)
def test_other_documented_adgroups_pass(
    strict: Client, campaign: dict[str, Any], adgroup: dict[str, Any]
) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body(**campaign))["campaign_id"]
    assert strict.create(Level.ADGROUP, adgroup_body(campaign_id, **adgroup))["adgroup_id"]


def test_yen_have_no_decimals_and_higher_minimums(strict: Client) -> None:
    for budget in (4999, 5000.5):
        answer = strict.post("smart_plus/campaign/create/", campaign_body(advertiser_id=JP, budget=budget))
        assert_refused(answer, "budget")
    done(strict.post("smart_plus/campaign/create/", campaign_body(advertiser_id=JP, budget=5000)))


def test_special_industries_are_for_the_us_and_canada(strict: Client) -> None:
    body = campaign_body(advertiser_id=JP, budget=5000, special_industries=["HOUSING"])
    assert_refused(strict.post("smart_plus/campaign/create/", body), "special_industries")


def test_an_unknown_video_has_a_code_of_its_own(strict: Client) -> None:
    _, adgroup_id, _ = strict.grow(ads=0)
    body = ad_body(adgroup_id, creative_list=[creative(video_info={"video_id": "v0"})])
    assert_refused(strict.post("smart_plus/ad/create/", body), "video_id", 40053)


def test_unknown_parents_are_40007(strict: Client) -> None:
    assert_refused(
        strict.post("smart_plus/adgroup/create/", adgroup_body("1800000000000009")), "campaign_id", 40007
    )
    assert_refused(strict.post("smart_plus/ad/create/", ad_body("1900000000000009")), "adgroup_id", 40007)


def test_a_campaign_holds_thirty_adgroups_and_an_adgroup_thirty_ads(strict: Client) -> None:
    campaign_id, adgroup_id, _ = strict.grow(ads=30)
    assert_refused(strict.post("smart_plus/ad/create/", ad_body(adgroup_id)), "adgroup_id", 40502)
    for _ in range(29):
        strict.create(Level.ADGROUP, adgroup_body(campaign_id))
    assert_refused(strict.post("smart_plus/adgroup/create/", adgroup_body(campaign_id)), "campaign_id")


def test_adgroups_of_one_campaign_are_uniform(strict: Client) -> None:
    campaign_id, _, _ = strict.grow(ads=0)
    other = adgroup_body(campaign_id, optimization_event="FORM")
    assert_refused(strict.post("smart_plus/adgroup/create/", other), "optimization_event")  # R48
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body(**CBO_OFF))["campaign_id"]
    strict.create(Level.ADGROUP, adgroup_body(campaign_id, **OWN))
    strict.create(Level.ADGROUP, adgroup_body(campaign_id, **OWN, optimization_event="FORM"))  # R49
    custom = adgroup_body(campaign_id, **OWN, bid_type="BID_TYPE_CUSTOM", conversion_bid_price=9)
    assert_refused(strict.post("smart_plus/adgroup/create/", custom), "bid_type")


def test_custom_identities_still_work_on_pangle_alone(strict: Client) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body())["campaign_id"]
    pangle = {"placement_type": "PLACEMENT_TYPE_NORMAL", "placements": ["PLACEMENT_PANGLE"]}
    adgroup_id = strict.create(Level.ADGROUP, adgroup_body(campaign_id, **pangle))["adgroup_id"]
    custom = {"identity_type": "CUSTOMIZED_USER", "identity_id": CUSTOM}
    body = ad_body(adgroup_id, creative_list=[creative(**PUSHED)], ad_configuration=custom)
    ad = strict.create(Level.AD, body)
    assert ad["ad_configuration"]["identity_authorized_bc_id"] == "0"
    spark = strict.post("smart_plus/ad/create/", ad_body(adgroup_id))
    assert_refused(spark, "creative_list")  # C22: not mixed in one campaign


def test_an_existing_post_needs_no_text_and_no_picture(strict: Client) -> None:
    _, adgroup_id, _ = strict.grow(ads=0)
    post = {
        "ad_format": "SINGLE_VIDEO",
        "tiktok_item_id": POST,
        "identity_type": "TT_USER",
        "identity_id": TT_USER,
    }
    body = ad_body(adgroup_id, creative_list=[{"creative_info": post}], ad_text_list=None)
    assert strict.create(Level.AD, body)["ad_text_list"] == []
    twice = {**post, "image_info": [{"web_uri": IMAGE}]}
    answer = strict.post(
        "smart_plus/ad/create/", ad_body(adgroup_id, creative_list=[{"creative_info": twice}])
    )
    assert_refused(answer, "image_info")


def test_members_no_schema_has_are_ignored_and_empty_ids_count_as_absent(strict: Client) -> None:
    _, adgroup_id, _ = strict.grow(ads=0)
    body = ad_body(
        adgroup_id, request_id="req-ad-1", landing_page_url="x", ad_configuration={"call_to_action_id": ""}
    )
    ad = strict.create(Level.AD, body)
    assert "request_id" not in ad and "landing_page_url" not in ad


def test_a_call_to_action_id_comes_from_a_portfolio(strict: Client) -> None:
    _, adgroup_id, _ = strict.grow(ads=0)
    assets = done(strict.get("creative/cta/recommend/", asset_type="CTA_NORMAL"))["recommend_assets"][:2]
    made = done(
        strict.post(
            "creative/portfolio/create/",
            {"advertiser_id": "7000000000000000001", "portfolio_content": assets},
        )
    )
    ad = strict.create(
        Level.AD, ad_body(adgroup_id, ad_configuration={"call_to_action_id": made["creative_portfolio_id"]})
    )
    assert ad["call_to_action_list"] == []
