"""What was read back otherwise than planned, decided over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Campaign, Push
from tests import factories
from tests.api.conftest import API


@pytest.fixture
def held(draft: dict[str, Any]) -> Campaign:
    campaign = Campaign.objects.get(pk=draft["id"])
    factories.make_launch(campaign, made=3)
    told = {"path": "campaign_name", "wanted": campaign.name, "remote": "Theirs"}
    error = {"meaning": "differs", "message": "", "differences": [told]}
    Push.objects.filter(campaign=campaign).update(state=Push.State.NEEDS_PERSON, error=error)
    return campaign


def decide(client: APIClient, campaign: Campaign, **body: Any) -> Any:
    return client.post(f"{API}campaigns/{campaign.pk}/launch/reconcile/", body)


def test_a_value_of_theirs_is_planned(client: APIClient, held: Campaign) -> None:
    answer = decide(client, held, theirs=["campaign_name"])
    assert answer.status_code == 202
    assert Campaign.objects.get(pk=held.pk).wanted["campaign_name"] == "Theirs"


def test_another_path_is_named(client: APIClient, held: Campaign) -> None:
    answer = decide(client, held, theirs=["budget"])
    assert answer.status_code == 400
    assert "budget" in answer.content.decode()


@pytest.mark.parametrize("body", [{"theirs": "budget"}, {"theirs": [1]}, {"raises_exposure": "yes"}])
def test_what_is_no_order_is_named(client: APIClient, held: Campaign, body: dict[str, Any]) -> None:
    answer = decide(client, held, **body)
    assert answer.status_code == 400
    assert next(iter(body)) in answer.content.decode()
