"""What an update may change and what it may not (R24, R56, R81, R83, R86-R88)."""

from typing import Any

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import PIXEL, US, Client, adgroup_body, campaign_body, creative
from tests.sandbox.test_judge import CBO_OFF, OWN, TOTAL, assert_refused

SETTLED: list[tuple[Level, dict[str, Any]]] = [
    (Level.CAMPAIGN, {"objective_type": "LEAD_GENERATION"}),
    (Level.CAMPAIGN, {"sales_destination": "APP"}),
    (Level.CAMPAIGN, {"budget_optimize_on": False}),
    (Level.CAMPAIGN, {"budget_mode": "BUDGET_MODE_TOTAL"}),
    (Level.CAMPAIGN, {"special_industries": ["CREDIT"]}),
    (Level.ADGROUP, {"optimization_goal": "CLICK"}),
    (Level.ADGROUP, {"optimization_event": "FORM"}),
    (Level.ADGROUP, {"pixel_id": "7010000000000000003"}),
    (Level.ADGROUP, {"promotion_type": "APP_IOS"}),
    (Level.ADGROUP, {"billing_event": "CPC"}),
    (Level.ADGROUP, {"bid_type": "BID_TYPE_CUSTOM"}),
    (Level.ADGROUP, {"deep_bid_type": "VO_MIN_ROAS"}),
    (Level.ADGROUP, {"vbo_window": "ZERO_DAY"}),
    (Level.ADGROUP, {"placement_type": "PLACEMENT_TYPE_NORMAL"}),
    (Level.ADGROUP, {"placements": ["PLACEMENT_TIKTOK"]}),
    (Level.ADGROUP, {"click_attribution_window": "ONE_DAY"}),
    (Level.ADGROUP, {"video_download_disabled": True}),
]


def keys(grown: tuple[str, str, list[str]]) -> dict[Level, dict[str, str]]:
    campaign_id, adgroup_id, ads = grown
    return {
        Level.CAMPAIGN: {"advertiser_id": US, "campaign_id": campaign_id},
        Level.ADGROUP: {"advertiser_id": US, "adgroup_id": adgroup_id},
        Level.AD: {"advertiser_id": US, "smart_plus_ad_id": ads[0] if ads else ""},
    }


@pytest.mark.parametrize(("level", "changes"), SETTLED, ids=[next(iter(row[1])) for row in SETTLED])
def test_what_a_create_settled_cannot_be_changed(
    strict: Client, level: Level, changes: dict[str, Any]
) -> None:
    key = keys(strict.grow(ads=0))[level]
    renamed = {**key, level.name_member: "Other", **changes}
    assert_refused(strict.post(f"smart_plus/{level.value}/update/", renamed), next(iter(changes)))
    assert strict.page(level)[0][level.name_member] != "Other"


@pytest.mark.parametrize("level", [Level.CAMPAIGN, Level.ADGROUP])
def test_a_whole_object_may_be_sent_back_as_it_reads(strict: Client, level: Level) -> None:
    strict.grow(ads=0)
    [body] = strict.page(level)
    again = strict.update(level, {**body, level.name_member: "Renamed"})
    assert again[level.name_member] == "Renamed"
    assert {**again, "modify_time": ""} == {**body, level.name_member: "Renamed", "modify_time": ""}


def test_guide_mode_ignores_what_is_settled(open_sandbox: Open) -> None:
    client = open_sandbox(mode="guide")
    key = keys(client.grow(ads=0))[Level.ADGROUP]
    changed = client.update(Level.ADGROUP, {**key, "adgroup_name": "x", "bid_type": "BID_TYPE_CUSTOM"})
    assert (changed["adgroup_name"], changed["bid_type"]) == ("x", "BID_TYPE_NO_BID")


def test_the_price_of_the_bid_there_is_may_change_and_no_other(strict: Client) -> None:
    key = keys(strict.grow(ads=0))[Level.ADGROUP]
    assert_refused(
        strict.post("smart_plus/adgroup/update/", {**key, "conversion_bid_price": 9}), "conversion_bid_price"
    )
    assert_refused(strict.post("smart_plus/adgroup/update/", {**key, "roas_bid": 2}), "roas_bid")


def test_budgets_move_within_their_range_and_above_what_is_spent(strict: Client) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body(**CBO_OFF))["campaign_id"]
    adgroup_id = strict.create(Level.ADGROUP, adgroup_body(campaign_id, **OWN))["adgroup_id"]
    key = {"advertiser_id": US, "adgroup_id": adgroup_id}
    assert strict.update(Level.ADGROUP, {**key, "budget": 20})["budget"] == 20
    assert_refused(strict.post("smart_plus/adgroup/update/", {**key, "budget": 19.99}), "budget")
    strict.control("status", {"level": "adgroup", "id": adgroup_id, "spend": 100})
    assert_refused(strict.post("smart_plus/adgroup/update/", {**key, "budget": 104.99}), "budget")
    assert strict.update(Level.ADGROUP, {**key, "budget": 105})["budget"] == 105


def test_a_schedule_may_be_given_an_end_and_lose_it_again(strict: Client) -> None:
    key = keys(strict.grow(ads=0))[Level.ADGROUP]
    ended = strict.update(Level.ADGROUP, {**key, **TOTAL})
    assert ended["schedule_end_time"] == TOTAL["schedule_end_time"]
    open_again = strict.update(Level.ADGROUP, {**key, "schedule_type": "SCHEDULE_FROM_NOW"})
    assert "schedule_end_time" not in open_again


def test_targeting_may_change_its_mode_and_never_leave_the_us(strict: Client) -> None:
    key = keys(strict.grow(ads=0))[Level.ADGROUP]
    manual = {"targeting_optimization_mode": "MANUAL"}
    spec = {"location_ids": ["6252001"], "age_groups": ["AGE_25_34"]}
    changed = strict.update(Level.ADGROUP, {**key, **manual, "targeting_spec": spec})
    assert changed["targeting_spec"]["age_groups"] == ["AGE_25_34"]
    away = {**key, "targeting_spec": {"location_ids": ["2635167"]}}
    assert_refused(strict.post("smart_plus/adgroup/update/", away), "location_ids")


def test_lists_of_an_ad_are_replaced_and_a_kept_creative_keeps_its_id(strict: Client) -> None:
    grown = strict.grow()
    key = keys(grown)[Level.AD]
    strict.advance(5)
    [before] = strict.page(Level.AD)
    kept = before["creative_list"][0]["ad_material_id"]
    body = {
        **key,
        "creative_list": [
            {"ad_material_id": kept},
            creative(video_info={"video_id": "v10000000000000002"}),
        ],
        "ad_text_list": [{"ad_text": "Another"}],
    }
    after = strict.update(Level.AD, body)
    assert after["creative_list"][0]["ad_material_id"] == kept
    assert len(after["creative_list"]) == 2
    assert after["ad_text_list"] == [{"ad_text": "Another"}]
    assert after["landing_page_url_list"] == before["landing_page_url_list"]
    strict.advance(5)
    assert_refused(strict.post("smart_plus/ad/update/", {**key, "ad_text_list": []}), "ad_text_list")


def test_a_disclaimer_may_be_reworded_but_not_changed_in_kind(strict: Client) -> None:
    key = keys(strict.grow())[Level.AD]
    strict.advance(5)
    said = {"disclaimer_type": "TEXT_ONLY", "disclaimer_text": {"text": "Terms"}}
    strict.update(Level.AD, {**key, "disclaimer": said})
    strict.advance(5)
    reworded = {**said, "disclaimer_text": {"text": "New terms"}}
    assert strict.update(Level.AD, {**key, "disclaimer": reworded})["disclaimer"] == reworded
    strict.advance(5)
    linked = {
        "disclaimer_type": "TEXT_LINK",
        "disclaimer_clickable_texts": [{"text": "Terms", "url": "https://example.com"}],
    }
    assert_refused(strict.post("smart_plus/ad/update/", {**key, "disclaimer": linked}), "disclaimer")


def test_nothing_below_something_deleted_can_be_changed(strict: Client) -> None:
    grown = strict.grow()
    strict.advance(5)
    strict.switch(Level.CAMPAIGN, [grown[0]], "DELETE")
    for level, key in keys(grown).items():
        answer = strict.post(f"smart_plus/{level.value}/update/", {**key, level.name_member: "x"})
        assert_refused(answer, "", 40007)


def test_the_pixel_may_be_named_again(strict: Client) -> None:
    key = keys(strict.grow(ads=0))[Level.ADGROUP]
    assert strict.update(Level.ADGROUP, {**key, "adgroup_name": "x", "pixel_id": PIXEL})["pixel_id"] == PIXEL
