"""The same request_id twice (C1, C45), and ads, which have no such protection (R9)."""

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import ad_body, adgroup_body, campaign_body, done


def test_guide_mode_replays_the_first_answer_however_late(open_sandbox: Open) -> None:
    client = open_sandbox(mode="guide")
    body = campaign_body(request_id="req-campaign-1")
    first = done(client.post("smart_plus/campaign/create/", body))
    client.advance(3600)
    assert done(client.post("smart_plus/campaign/create/", {**body, "campaign_name": "Other"})) == first
    assert len(client.page(Level.CAMPAIGN)) == 1


def test_strict_mode_rejects_inside_the_window_and_makes_a_new_one_after_it(open_sandbox: Open) -> None:
    client = open_sandbox()
    body = campaign_body()
    first = client.create(Level.CAMPAIGN, body)["campaign_id"]
    again = client.post("smart_plus/campaign/create/", body)
    assert (again["code"], again["data"]) == (40050, {})
    client.advance(10)
    assert client.create(Level.CAMPAIGN, body)["campaign_id"] != first


def test_levels_and_refused_calls_do_not_use_up_an_id(open_sandbox: Open) -> None:
    client = open_sandbox()
    body = campaign_body(budget=1)
    assert client.post("smart_plus/campaign/create/", body)["code"] == 40002
    campaign_id = client.create(Level.CAMPAIGN, {**body, "budget": 100})["campaign_id"]
    client.create(Level.ADGROUP, adgroup_body(campaign_id, request_id=body["request_id"]))


def test_either_mode_can_be_told_to_do_the_other(open_sandbox: Open) -> None:
    client = open_sandbox(repeats="replay")
    body = campaign_body()
    assert client.create(Level.CAMPAIGN, body) == client.create(Level.CAMPAIGN, body)


def test_a_repeated_ad_is_a_second_ad(open_sandbox: Open) -> None:
    client = open_sandbox(mode="guide")
    _, adgroup_id, _ = client.grow(ads=0)
    body = ad_body(adgroup_id, request_id="req-ad-1")
    assert (
        client.create(Level.AD, body)["smart_plus_ad_id"] != client.create(Level.AD, body)["smart_plus_ad_id"]
    )
