"""TikTok's own Python SDK (tiktok-business-api-sdk-official) against the strict sandbox: only the host differs.

What it does its own way (fact sheet 13): it raises on every non-zero code, sends `is_advanced_dedicated_campaign: true` with
every campaign, and its models lack what is younger than February 2026.
"""

import hashlib
from pathlib import Path
from typing import Any

import business_api_client as sdk
import pytest
from business_api_client.tiktok_business.tiktok_exceptions import TiktokSDKError

from tests.sandbox.conftest import Open
from tests.sandbox.support import IMAGE, PIXEL, TT_USER, US, VIDEO, Client, new_request_id


class Official:
    """The SDK's classes for one sandbox; each call gets the token, as the SDK wants it."""

    def __init__(self, client: Client) -> None:
        configuration = sdk.Configuration()
        configuration.host = client.base_url
        self.http = sdk.ApiClient(configuration)
        self.token = client.token
        self.campaigns = sdk.CampaignCreationApi(self.http)
        self.adgroups = sdk.AdgroupApi(self.http)
        self.ads = sdk.AdApi(self.http)
        self.reports = sdk.ReportingApi(self.http)
        self.files = sdk.FileApi(self.http)

    def make_campaign(self, **changes: Any) -> str:
        body = sdk.SmartPlusCampaignCreateBody(
            advertiser_id=US,
            request_id=new_request_id(),
            objective_type="WEB_CONVERSIONS",
            sales_destination="WEBSITE",
            campaign_name="Made by the SDK",
            **{"budget": 500.0, **changes},
        )
        return self.campaigns.smart_plus_campaign_create(self.token, body=body)["data"]["campaign_id"]

    def make_adgroup(self, campaign_id: str) -> str:
        body = sdk.SmartPlusAdgroupCreateBody(
            advertiser_id=US,
            request_id=new_request_id(),
            campaign_id=campaign_id,
            adgroup_name="Everyone",
            promotion_type="WEBSITE",
            optimization_goal="CONVERT",
            pixel_id=PIXEL,
            optimization_event="SHOPPING",
            billing_event="OCPM",
            bid_type="BID_TYPE_NO_BID",
            targeting_spec=sdk.SmartPlusAdgroupCreateBodyTargetingSpec(location_ids=["6252001"]),
            schedule_type="SCHEDULE_FROM_NOW",
            schedule_start_time="2026-03-12 00:00:00",
        )
        return self.adgroups.smart_plus_adgroup_create(self.token, body=body)["data"]["adgroup_id"]

    def make_ad(self, adgroup_id: str) -> dict[str, Any]:
        info = sdk.SmartPlusAdCreateBodyCreativeInfo(
            ad_format="SINGLE_VIDEO",
            video_info=sdk.SmartPlusAdCreateBodyCreativeInfoVideoInfo(video_id=VIDEO),
            image_info=[sdk.SmartPlusAdCreateBodyCreativeInfoImageInfo(web_uri=IMAGE)],
            identity_type="TT_USER",
            identity_id=TT_USER,
        )
        text = sdk.SmartPlusAdCreateBodyAdTextList(ad_text="Made for the ridge")
        page = sdk.SmartPlusAdCreateBodyLandingPageUrlList(landing_page_url="https://example.com/spring")
        body = sdk.SmartPlusAdCreateBody(
            advertiser_id=US,
            adgroup_id=adgroup_id,
            ad_name="First look",
            creative_list=[sdk.SmartPlusAdCreateBodyCreativeList(creative_info=info)],
            ad_text_list=[text],
            landing_page_url_list=[page],
        )
        return self.ads.smart_plus_ad_create(self.token, body=body)["data"]


@pytest.fixture
def client(serve_sandbox: Open) -> Client:
    return serve_sandbox()


@pytest.fixture
def official(client: Client) -> Official:
    return Official(client)


def test_it_creates_a_tree_and_reads_it_back(official: Official) -> None:
    campaign_id = official.make_campaign()
    adgroup_id = official.make_adgroup(campaign_id)
    ad = official.make_ad(adgroup_id)
    only = {"campaign_ids": [campaign_id]}
    campaigns = official.campaigns.smart_plus_campaign_get(
        US, official.token, filtering=sdk.FilteringSmartPlusCampaignGet(**only), page_size=1000
    )
    adgroups = official.adgroups.smart_plus_adgroup_get(
        US, official.token, filtering=sdk.FilteringSmartPlusAdgroupGet(**only)
    )
    ads = official.ads.smart_plus_ad_get(US, official.token, filtering=sdk.FilteringSmartPlusAdGet(**only))
    assert [row["campaign_name"] for row in campaigns["data"]["list"]] == ["Made by the SDK"]
    assert [row["adgroup_id"] for row in adgroups["data"]["list"]] == [adgroup_id]
    assert ads["data"]["list"] == [ad]
    assert ads["data"]["page_info"]["total_number"] == 1


def test_it_updates_all_three_levels(client: Client, official: Official) -> None:
    campaign_id = official.make_campaign()
    adgroup_id = official.make_adgroup(campaign_id)
    ad_id = official.make_ad(adgroup_id)["smart_plus_ad_id"]
    client.advance(30)
    campaign = official.campaigns.smart_plus_campaign_update(
        official.token,
        body=sdk.SmartPlusCampaignUpdateBody(advertiser_id=US, campaign_id=campaign_id, budget=600.0),
    )
    adgroup = official.adgroups.smart_plus_adgroup_update(
        official.token,
        body=sdk.SmartPlusAdgroupUpdateBody(advertiser_id=US, adgroup_id=adgroup_id, adgroup_name="Some"),
    )
    text = sdk.SmartPlusAdCreateBodyAdTextList(ad_text="New words")
    ad = official.ads.smart_plus_ad_update(
        official.token,
        body=sdk.SmartPlusAdUpdateBody(advertiser_id=US, smart_plus_ad_id=ad_id, ad_text_list=[text]),
    )
    assert (campaign["data"]["budget"], adgroup["data"]["adgroup_name"]) == (600.0, "Some")
    assert ad["data"]["ad_text_list"] == [{"ad_text": "New words"}]
    assert ad["data"]["secondary_status"] == "AD_STATUS_DELIVERY_AND_REAUDIT"


def test_it_pauses_all_three_levels_and_single_creatives(client: Client, official: Official) -> None:
    campaign_id = official.make_campaign()
    adgroup_id = official.make_adgroup(campaign_id)
    ad = official.make_ad(adgroup_id)
    off = {"advertiser_id": US, "operation_status": "DISABLE"}
    body = sdk.SmartPlusCampaignStatusUpdateBody(campaign_ids=[campaign_id], **off)
    assert official.campaigns.smart_plus_campaign_status_update(official.token, body=body)["data"] == {
        "campaign_list": [{"campaign_id": campaign_id, "status": "DISABLE"}],
        "error_list": [],
    }
    body = sdk.SmartPlusAdgroupStatusUpdateBody(adgroup_ids=[adgroup_id], **off)
    official.adgroups.smart_plus_adgroup_status_update(official.token, body=body)
    client.advance(5)
    body = sdk.SmartPlusAdStatusUpdateBody(smart_plus_ad_ids=[ad["smart_plus_ad_id"]], **off)
    official.ads.smart_plus_ad_status_update(official.token, body=body)
    client.advance(5)
    [creative] = ad["creative_list"]
    body = sdk.SmartPlusAdMaterialStatusUpdateBody(
        smart_plus_ad_id=ad["smart_plus_ad_id"], ad_material_ids=[creative["ad_material_id"]], **off
    )
    official.ads.smart_plus_ad_material_status_update(official.token, body=body)
    [read] = official.ads.smart_plus_ad_get(US, official.token)["data"]["list"]
    assert (read["operation_status"], read["creative_list"][0]["material_operation_status"]) == (
        "DISABLE",
        "DISABLE",
    )


def test_it_reads_reviews(client: Client, official: Official) -> None:
    ad = official.make_ad(official.make_adgroup(official.make_campaign()))
    client.advance(30)
    setting = sdk.ExtraInfoSettingSmartPlusAdReviewInfo(include_reject_info=True)
    answer = official.ads.smart_plus_ad_review_info(
        US, [ad["smart_plus_ad_id"]], official.token, lang="en", extra_info_setting=setting
    )
    assert answer["data"]["smart_plus_ad_review_infos"][0]["review_status"] == "ALL_AVAILABLE"
    [creative] = ad["creative_list"]
    answer = official.ads.smart_plus_material_review_info(US, [creative["ad_material_id"]], official.token)
    assert answer["data"]["material_review_infos"][0]["review_status"] == "ALL_AVAILABLE"


def test_it_reports_what_was_spent(client: Client, official: Official) -> None:
    campaign_id = official.make_campaign()
    official.make_ad(official.make_adgroup(campaign_id))
    client.advance(86_400)
    answer = official.reports.report_integrated_get(
        "BASIC",
        official.token,
        advertiser_id=US,
        data_level="AUCTION_CAMPAIGN",
        dimensions=["campaign_id", "stat_time_day"],
        metrics=["spend", "impressions"],
        start_date="2026-03-12",
        end_date="2026-03-13",
        page_size=100,
    )
    rows = answer["data"]["list"]
    assert {row["dimensions"]["campaign_id"] for row in rows} == {campaign_id}
    assert sum(float(row["metrics"]["spend"]) for row in rows) > 0


def test_it_uploads_a_file(official: Official, tmp_path: Path) -> None:
    video = tmp_path / "hero.mp4"
    video.write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(500))
    answer = official.files.ad_video_upload(
        official.token,
        advertiser_id=US,
        upload_type="UPLOAD_BY_FILE",
        file_name="hero.mp4",
        video_file=str(video),
        video_signature=hashlib.md5(video.read_bytes()).hexdigest(),
    )
    assert set(answer["data"][0]) == {"video_id"}


def test_a_refusal_reaches_it_as_its_own_exception(official: Official) -> None:
    with pytest.raises(TiktokSDKError, match="40002"):
        official.make_campaign(budget=1.0)


def test_its_asynchronous_calls_keep_the_envelope(official: Official) -> None:
    body = sdk.SmartPlusCampaignUpdateBody(advertiser_id=US, campaign_id="1", budget=600.0)
    answer = official.campaigns.smart_plus_campaign_update(official.token, body=body, async_req=True).get()
    assert answer.code == 40007
