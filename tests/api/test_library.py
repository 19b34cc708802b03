"""What an integration must know before it composes a tree, and what it may be asked to look after."""

from typing import Any

from rest_framework.test import APIClient

from campaigns.contract.levels import Level
from campaigns.contract.statuses import list_refused
from campaigns.models import Ad, Advertiser, ClientToken, Person, SavedView, Stranger
from tests import factories
from tests.api.conftest import API, enter


def read(client: APIClient, path: str) -> Any:
    answer = client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_library_holds_what_a_tree_can_name(client: APIClient, account: Advertiser) -> None:
    found = read(client, f"advertisers/{account.advertiser_id}/library/")
    assert found["pixels"] == [
        {
            "pixel_id": "7100000000000000009",
            "code": "CP0000000000000001",
            "name": "Shop",
            "events": ["SHOPPING", "FORM"],
        }
    ]
    assert [item["identity_id"] for item in found["identities"]] == ["identity-1"]
    assert found["videos"] == [
        {
            "video_id": "v10000000000000001",
            "name": "Spring.mp4",
            "duration": 15.0,
            "width": None,
            "height": None,
        }
    ]
    assert (found["pictures"], found["places"], found["utm_params"]) == ([], [], [])


def test_a_library_is_narrowed_by_name(client: APIClient, account: Advertiser) -> None:
    found = read(client, f"advertisers/{account.advertiser_id}/library/?q=shop")
    assert [len(found[kind]) for kind in ("pixels", "identities", "videos")] == [1, 1, 0]


def test_an_administrator_sets_the_parameters_of_addresses(account: Advertiser) -> None:
    boss = factories.make_person()
    factories.add_member(boss, account, "administrator")
    signed_in = APIClient()
    signed_in.force_login(boss)
    address = f"{API}advertisers/{account.advertiser_id}/utm/"
    params = [{"key": "utm_source", "value": "tiktok"}]
    assert signed_in.put(address, {"utm_params": params}).json() == {"utm_params": params}
    assert read(signed_in, f"advertisers/{account.advertiser_id}/library/")["utm_params"] == params
    for wrong, path in (("x", "utm_params"), ([{"key": 1}], "utm_params/0")):
        answer = signed_in.put(address, {"utm_params": wrong})
        assert (answer.status_code, answer.json()["problems"][0]["path"]) == (400, path)


def test_a_refused_ad_is_told_with_its_reasons(client: APIClient, account: Advertiser) -> None:
    live = factories.make_live(factories.make_campaign(advertiser=account))
    word = min(list_refused(Level.AD))
    review = {"reasons": ["No price"], "suggestion": "Show it", "places": ["US"]}
    Ad.objects.filter(adgroup__campaign=live).update(secondary_status=word, review=review)
    (row,) = read(client, f"reviews/?campaign={live.pk}")["results"]
    assert (row["badge"], row["reasons"], row["suggestion"], row["places"]) == (
        word,
        ["No price"],
        "Show it",
        ["US"],
    )
    assert read(client, "attention/") == {
        "stuck": 0, "drifting": 0, "denied": 1, "refused": 0, "broken": 0, "proposals": 0,
    }  # fmt: skip


def test_reasons_that_were_not_read_yet_are_unknown(client: APIClient, account: Advertiser) -> None:
    live = factories.make_live(factories.make_campaign(advertiser=account))
    Ad.objects.filter(adgroup__campaign=live).update(secondary_status=min(list_refused(Level.AD)))
    assert read(client, "reviews/")["results"][0]["reasons"] is None


def test_a_campaign_made_elsewhere_is_told(client: APIClient, account: Advertiser) -> None:
    Stranger.objects.create(
        advertiser=account,
        level=Level.CAMPAIGN.value,
        remote_id="1850",
        name="By hand",
        remote={"budget": 200},
        seen_at=factories.NOW,
        read_at=factories.NOW,
    )
    (row,) = read(client, "strangers/")["results"]
    assert (row["campaign_id"], row["campaign_name"], row["remote"]) == (
        "1850",
        "By hand",
        {"budget": "200.00"},
    )


def test_one_object_is_read_with_the_tag_that_its_change_asks_for(
    client: APIClient, account: Advertiser
) -> None:
    group = factories.make_campaign(advertiser=account).adgroups.get()
    answer = client.get(f"{API}adgroups/{group.pk}/")
    assert (answer["ETag"], answer.json()["ads"][0]["id"]) == (f'"{group.version}"', group.ads.get().pk)
    renamed = client.patch(
        f"{API}adgroups/{group.pk}/", {"adgroup_name": "Other"}, headers={"If-Match": answer["ETag"]}
    )
    assert renamed.status_code == 200
    stale = client.patch(
        f"{API}adgroups/{group.pk}/", {"adgroup_name": "Again"}, headers={"If-Match": answer["ETag"]}
    )
    assert stale.status_code == 409


def test_a_view_is_saved_shared_and_taken_away(client: APIClient, account: Advertiser) -> None:
    own = {"name": "Live", "address": "state=live"}
    shared = own | {"advertiser_id": account.advertiser_id}
    saved = [client.post(f"{API}views/", order).json() for order in (own, shared)]
    assert [item["advertiser_id"] for item in saved] == [None, account.advertiser_id]
    colleague = factories.make_person()
    factories.add_member(colleague, account, "viewer")
    assert [item["id"] for item in read(enter(colleague), "views/")["results"]] == [saved[1]["id"]]
    assert client.delete(f"{API}views/{saved[0]['id']}/").status_code == 204
    assert [view.pk for view in SavedView.objects.all()] == [saved[1]["id"]]


def test_a_read_token_saves_not_even_a_view_of_its_owner(buyer: Person, account: Advertiser) -> None:
    client = APIClient()
    secret = ClientToken.objects.create(user=buyer, name="leaked", scopes=["read"])[1]
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert client.post(f"{API}views/", {"name": "Mine", "address": ""}).status_code == 403
