"""A campaign looked at over REST: what its page shows of days, learning and the past."""

from datetime import timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, AssetResult, Campaign, Result
from tests.api.conftest import API
from tests.factories import NOW, make_campaign, make_change, make_live


@pytest.fixture
def live(account: Advertiser) -> Campaign:
    return make_live(make_campaign(advertiser=account, budget="500.00", now=NOW))


def test_a_campaigns_days_come_with_ratios_and_the_unknown_is_null(client: APIClient, live: Campaign) -> None:
    Result.objects.create(
        advertiser=live.advertiser, campaign=live, day=NOW.date(), read_at=NOW,
        spend=Decimal(60), impressions=1000, clicks=20, results=4, value=Decimal(90),
    )  # fmt: skip
    day = NOW.date().isoformat()
    asked = {"since": (NOW.date() - timedelta(days=1)).isoformat(), "until": day}
    [found] = client.get(f"{API}campaigns/{live.pk}/performance/", asked).json()["objects"]
    unknown, known = found["days"]
    assert (unknown["spend"], unknown["results"], unknown["read_at"]) == (None, None, None)
    assert (known["spend"], known["cost"]) == ("60.00", "15.00")
    assert (known["roas"], known["ctr"]) == ("1.500000", "0.020000")
    assert found["total"]["known"] == 1


@pytest.mark.parametrize(
    "query", ["level=advertiser", "since=soon", "since=2026-11-05&until=2026-11-01", "since=2001-01-01"]
)
def test_a_question_without_sense_is_refused(client: APIClient, live: Campaign, query: str) -> None:
    assert client.get(f"{API}campaigns/{live.pk}/performance/?{query}").status_code == 400


def test_objects_stand_as_they_were_at_a_moment(client: APIClient, live: Campaign) -> None:
    make_change(live, at=NOW + timedelta(hours=2), before={"budget": "400.00"}, after={"budget": "500.00"})
    then = client.get(
        f"{API}campaigns/{live.pk}/as-of/", {"at": (NOW + timedelta(hours=1)).isoformat()}
    ).json()
    assert then["objects"][0]["wanted"]["budget"] == "400.00"
    early = client.get(f"{API}campaigns/{live.pk}/as-of/", {"at": "2020-01-01T00:00:00Z"}).json()
    assert [item["exists"] for item in early["objects"]] == [False] * len(early["objects"])


def test_a_moment_that_is_none_is_refused(client: APIClient, live: Campaign) -> None:
    assert client.get(f"{API}campaigns/{live.pk}/as-of/", {"at": "soon"}).status_code == 400


def test_a_creative_is_named_by_tiktoks_id_and_counts_conversions(client: APIClient, live: Campaign) -> None:
    AssetResult.objects.create(
        campaign=live, material_id="v1", material_type="VIDEO_NON_SPARK_ADS", day=NOW.date(), read_at=NOW,
        spend=Decimal(12), conversions=3,
    )  # fmt: skip
    asked = {"level": "asset", "since": NOW.date().isoformat(), "until": NOW.date().isoformat()}
    [found] = client.get(f"{API}campaigns/{live.pk}/performance/", asked).json()["objects"]
    assert (found["object"], found["remote_id"], found["type"]) == (None, "v1", "VIDEO_NON_SPARK_ADS")
    assert (found["total"]["results"], found["total"]["cost"]) == (3, "4.00")
