"""Beginning a campaign: by account, or from a pasted body whose text is never lost."""

import json

import pytest
from django.urls import reverse

from campaigns.models import Campaign
from tests.factories import add_member, make_advertiser, make_person
from tests.web.building import TREE, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    person = make_person("bea")
    client.force_login(person)
    return person


def test_only_accounts_where_one_may_draft_are_offered_with_currency_zone_and_minimum(client, buyer):
    make_account({buyer: "buyer"}, name="Northwind", currency="JPY", zone="Asia/Tokyo")
    make_advertiser(people={buyer: "viewer"}, name="Looked at")
    html = client.get(reverse("builder-new")).content.decode()
    assert "at least 5,000 JPY" in html
    assert "Asia/Tokyo" in html
    assert "Looked at" not in html
    assert "checked" in html  # the only one


def test_starting_makes_a_draft_and_opens_it(client, buyer):
    account = make_account({buyer: "buyer"})
    answer = client.post(reverse("builder-new"), {"account": account.pk})
    campaign = Campaign.objects.get()
    assert answer.url == reverse("builder", args=[campaign.pk])
    assert campaign.adgroups.count() == 1


def test_an_account_must_be_chosen_among_several(client, buyer):
    for name in ("A", "B"):
        make_account({buyer: "buyer"}, name=name)
    assert client.post(reverse("builder-new")).status_code == 422
    assert client.post(reverse("builder-new"), {"account": "999999"}).status_code == 422


def test_a_viewer_is_told_whom_to_ask(client, buyer):
    make_advertiser(people={buyer: "viewer"})
    assert "No account to draft in" in client.get(reverse("builder-new")).content.decode()
    assert client.post(reverse("builder-new")).status_code == 422


def test_a_body_in_the_guides_words_becomes_a_draft_as_typed(client, buyer):
    make_account({buyer: "buyer"})
    answer = client.post(reverse("builder-paste"), {"body": json.dumps(TREE)})
    campaign = Campaign.objects.get()
    assert answer.url == reverse("builder", args=[campaign.pk])
    assert campaign.adgroups.get().wanted["optimization_event"] == "COMPLETE_PAYMENT"


def test_the_body_may_name_its_account_and_must_agree_with_the_chosen_one(client, buyer):
    first, second = (make_account({buyer: "buyer"}, name=name) for name in ("A", "B"))
    body = json.dumps({**TREE, "advertiser_id": second.advertiser_id})
    client.post(reverse("builder-paste"), {"body": body})
    assert Campaign.objects.get().advertiser == second
    answer = client.post(reverse("builder-paste"), {"body": body, "account": first.pk})
    assert answer.status_code == 422
    assert "is chosen" in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "paste a campaign"),
        ('{"budget": 5', "line 1"),
        ("[1]", "write one object"),
        ('{"budget": NaN}', "NaN is no number"),
        ('{"budget": "many"}', "write an amount as a number"),
        ('{"campaign_name": 5.5, "adgroups": {}}', "write a list"),
        ('{"campaign_name": "\\ud800"}', "cannot be stored"),
        ('{"a\\u0000": 1}', "cannot be stored"),
        ('{"a": ' + "[" * 5000, "too deep"),
        ('{"adgroups": [1, {"ads": 3}]}', "write an object"),
    ],
)
def test_a_malformed_body_is_refused_with_its_place_and_kept(client, buyer, body, said):
    make_account({buyer: "buyer"})
    answer = client.post(reverse("builder-paste"), {"body": body})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert body[:40].replace('"', "&quot;") in html
    assert not Campaign.objects.exists()


def test_somebody_elses_account_cannot_be_drafted_in(client, buyer):
    make_account({buyer: "buyer"})
    foreign = make_account({make_person(): "buyer"})
    client.post(reverse("builder-new"), {"account": foreign.pk})
    assert not Campaign.objects.filter(advertiser=foreign).exists()


def test_a_member_of_two_roles_drafts_only_where_allowed(client, buyer):
    watched = make_account({}, name="Watched")
    add_member(buyer, watched, "viewer")
    client.post(reverse("builder-new"), {"account": watched.pk})
    assert not Campaign.objects.exists()
