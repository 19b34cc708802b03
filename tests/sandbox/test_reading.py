"""The get calls: pages, totals, filters, fields, order; and how reads differ from writes."""

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.support import US, Client, adgroup_body, campaign_body, done


def test_pages_have_totals_and_the_newest_come_first(strict: Client) -> None:
    made = [strict.create(Level.CAMPAIGN, campaign_body())["campaign_id"] for _ in range(23)]
    answer = done(strict.get("smart_plus/campaign/get/", page="2"))
    assert answer["page_info"] == {"page": 2, "page_size": 10, "total_number": 23, "total_page": 3}
    assert [row["campaign_id"] for row in answer["list"]] == made[::-1][10:20]
    assert done(strict.get("smart_plus/campaign/get/", page="4"))["list"] == []


@pytest.mark.parametrize(("level", "most"), [("campaign", 1000), ("adgroup", 1000), ("ad", 100)])
def test_page_sizes_are_capped(strict: Client, level: str, most: int) -> None:
    assert strict.get(f"smart_plus/{level}/get/", page_size=most)["code"] == 0
    assert strict.get(f"smart_plus/{level}/get/", page_size=most + 1)["code"] == 40002
    assert strict.get(f"smart_plus/{level}/get/", page=0)["code"] == 40002


def test_filters_narrow_by_id_name_parent_and_time(strict: Client) -> None:
    first, group, [ad] = strict.grow(campaign_name="Spring shoes")
    strict.advance(3600)
    second, _, _ = strict.grow(campaign_name="Winter coats", ads=0)
    assert [row["campaign_id"] for row in strict.page(Level.CAMPAIGN, campaign_name="SHOES")] == [first]
    assert [row["campaign_id"] for row in strict.page(Level.ADGROUP, campaign_ids=[second])] == [second]
    assert [row["smart_plus_ad_id"] for row in strict.page(Level.AD, adgroup_ids=[group])] == [ad]
    assert strict.page(Level.AD, campaign_ids=[second]) == []
    since = strict.page(Level.CAMPAIGN, creation_filter_start_time="2026-03-12 00:30:00")
    assert [row["campaign_id"] for row in since] == [second]
    until = strict.page(Level.CAMPAIGN, creation_filter_end_time="2026-03-12 00:30:00")
    assert [row["campaign_id"] for row in until] == [first]
    assert len(strict.page(Level.ADGROUP, optimization_goal="CONVERT", objective_type="WEB_CONVERSIONS")) == 2
    assert strict.page(Level.AD, objective_type="LEAD_GENERATION") == []
    assert strict.page(Level.AD, ad_ids=["1"]) != []  # the wrong key is ignored in silence


def test_a_filter_takes_a_hundred_ids(strict: Client) -> None:
    for count, code in ((100, 0), (101, 40002)):
        ids = [str(number) for number in range(count)]
        assert strict.get("smart_plus/ad/get/", filtering={"smart_plus_ad_ids": ids})["code"] == code


def test_broken_filters_are_refused(strict: Client) -> None:
    for filtering in (
        "{",
        "[]",
        {"primary_status": "STATUS_GOOD"},
        {"campaign_ids": "1"},
        {"campaign_ids": [1]},
    ):
        assert strict.get("smart_plus/campaign/get/", filtering=filtering)["code"] == 40002


def test_fields_choose_members_and_ads_always_say_who_they_are(strict: Client) -> None:
    strict.grow()
    [campaign] = done(strict.get("smart_plus/campaign/get/", fields=["campaign_name"]))["list"]
    assert campaign == {"campaign_name": "Spring"}
    [ad] = done(strict.get("smart_plus/ad/get/", fields=["ad_name"]))["list"]
    assert ad.keys() == {"ad_name", "advertiser_id", "smart_plus_ad_id"}


def test_defaults_appear_on_read(strict: Client) -> None:
    campaign_id, adgroup_id, [ad_id] = strict.grow()
    campaign = strict.find(Level.CAMPAIGN, campaign_id)
    assert campaign["budget_mode"] == "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"
    assert (campaign["campaign_type"], campaign["smart_plus_adgroup_mode"]) == (
        "REGULAR_CAMPAIGN",
        "MULTIPLE",
    )
    adgroup = strict.find(Level.ADGROUP, adgroup_id)
    assert (adgroup["budget_mode"], adgroup["budget"]) == ("BUDGET_MODE_INFINITE", 0)
    assert len(adgroup["placements"]) == 3 and adgroup["dayparting"] == "1" * 336
    assert adgroup["targeting_spec"]["gender"] == "GENDER_UNLIMITED"
    ad = strict.find(Level.AD, ad_id)
    assert ad["deeplink_list"] == [] and ad["ad_configuration"]["tracking_info"] == {}
    assert ad["creative_list"][0]["material_operation_status"] == "ENABLE"


def test_targeting_members_the_mode_does_not_use_vanish(strict: Client) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body())["campaign_id"]
    spec = {
        "location_ids": ["6252001"],
        "age_groups": ["AGE_25_34"],
        "spc_audience_age": "OVER_TWENTY_FIVE",
        "interest_category_ids": ["15"],
        "network_types": ["WIFI"],
    }
    for extra, kept in (
        ({}, {"spc_audience_age"}),
        ({"suggestion_audience_enabled": True}, {"spc_audience_age", "interest_category_ids"}),
        ({"targeting_optimization_mode": "MANUAL"}, {"interest_category_ids", "network_types"}),
    ):
        adgroup = strict.create(Level.ADGROUP, adgroup_body(campaign_id, targeting_spec=spec, **extra))
        read = adgroup["targeting_spec"]
        assert {"spc_audience_age", "interest_category_ids", "network_types"} & read.keys() == kept
    assert read["age_groups"] == ["AGE_25_34"]


def test_a_day_of_zeros_reads_as_always(strict: Client) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body())["campaign_id"]
    adgroup = strict.create(Level.ADGROUP, adgroup_body(campaign_id, dayparting="0" * 336))
    assert adgroup["dayparting"] == "1" * 336


def test_accounts_do_not_see_each_other(strict: Client) -> None:
    strict.grow()
    answer = strict.get("smart_plus/campaign/get/", advertiser_id="7000000000000000002")
    assert done(answer)["page_info"]["total_number"] == 0
    assert strict.page(Level.CAMPAIGN)[0]["advertiser_id"] == US
