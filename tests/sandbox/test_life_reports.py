"""What reports say and when: grammar, paging, lateness, correction, parts of ads."""

from decimal import Decimal
from typing import Any

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.life import DAY, HOUR, SEED, ask, edit, report, settle, sum_of
from tests.sandbox.support import JP, Client, ad_body, adgroup_body, campaign_body, creative, done

FORTNIGHT = {"start_date": "2026-03-12", "end_date": "2026-03-25"}


@pytest.fixture
def world(open_sandbox: Open) -> Client:
    """Three days of a campaign with two ad groups of two ads."""
    client = open_sandbox(seed=SEED)
    settle(client)
    client.advance(3 * DAY)
    return client


def overview(client: Client, *dimensions: str, **changes: Any) -> dict[str, Any]:
    question = {"dimensions": list(dimensions), "page_size": 100, **FORTNIGHT, **changes}
    return client.get("smart_plus/material_report/overview/", **question)


def breakdown(client: Client, *dimensions: str, **changes: Any) -> dict[str, Any]:
    question = {"dimensions": list(dimensions), "page_size": 100, **FORTNIGHT, **changes}
    return client.get("smart_plus/material_report/breakdown/", **question)


def test_levels_add_up_to_each_other(world: Client) -> None:
    metrics = ["spend", "impressions", "clicks", "conversion", "real_time_conversion"]
    for metric in metrics:
        sums = {
            round(sum_of(report(world, name, metrics=metrics), metric), 2)
            for name in ("advertiser_id", "campaign_id", "adgroup_id", "ad_id_v2", "ad_id")
        }
        assert len(sums) == 1, metric


def test_days_and_hours_add_up_to_the_whole(world: Client) -> None:
    [whole] = report(world, metrics=["impressions"])
    by_day = report(world, "campaign_id", "stat_time_day", metrics=["impressions"])
    assert sum_of(by_day, "impressions") == int(whole["metrics"]["impressions"])
    [day] = [row for row in by_day if row["dimensions"]["stat_time_day"] == "2026-03-13 00:00:00"]
    one = {"start_date": "2026-03-13", "end_date": "2026-03-13"}
    hours = report(world, "campaign_id", "stat_time_hour", metrics=["impressions"], **one)
    assert sum_of(hours, "impressions") == int(day["metrics"]["impressions"])


def test_the_creatives_of_an_ad_add_up_to_it_for_every_kind_of_part(world: Client) -> None:
    spent = sum_of(report(world), "spend")
    for part in ("main_material_id", "ad_text_entity_id"):
        rows = done(overview(world, "campaign_id", part))["list"]
        assert sum_of(rows, "spend") == pytest.approx(spent)
    combined = done(breakdown(world, "main_material_id", "ad_text_entity_id", "stat_time_day"))["list"]
    assert sum_of(combined, "spend") == pytest.approx(spent)
    assert combined[0]["metrics"]["multi_name"].endswith("_Made for the ridge")


def test_figures_are_texts_in_the_accounts_currency(open_sandbox: Open) -> None:
    client = open_sandbox(seed=SEED)
    settle(client)
    client.advance(2 * DAY)
    [row] = report(client, metrics=["spend", "cpc", "ctr", "impressions", "complete_payment_roas"])
    assert all(isinstance(value, str) for value in row["metrics"].values())
    for name in ("spend", "cpc", "ctr", "complete_payment_roas"):
        assert Decimal(row["metrics"][name]).as_tuple().exponent == -2, name


def test_yen_have_no_decimals(open_sandbox: Open) -> None:
    client = open_sandbox(seed=SEED)
    mine = {"advertiser_id": JP}
    campaign_id = client.create(Level.CAMPAIGN, campaign_body(budget=50_000, **mine))["campaign_id"]
    places = {"pixel_id": "7010000000000000002", "targeting_spec": {"location_ids": ["1861060"]}}
    adgroup_id = client.create(Level.ADGROUP, adgroup_body(campaign_id, **mine, **places))["adgroup_id"]
    own = creative(
        video_info={"video_id": "v20000000000000001"},
        image_info=[{"web_uri": "ad-site-i18n-sg/202601100101"}],
        identity_id="91b7d4c3-2e68-5a0f-8c17-5d9e6f3a7b01",
    )
    client.create(Level.AD, ad_body(adgroup_id, **mine, creative_list=[own]))
    client.advance(2 * DAY)
    [row] = report(client, "advertiser_id", **mine, metrics=["spend", "cpm"])
    assert row["metrics"]["spend"].isdigit() and row["metrics"]["cpm"].isdigit()


def test_an_hour_is_told_half_an_hour_after_its_end(world: Client) -> None:
    before = sum_of(report(world), "impressions")
    world.advance(29 * 60)
    assert sum_of(report(world), "impressions") == before
    world.advance(60)
    assert sum_of(report(world), "impressions") > before


def test_spend_is_corrected_at_noon_utc_of_the_next_day(open_sandbox: Open) -> None:
    client = open_sandbox(seed=SEED)
    settle(client)
    client.advance(DAY + 11 * HOUR)  # 2026-03-13 11:00
    day = {"start_date": "2026-03-12", "end_date": "2026-03-12"}
    [guess] = report(client, **day)
    client.advance(HOUR)
    [corrected] = report(client, **day)
    assert float(guess["metrics"]["spend"]) < float(corrected["metrics"]["spend"])
    assert guess["metrics"]["impressions"] == corrected["metrics"]["impressions"]
    client.advance(5 * DAY)
    assert report(client, **day)[0]["metrics"]["spend"] == corrected["metrics"]["spend"]


def test_late_results_are_added_to_the_day_of_their_impression(world: Client) -> None:
    day = {"start_date": "2026-03-13", "end_date": "2026-03-13", "metrics": ["conversion"]}
    early = sum_of(report(world, **day), "conversion")
    world.advance(5 * DAY)
    assert sum_of(report(world, **day), "conversion") > early


def test_real_time_results_count_on_their_own_day_and_in_the_end_agree(world: Client) -> None:
    campaign_id = world.page(Level.CAMPAIGN)[0]["campaign_id"]
    edit(world, Level.CAMPAIGN, campaign_id, operation_status="DISABLE")
    world.advance(9 * DAY)  # the click window is over
    [row] = report(world, metrics=["conversion", "real_time_conversion"], query_lifetime=True)
    assert row["metrics"]["conversion"] == row["metrics"]["real_time_conversion"]


def test_people_are_counted_after_sixteen_hours(open_sandbox: Open) -> None:
    client = open_sandbox(seed=SEED)
    settle(client)
    client.advance(6 * HOUR)
    metrics = {"start_date": "2026-03-11", "metrics": ["reach", "frequency"]}
    assert report(client, **metrics)[0]["metrics"] == {"reach": "-", "frequency": "-"}
    client.advance(DAY)
    [row] = report(client, **metrics)
    assert int(row["metrics"]["reach"]) > 0 and float(row["metrics"]["frequency"]) >= 1


def test_pages_hold_every_row_once_and_totals_agree(world: Client) -> None:
    names = ("ad_id_v2", "stat_time_day")
    whole = report(world, *names)
    rows: list[dict[str, Any]] = []
    for page in range(1, 9):
        answer = done(ask(world, *names, page=page, page_size=3))
        assert answer["page_info"]["total_number"] == len(whole)
        rows += answer["list"]
    assert rows == whole


def test_totals_come_with_the_first_page(world: Client) -> None:
    answer = done(ask(world, "adgroup_id", enable_total_metrics=True, page_size=1))
    assert float(answer["total_metrics"]["spend"]) == pytest.approx(sum_of(report(world), "spend"))
    assert "total_metrics" not in done(
        ask(world, "adgroup_id", enable_total_metrics=True, page_size=1, page=2)
    )


def test_rows_are_ordered_by_the_metric_asked_for(world: Client) -> None:
    for direction in ("DESC", "ASC"):
        rows = report(world, "ad_id_v2", order_field="clicks", order_type=direction)
        clicks = [int(row["metrics"]["clicks"]) for row in rows]
        assert clicks == sorted(clicks, reverse=direction == "DESC")


def test_deleted_objects_are_left_out_until_all_are_asked_for(world: Client) -> None:
    gone = world.page(Level.ADGROUP)[0]["adgroup_id"]
    edit(world, Level.ADGROUP, gone, operation_status="DELETE")
    keys = {row["dimensions"]["adgroup_id"] for row in report(world, "adgroup_id")}
    every = [{"field_name": "adgroup_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}]
    history = {row["dimensions"]["adgroup_id"] for row in report(world, "adgroup_id", filtering=every)}
    assert gone not in keys and gone in history


def test_filters_choose_ids_and_bounds(world: Client) -> None:
    [first, second] = report(world, "adgroup_id", order_field="spend")
    key = first["dimensions"]["adgroup_id"]
    chosen = [{"field_name": "adgroup_ids", "filter_type": "IN", "filter_value": f'["{key}"]'}]
    assert report(world, "adgroup_id", filtering=chosen, order_field="spend") == [first]
    bound = [{"field_name": "spend", "filter_type": "LOWER_THAN", "filter_value": first["metrics"]["spend"]}]
    assert report(world, "adgroup_id", filtering=bound) == [second]
    manual = [{"field_name": "campaign_automation_type", "filter_type": "IN", "filter_value": '["MANUAL"]'}]
    assert report(world, "adgroup_id", filtering=manual) == []


def test_attributes_are_texts_about_the_object(world: Client) -> None:
    names = ["campaign_name", "adgroup_name", "ad_name", "currency", "campaign_automation_type", "ad_text"]
    row = report(world, "ad_id_v2", metrics=names)[0]["metrics"]
    assert row == {
        "campaign_name": "Spring",
        "adgroup_name": "Everyone",
        "ad_name": "First look",
        "currency": "USD",
        "campaign_automation_type": "UPGRADED_SMART_PLUS",
        "ad_text_list": ["Made for the ridge"],
    }
    inside = report(world, "ad_id", metrics=["campaign_automation_type"])[0]["metrics"]
    assert inside == {"campaign_automation_type": "UPGRADED_SMART_PLUS_CREATIVE"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"report_type": None}, "report_type"),
        ({"report_type": "AUDIENCE"}, "AUDIENCE"),
        ({"data_level": "AUCTION_MOON"}, "data_level"),
        ({"dimensions": ["moon"]}, "moon"),
        ({"dimensions": ["campaign_id", "adgroup_id"]}, "adgroup_id"),
        ({"dimensions": ["adgroup_id"]}, "data_level"),
        ({"dimensions": ["campaign_id", "stat_time_day", "stat_time_hour"]}, "stat_time_hour"),
        ({"metrics": ["spend", "happiness"]}, "happiness"),
        ({"start_date": None}, "start_date"),
        ({"start_date": "12/03/2026"}, "start_date"),
        ({"end_date": "2026-03-01"}, "end_date"),
        ({"dimensions": ["campaign_id", "stat_time_day"], "end_date": "2026-04-11"}, "30 days"),
        ({"dimensions": ["campaign_id", "stat_time_hour"], "end_date": "2026-03-13"}, "1 day"),
        ({"end_date": "2027-03-12"}, "365 days"),
        ({"query_lifetime": True, "dimensions": ["campaign_id", "stat_time_day"]}, "query_lifetime"),
        ({"page_size": 1001}, "page_size"),
        ({"order_field": "campaign_name"}, "order_field"),
        ({"order_field": "spend", "order_type": "UP"}, "order_type"),
        ({"filtering": [{"field_name": "moon", "filter_type": "IN", "filter_value": "[]"}]}, "moon"),
        ({"filtering": [{"field_name": "campaign_ids", "filter_type": "IN", "filter_value": "1,2"}]}, "JSON"),
        (
            {"filtering": [{"field_name": "campaign_ids", "filter_type": "IN", "filter_value": ["1"]}]},
            "string",
        ),
    ],
)
def test_a_wrong_question_is_40002_and_names_what_is_wrong(
    strict: Client, changes: dict[str, Any], named: str
) -> None:
    answer = ask(strict, **changes)
    assert answer["code"] == 40002 and named in answer["message"]


@pytest.mark.parametrize(
    ("path", "changes", "named"),
    [
        ("overview", {"dimensions": ["campaign_id"]}, "dimensions"),
        ("overview", {"dimensions": ["campaign_id", "stat_time_day"]}, "dimensions"),
        ("overview", {"metrics": ["reach"]}, "reach"),
        ("overview", {"page_size": 101}, "page_size"),
        ("overview", {"filtering": {"campaign_ids": ["1"], "adgroup_ids": ["2"]}}, "only one of"),
        ("overview", {"filtering": {"main_material_ids": ["1"]}}, "main_material_types"),
        ("breakdown", {"dimensions": ["stat_time_day"]}, "dimensions"),
        ("breakdown", {"dimensions": ["campaign_id", "main_material_id"]}, "dimensions"),
        ("breakdown", {"dimensions": ["main_material_id", "stat_time_hour"]}, "7 days"),
    ],
)
def test_a_wrong_question_about_creatives_is_named(
    strict: Client, path: str, changes: dict[str, Any], named: str
) -> None:
    usual = {"dimensions": ["campaign_id", "main_material_id"], **FORTNIGHT}
    answer = strict.get(f"smart_plus/material_report/{path}/", **{**usual, **changes})
    assert answer["code"] == 40002 and named in answer["message"]


def test_a_creative_tells_its_own_state_where_its_ad_is_a_dimension(world: Client) -> None:
    row = done(overview(world, "smart_plus_ad_id", "main_material_id"))["list"][0]
    assert row["dimensions"]["main_material_type"] == "VIDEO_NON_SPARK_ADS"
    assert row["metrics"]["material_second_status_list"] == ["MATERIAL_DELIVERY_OK"]
    assert row["metrics"]["operation_status"] == "ENABLE" and len(row["metrics"]["ad_material_id"]) == 1
    above = done(overview(world, "campaign_id", "main_material_id"))["list"][0]["metrics"]
    assert above["ad_material_id"] == above["operation_status"] == ""


def test_an_exchanged_creative_keeps_what_it_had(world: Client) -> None:
    ad = world.page(Level.AD)[0]
    [old] = [item["ad_material_id"] for item in ad["creative_list"]]
    rows = {
        row["dimensions"]["ad_id"]: row["metrics"] for row in report(world, "ad_id", end_date="2026-03-13")
    }
    world.update(
        Level.AD,
        {
            "smart_plus_ad_id": ad["smart_plus_ad_id"],
            "creative_list": [creative(video_info={"video_id": "v10000000000000002"})],
        },
    )
    world.advance(2 * DAY)
    later = {
        row["dimensions"]["ad_id"]: row["metrics"] for row in report(world, "ad_id", end_date="2026-03-13")
    }
    assert later[old]["impressions"] == rows[old]["impressions"]
    assert len({row["dimensions"]["ad_id"] for row in report(world, "ad_id")}) == len(rows) + 1


def test_a_broken_pixel_loses_what_was_sold(open_sandbox: Open) -> None:
    client = open_sandbox(seed=SEED)
    campaign_id = settle(client)
    client.control("cause", {"id": campaign_id, "cause": "pixel-broken"})
    client.advance(5 * DAY)
    truth = client.control(f"truth?campaign_id={campaign_id}")["adgroups"]
    assert all(row["results"]["lost"] > row["results"]["heard"] for row in truth)
