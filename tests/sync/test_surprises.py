"""TikTok refused what our rules passed: kept with request, answer and the rules that were asked."""

from typing import Any

import pytest

from campaigns.models import Campaign, Surprise
from campaigns.services.switches import set_switch
from campaigns.sync.surprises import read_rules_version
from tests.sync.conftest import World


def refuse_campaign(world: World, tree: dict[str, Any], **fault: Any) -> Campaign:
    campaign = world.draft(tree)
    world.strike("smart_plus/campaign/create/", "throttle", times=1, **fault)
    world.launch(campaign)
    world.settle(seconds=30)
    return campaign


def test_a_refusal_is_kept_with_request_answer_and_rules(world: World, example_1: dict[str, Any]) -> None:
    campaign = refuse_campaign(world, example_1, code=40002)
    surprise = Surprise.objects.get()
    assert (surprise.kind, surprise.campaign_ref, surprise.code) == ("refused", campaign.pk, 40002)
    assert surprise.request["campaign_name"] == example_1["campaign_name"]
    assert surprise.answer["request_id"]
    assert surprise.rules_version == read_rules_version()
    assert world.app.token not in str(surprise.request)


def test_a_throttle_is_no_surprise(world: World, example_1: dict[str, Any]) -> None:
    refuse_campaign(world, example_1, code=40100)
    assert not Surprise.objects.exists()


def test_what_our_own_last_check_stops_is_no_surprise(world: World, example_1: dict[str, Any]) -> None:
    campaign = world.draft(example_1)
    world.launch(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(
        wanted={**Campaign.objects.get(pk=campaign.pk).wanted, "budget": "1"}
    )
    world.settle(seconds=30)
    assert not Surprise.objects.exists()


@pytest.mark.parametrize("level", ["campaign", "adgroup"])
def test_a_switch_that_is_refused_beside_code_0_is_kept_too(
    world: World, example_1: dict[str, Any], level: str
) -> None:
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    world.pass_time(60)
    world.strike(f"smart_plus/{level}/status/update/", "listed")
    thing = campaign if level == "campaign" else campaign.adgroups.get()
    thing.refresh_from_db()
    set_switch(actor=world.buyer, door="rest", thing=thing, status="DISABLE", now=world.now)
    world.settle(seconds=30)
    surprise = Surprise.objects.get()
    assert surprise.endpoint == f"smart_plus/{level}/status/update/"
    assert surprise.request[f"{level}_ids"] == [thing.remote_id]
