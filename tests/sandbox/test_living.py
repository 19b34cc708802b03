"""What happens to objects after they were made: updates, switches, review, statuses, deletion."""

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import TT_USER, US, Client, ad_body, adgroup_body, campaign_body, creative, done

LEVELS = (Level.CAMPAIGN, Level.ADGROUP, Level.AD)
CBO_OFF = {"budget_optimize_on": False, "budget": None}
OWN = {"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": 200}


def read_statuses(client: Client, **filtering: str) -> tuple[str, ...]:
    return tuple(
        client.page(level, primary_status="STATUS_ALL", **filtering)[0]["secondary_status"]
        for level in LEVELS
    )


def test_review_takes_its_time_and_then_delivers(strict: Client) -> None:
    strict.grow()
    assert read_statuses(strict) == ("CAMPAIGN_STATUS_ENABLE", "ADGROUP_STATUS_AUDIT", "AD_STATUS_AUDIT")
    strict.advance(19)
    assert read_statuses(strict)[2] == "AD_STATUS_AUDIT"
    strict.advance(1)
    assert read_statuses(strict) == (
        "CAMPAIGN_STATUS_ENABLE",
        "ADGROUP_STATUS_DELIVERY_OK",
        "AD_STATUS_DELIVERY_OK",
    )


def test_an_ad_with_the_marker_is_denied_and_says_why(strict: Client) -> None:
    _, adgroup_id, _ = strict.grow(ads=0)
    ad_id = strict.create(Level.AD, ad_body(adgroup_id, ad_text_list=[{"ad_text": "Cure all [deny]"}]))[
        "smart_plus_ad_id"
    ]
    strict.advance(20)
    assert read_statuses(strict)[1:] == ("ADGROUP_STATUS_AUDIT_DENY", "AD_STATUS_AUDIT_DENY")
    ask = {"smart_plus_ad_ids": [ad_id], "extra_info_setting": {"include_reject_info": True}}
    answer = done(strict.get("smart_plus/ad/review_info/", **ask))
    [info] = answer["smart_plus_ad_review_infos"]
    assert info["review_status"] == "UNAVAILABLE" and "[deny]" in info["reject_info"][0]["reasons"][0]
    assert answer["material_review_infos"][0]["smart_plus_ad_id"] == ad_id
    [silent] = done(strict.get("smart_plus/ad/review_info/", smart_plus_ad_ids=[ad_id]))[
        "smart_plus_ad_review_infos"
    ]
    assert silent["reject_info"] is None  # null members stay on this endpoint


def test_an_edited_ad_keeps_running_while_it_is_reviewed_again(strict: Client) -> None:
    _, _, [ad_id] = strict.grow()
    strict.advance(20)
    strict.update(Level.AD, {"smart_plus_ad_id": ad_id, "ad_text_list": [{"ad_text": "New words"}]})
    assert read_statuses(strict)[2] == "AD_STATUS_DELIVERY_AND_REAUDIT"
    strict.advance(20)
    assert read_statuses(strict)[2] == "AD_STATUS_DELIVERY_OK"


def test_it_keeps_running_also_where_the_new_version_will_be_denied(strict: Client) -> None:
    _, _, [ad_id] = strict.grow()
    strict.advance(20)
    strict.update(Level.AD, {"smart_plus_ad_id": ad_id, "ad_text_list": [{"ad_text": "Bad [deny]"}]})
    assert read_statuses(strict)[2] == "AD_STATUS_DELIVERY_AND_REAUDIT"
    strict.advance(20)
    assert read_statuses(strict)[2] == "AD_STATUS_AUDIT_DENY"


@pytest.mark.parametrize(
    ("level", "statuses"),
    [
        (0, ("CAMPAIGN_STATUS_DISABLE", "ADGROUP_STATUS_CAMPAIGN_DISABLE", "AD_STATUS_CAMPAIGN_DISABLE")),
        (1, ("CAMPAIGN_STATUS_ENABLE", "ADGROUP_STATUS_DISABLE", "AD_STATUS_ADGROUP_DISABLE")),
        (2, ("CAMPAIGN_STATUS_ENABLE", "ADGROUP_STATUS_DELIVERY_OK", "AD_STATUS_DISABLE")),
    ],
)
def test_a_pause_shows_below(strict: Client, level: int, statuses: tuple[str, ...]) -> None:
    campaign_id, adgroup_id, [ad_id] = strict.grow()
    strict.advance(20)
    done(strict.switch(LEVELS[level], [(campaign_id, adgroup_id, ad_id)[level]], "DISABLE"))
    assert read_statuses(strict) == statuses


def test_a_schedule_starts_and_ends(strict: Client) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body())["campaign_id"]
    times = {"schedule_start_time": "2026-03-13 00:00:00", "schedule_end_time": "2026-03-14 00:00:00"}
    body = adgroup_body(campaign_id, schedule_type="SCHEDULE_START_END", **times)
    strict.create(Level.AD, ad_body(strict.create(Level.ADGROUP, body)["adgroup_id"]))
    seen = []
    for _ in range(3):
        strict.advance(86_399)
        seen.append(read_statuses(strict)[1:])
        strict.advance(1)
    assert seen == [
        ("ADGROUP_STATUS_NOT_START", "AD_STATUS_NOT_START"),
        ("ADGROUP_STATUS_DELIVERY_OK", "AD_STATUS_DELIVERY_OK"),
        ("ADGROUP_STATUS_TIME_DONE", "AD_STATUS_DONE"),
    ]


def test_status_calls_report_failures_per_id_with_code_0(strict: Client) -> None:
    campaign_id, adgroup_id, _ = strict.grow()
    answer = strict.switch(Level.ADGROUP, [adgroup_id, "77"], "DISABLE")
    assert answer["code"] == 0
    assert answer["data"]["adgroup_list"] == [{"adgroup_id": adgroup_id, "status": "DISABLE"}]
    assert answer["data"]["error_list"] == [
        {"adgroup_id": "77", "error_message": "Adgroup does not exist. adgroup_id 77."}
    ]
    done(strict.switch(Level.CAMPAIGN, [campaign_id], "DELETE"))
    assert (
        strict.switch(Level.ADGROUP, [adgroup_id], "ENABLE")["data"]["error_list"][0]["adgroup_id"]
        == adgroup_id
    )


def test_a_status_call_can_be_made_to_refuse_each_on_purpose(strict: Client) -> None:
    campaign_id, _, _ = strict.grow()
    strict.control("faults", {"path": "smart_plus/campaign/status/update/", "kind": "listed", "times": 1})
    assert strict.switch(Level.CAMPAIGN, [campaign_id], "DISABLE")["data"]["campaign_list"] == []
    assert strict.switch(Level.CAMPAIGN, [campaign_id], "DISABLE")["data"]["error_list"] == []


def test_status_calls_of_ads_are_all_or_nothing_and_take_twenty(strict: Client) -> None:
    _, _, ads = strict.grow(ads=21)
    strict.advance(5)
    assert strict.switch(Level.AD, [*ads[:2], "77"], "DISABLE")["code"] == 40007
    assert strict.switch(Level.AD, ads, "DISABLE")["code"] == 40002
    assert {row["operation_status"] for row in strict.page(Level.AD)} == {"ENABLE"}
    assert done(strict.switch(Level.AD, ads[:20], "DISABLE"))["status"] == "DISABLE"


def test_one_ad_takes_one_write_in_five_seconds(open_sandbox: Open) -> None:
    client = open_sandbox(mode="guide")
    _, _, [ad_id] = client.grow()
    change = {"advertiser_id": US, "smart_plus_ad_id": ad_id, "ad_name": "Second look"}
    assert client.post("smart_plus/ad/update/", change)["code"] == 40202
    client.advance(5)
    assert client.post("smart_plus/ad/update/", change)["code"] == 0
    assert client.switch(Level.AD, [ad_id], "DISABLE")["code"] == 40202
    free = open_sandbox("free.sqlite3", ad_gate_seconds=0)
    _, _, [ad_id] = free.grow()
    assert free.switch(Level.AD, [ad_id], "DISABLE")["code"] == 0


def test_deleting_takes_the_children_along_and_hides_them(strict: Client) -> None:
    campaign_id, adgroup_id, [ad_id] = strict.grow()
    done(strict.switch(Level.CAMPAIGN, [campaign_id], "DELETE"))
    assert all(strict.page(level) == [] for level in LEVELS)
    assert all(len(strict.page(level, primary_status="STATUS_DELETE")) == 1 for level in LEVELS)
    assert read_statuses(strict) == (
        "CAMPAIGN_STATUS_DELETE",
        "ADGROUP_STATUS_CAMPAIGN_DELETE",
        "AD_STATUS_CAMPAIGN_DELETE",
    )
    found = strict.page(Level.AD, secondary_status="AD_STATUS_CAMPAIGN_DELETE")
    assert [row["smart_plus_ad_id"] for row in found] == [ad_id]
    answer = strict.post("smart_plus/ad/create/", ad_body(adgroup_id))
    assert answer["code"] == 40007
    assert (
        strict.post("smart_plus/campaign/update/", {"advertiser_id": US, "campaign_id": campaign_id})["code"]
        == 40007
    )


def test_statuses_can_be_filtered(strict: Client) -> None:
    strict.grow()
    _, _, [ad_id] = strict.grow()
    strict.control("review", {"smart_plus_ad_id": ad_id, "verdict": "approved"})
    assert [
        row["smart_plus_ad_id"] for row in strict.page(Level.AD, primary_status="STATUS_DELIVERY_OK")
    ] == [ad_id]
    assert len(strict.page(Level.AD, secondary_status="AD_STATUS_AUDIT")) == 1
    assert len(strict.page(Level.ADGROUP, primary_status="STATUS_NOT_DELIVERY")) == 1


def test_campaign_updates_are_incremental_and_leave_the_rest(strict: Client) -> None:
    campaign_id, _, _ = strict.grow(po_number="PO-1")
    strict.advance(60)
    changed = strict.update(
        Level.CAMPAIGN,
        {"campaign_id": campaign_id, "budget": 600, "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"},
    )
    assert (changed["budget"], changed["po_number"]) == (600, "PO-1")
    assert (changed["create_time"], changed["modify_time"]) == ("2026-03-12 00:00:00", "2026-03-12 00:01:00")
    low = strict.post(
        "smart_plus/campaign/update/", {"advertiser_id": US, "campaign_id": campaign_id, "budget": 49}
    )
    assert low["code"] == 40002
    nothing = strict.post("smart_plus/campaign/update/", {"advertiser_id": US, "campaign_id": campaign_id})
    assert nothing["code"] == 40012
    strict.control("status", {"level": "campaign", "id": campaign_id, "spend": 600})
    body = {"advertiser_id": US, "campaign_id": campaign_id, "budget": 629}
    assert strict.post("smart_plus/campaign/update/", body)["code"] == 40002  # R24: 105 % of what is spent
    assert strict.post("smart_plus/campaign/update/", {**body, "budget": 630})["code"] == 0


def test_a_price_spreads_over_the_campaign(strict: Client) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body())["campaign_id"]
    price = {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 10}
    made = [strict.create(Level.ADGROUP, adgroup_body(campaign_id, **price))["adgroup_id"] for _ in range(3)]
    strict.update(Level.ADGROUP, {"adgroup_id": made[0], "conversion_bid_price": 12.5})
    assert {row["conversion_bid_price"] for row in strict.page(Level.ADGROUP)} == {12.5}


def test_adgroup_budgets_change_now_or_at_midnight_of_the_account(strict: Client) -> None:
    campaign_id = strict.create(Level.CAMPAIGN, campaign_body(**CBO_OFF))["campaign_id"]
    adgroup_id = strict.create(Level.ADGROUP, adgroup_body(campaign_id, **OWN))["adgroup_id"]
    path = "smart_plus/adgroup/budget/update/"
    now = [{"adgroup_id": adgroup_id, "budget": "250"}]
    assert strict.post(path, {"advertiser_id": US, "budget": now})["data"] == {}
    later = [{"adgroup_id": adgroup_id, "scheduled_budget": 300}]
    done(strict.post(path, {"advertiser_id": US, "scheduled_budget": later}))
    assert strict.post(path, {"advertiser_id": US, "budget": now, "scheduled_budget": later})["code"] == 40002
    assert strict.post(path, {"advertiser_id": US})["code"] == 40002
    read = strict.find(Level.ADGROUP, adgroup_id)
    assert (read["budget"], read["scheduled_budget"]) == (250, 300)
    strict.advance(4 * 3600)  # 00:00 in New York, where daylight saving began on 8 March
    read = strict.find(Level.ADGROUP, adgroup_id)
    assert read["budget"] == 300 and "scheduled_budget" not in read


def test_lists_of_an_ad_are_replaced_and_creatives_kept_by_id(strict: Client) -> None:
    _, _, [ad_id] = strict.grow()
    strict.advance(5)
    [first] = strict.find(Level.AD, ad_id)["creative_list"]
    other = creative(video_info={"video_id": "v10000000000000002"})
    kept = {"ad_material_id": first["ad_material_id"]}
    changed = strict.update(Level.AD, {"smart_plus_ad_id": ad_id, "creative_list": [kept, other]})
    assert changed["creative_list"][0] == first
    assert changed["creative_list"][1]["ad_material_id"] != first["ad_material_id"]
    assert changed["ad_text_list"] == [{"ad_text": "Made for the ridge"}]
    strict.advance(5)
    again = strict.update(Level.AD, {"smart_plus_ad_id": ad_id, "creative_list": [other]})
    assert again["creative_list"] == changed["creative_list"][1:]
    strict.advance(5)
    unknown = {"advertiser_id": US, "smart_plus_ad_id": ad_id, "creative_list": [{"ad_material_id": "5"}]}
    assert strict.post("smart_plus/ad/update/", unknown)["code"] == 40002
    empty = {"advertiser_id": US, "smart_plus_ad_id": ad_id, "ad_name": ""}
    assert strict.post("smart_plus/ad/update/", empty)["code"] in (40002, 40012)


def test_a_punished_account_delivers_nothing(strict: Client) -> None:
    strict.grow()
    strict.control("account", {"advertiser_id": US, "status": "STATUS_LIMIT"})
    assert set(read_statuses(strict)) == {"ADVERTISER_ACCOUNT_PUNISH"}


def test_an_exhausted_budget_shows_on_all_levels(strict: Client) -> None:
    campaign_id, _, _ = strict.grow()
    strict.advance(20)
    strict.control("status", {"level": "campaign", "id": campaign_id, "budget_exceeded": True})
    assert read_statuses(strict) == (
        "CAMPAIGN_STATUS_BUDGET_EXCEED",
        "ADGROUP_STATUS_CAMPAIGN_EXCEED",
        "AD_STATUS_CAMPAIGN_EXCEED",
    )


def test_a_spark_post_of_another_account_is_unknown(strict: Client) -> None:
    assert TT_USER  # posts belong to one advertiser
    _, adgroup_id, _ = strict.grow(ads=0)
    foreign = creative(video_info=None, image_info=None, tiktok_item_id="7040000000000000005")
    assert strict.post("smart_plus/ad/create/", ad_body(adgroup_id, creative_list=[foreign]))["code"] == 40002
