"""Learning and proposals over REST: the same gate for machines (design section 6)."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Campaign, Change, Flip, Proposal, Result
from campaigns.services.wanted import show_raw
from campaigns.sync.clock import read_real_time
from tests import factories
from tests.api.conftest import API, enter
from tests.services.proposing import Team, make_team, make_whole

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def campaign(team: Team) -> Campaign:
    """Launched two days ago by the wall's clock, which REST goes by."""
    now = read_real_time()
    campaign = factories.make_live(
        factories.make_campaign(advertiser=team.account), now=now - timedelta(days=2)
    )
    for days in (2, 1, 0):
        Result.objects.create(
            advertiser=team.account, adgroup=campaign.adgroups.get(), day=(now - timedelta(days=days)).date(),
            spend=100, impressions=9000, results=5, conversions=5, real_time_conversions=5, read_at=now,
        )  # fmt: skip
    return campaign


@pytest.fixture
def buyer_client(team: Team) -> APIClient:
    return enter(team.buyer)


@pytest.fixture
def manager(team: Team) -> APIClient:
    return enter(team.manager)


def ask(client: APIClient, campaign: Campaign, **members: Any) -> dict[str, Any]:
    item = {"level": "campaign", "id": campaign.pk, "changes": {"budget": "600.00"}}
    answer = client.post(f"{API}proposals/", {"items": [item], "reason": "sells well"} | members)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def act(client: APIClient, proposal: dict[str, Any], what: str, **members: Any) -> Any:
    body = {"version": proposal["version"]} | members
    return client.post(f"{API}proposals/{proposal['id']}/{what}/", body)


def test_learning_lists_one_row_per_ad_group(buyer_client: APIClient, campaign: Campaign) -> None:
    (row,) = buyer_client.get(f"{API}learning/").json()["results"]
    assert (row["state"], row["lock"]["locked"], row["needed"]) == ("learning", True, 50)
    assert row["exit"]["in_time"] <= 1 and row["why"].startswith("It learns since")


def test_learning_shows_nothing_of_strangers(campaign: Campaign) -> None:
    assert enter(factories.make_person()).get(f"{API}learning/").json()["results"] == []


def test_the_tree_says_where_each_object_stands(buyer_client: APIClient, campaign: Campaign) -> None:
    tree = buyer_client.get(f"{API}campaigns/{campaign.pk}/").json()
    group = tree["adgroups"][0]
    assert tree["learning"]["locked"] and group["ads"][0]["learning"]["locked"]
    assert group["learning"]["state"] == "learning"


def test_a_patch_inside_learning_answers_with_its_proposal(
    buyer_client: APIClient, campaign: Campaign
) -> None:
    body = {"version": campaign.tree_version, "budget": "600.00", "reason": "sells well"}
    answer = buyer_client.patch(f"{API}campaigns/{campaign.pk}/", body)
    assert answer.status_code == 202, answer.json()
    assert answer.json()["proposal"]["items"][0]["lines"][0]["percent"] == 20.0


def test_a_patch_of_an_ad_group_inside_learning_answers_with_its_proposal(
    buyer_client: APIClient, campaign: Campaign
) -> None:
    group = campaign.adgroups.get()
    spec = {"location_ids": ["6252001"], "languages": ["en"]}
    body = {"version": group.version, "targeting_spec": spec, "acknowledge": []}
    answer = buyer_client.patch(f"{API}adgroups/{group.pk}/", body)
    while answer.status_code == 409:
        body["acknowledge"] = [row["rule"] for row in answer.json()["findings"]]
        answer = buyer_client.patch(f"{API}adgroups/{group.pk}/", body)
    assert answer.status_code == 202, answer.json()
    assert answer.json()["proposal"]["state"] == "open"


def test_an_ad_group_added_inside_learning_answers_with_its_proposal(
    manager: APIClient, campaign: Campaign
) -> None:
    make_whole(campaign)
    body = show_raw(campaign.adgroups.get()) | {"adgroup_name": "Second", "reason": "one more audience"}
    answer = manager.post(f"{API}campaigns/{campaign.pk}/adgroups/", body)
    while answer.status_code == 409:
        body["acknowledge"] = [row["rule"] for row in answer.json()["findings"]]
        answer = manager.post(f"{API}campaigns/{campaign.pk}/adgroups/", body)
    assert answer.status_code == 202, answer.json()
    asked = answer.json()["proposal"]
    assert (asked["state"], asked["reason"]) == ("open", "one more audience")
    (line,) = asked["items"][0]["lines"]
    assert (line["path"], line["after"][0]["adgroup_name"]) == ("adgroups", "Second")


def test_starting_again_inside_learning_becomes_a_proposal(manager: APIClient, campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    factories.mirror(group, on=False)
    group.wanted |= {"operation_status": "DISABLE"}
    group.save()
    Flip.objects.create(
        advertiser=campaign.advertiser, campaign_ref=campaign.pk, target=f"adgroups/{group.pk}",
        member="operation_status", before="ENABLE", after="DISABLE", at=read_real_time(), cause="ours",
    )  # fmt: skip
    answer = manager.post(f"{API}adgroups/{group.pk}/status/", {"operation_status": "ENABLE"})
    assert answer.status_code == 202
    assert answer.json()["proposal"]["items"][0]["findings"][0]["rule"] == "learning-locked"


def test_a_proposal_says_what_it_costs_and_exposes(buyer_client: APIClient, campaign: Campaign) -> None:
    item = ask(buyer_client, campaign)["items"][0]
    assert item["exposure"]["after"]["worst_day"] == "750.00"
    assert item["cost"]["chance"] > 0 and item["cost"]["adgroups"][0]["state"] == "learning"


def test_an_approval_gives_a_receipt_per_item(
    buyer_client: APIClient, manager: APIClient, campaign: Campaign
) -> None:
    answer = act(manager, ask(buyer_client, campaign), "approve")
    receipt = answer.json()["items"][0]["receipt"]
    assert (answer.status_code, receipt["state"]) == (200, "done")
    assert Change.objects.get(pk=receipt["change"]).after == {"budget": "600.00"}


def test_an_approval_of_what_moved_is_409_and_the_card_is_stale(
    buyer_client: APIClient, manager: APIClient, campaign: Campaign
) -> None:
    asked = ask(buyer_client, campaign)
    campaign.wanted |= {"budget": "550.00"}
    campaign.remote |= {"budget": "550.00"}
    campaign.save()
    listed = manager.get(f"{API}proposals/").json()["results"][0]
    assert listed["stale"] and listed["items"][0]["lines"][0]["live"] == "550.00"
    answer = act(manager, asked, "approve")
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert manager.get(f"{API}proposals/{asked['id']}/").json()["state"] == "stale"


def test_the_second_decision_is_told_of_the_first(
    buyer_client: APIClient, manager: APIClient, campaign: Campaign
) -> None:
    asked = ask(buyer_client, campaign)
    act(manager, asked, "wait")
    answer = act(manager, asked, "refuse", comment="no")
    assert (answer.status_code, answer.json()["version"]) == (409, 2)


def test_a_counter_value_goes_out_when_it_is_accepted(
    buyer_client: APIClient, manager: APIClient, campaign: Campaign
) -> None:
    asked = ask(buyer_client, campaign)
    counter = [{"item": 0, "changes": {"budget": "550.00"}}]
    returned = act(manager, asked, "return", comment="less", counter=counter).json()
    accepted = act(buyer_client, returned, "accept")
    assert accepted.json()["state"] == "applied"
    campaign.refresh_from_db()
    assert campaign.wanted["budget"] == "550.00"


@pytest.mark.parametrize(
    ("what", "members", "status"),
    [
        ("approve", {"bounds": {"member": "budget", "least": "600", "most": "500"}}, 422),
        ("approve", {"bounds": {"member": "budget", "most": "9", "until": "2020-01-01T00:00:00Z"}}, 400),
        ("approve", {"bounds": 7}, 400),
        ("approve", {"boundz": {}}, 400),
        ("approve", {"version": 7}, 409),
        ("refuse", {}, 400),
        ("return", {"counter": [{"item": 4, "changes": {"budget": "1"}}]}, 400),
        ("return", {"counter": "less"}, 400),
        ("return", {"counter": [{"item": 0, "changes": {"budget": "1.00"}}]}, 422),
        ("accept", {}, 403),
        ("withdraw", {}, 403),
    ],
)
def test_a_bad_answer_is_named_and_decides_nothing(
    buyer_client: APIClient, manager: APIClient, campaign: Campaign, what: str, members: Any, status: int
) -> None:
    answer = act(manager, ask(buyer_client, campaign), what, **members)
    assert (answer.status_code, Proposal.objects.get().state) == (status, "open"), answer.json()


@pytest.mark.parametrize(
    "members",
    [
        {"items": []},
        {"items": [{"level": "campaign", "id": "x", "changes": {}}]},
        {"items": [{"level": "planet", "id": 1, "changes": {"budget": "1"}}]},
        {"reason": ""},
        {"valid_until": "2020-01-01T00:00:00Z"},
        {"valid_until": "soon"},
        {"bounds": []},
    ],
)
def test_a_bad_question_is_named_and_asks_nothing(
    buyer_client: APIClient, campaign: Campaign, members: Any
) -> None:
    item = {"level": "campaign", "id": campaign.pk, "changes": {"budget": "600.00"}}
    answer = buyer_client.post(f"{API}proposals/", {"items": [item], "reason": "sells well"} | members)
    assert answer.status_code == 400, answer.json()
    assert not Proposal.objects.exists()


def test_a_buyer_decides_nothing_over_rest(buyer_client: APIClient, campaign: Campaign) -> None:
    asked = ask(buyer_client, campaign)
    assert act(buyer_client, asked, "approve").status_code == 403


def test_strangers_see_no_proposal(buyer_client: APIClient, campaign: Campaign) -> None:
    asked = ask(buyer_client, campaign)
    assert act(enter(factories.make_person()), asked, "approve").status_code == 404


def test_an_administrator_sets_the_envelope_and_everybody_sees_its_room(
    team: Team, campaign: Campaign
) -> None:
    address = f"{API}envelopes/{team.account.advertiser_id}/"
    order = {"amount": "700.00", "reason": "the client's cap"}
    assert enter(team.buyer).put(address, order).status_code == 403
    assert enter(team.boss).put(address, order).status_code == 200
    shown = enter(team.buyer).get(address).json()
    assert (shown["amount"], shown["worst_day"], shown["room"]) == ("700.00", "625.00", "75.00")


def test_an_approval_beyond_the_envelope_is_refused_and_says_what_is_left(
    team: Team, buyer_client: APIClient, manager: APIClient, campaign: Campaign
) -> None:
    order = {"amount": "700.00", "reason": "the client's cap"}
    enter(team.boss).put(f"{API}envelopes/{team.account.advertiser_id}/", order)
    answer = act(manager, ask(buyer_client, campaign), "approve")
    assert (answer.status_code, "75.00 are left" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(("amount", "status"), [("much", 400), (None, 400), ("0", 422), ("-1", 422)])
def test_an_envelope_that_holds_nothing_is_refused(team: Team, amount: Any, status: int) -> None:
    order = {"amount": amount, "reason": "a cap"}
    address = f"{API}envelopes/{team.account.advertiser_id}/"
    assert enter(team.boss).put(address, order).status_code == status
