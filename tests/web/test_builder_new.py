"""Beginning a campaign: by account, or from a pasted body whose text is never lost."""

import json
from html import unescape

import pytest
from django.urls import reverse

from campaigns.models import Ad, Campaign
from campaigns.services import editing
from tests.factories import NOW, add_member, make_advertiser, make_person
from tests.web.building import TREE, make_account, make_draft, read_form, read_under

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


def begin(client, buyer, pixels=1):
    account = make_account({buyer: "buyer"}, name="Northwind")
    for number in range(1, pixels):
        account.pixels.create(pixel_id=f"9{number}", name=f"Zalando {number}", events=["SHOPPING"])
    client.post(reverse("builder-new"), {"account": account.pk})
    return Campaign.objects.get()


def test_a_new_draft_says_what_is_to_be_filled_in_and_calls_none_of_it_an_error(client, buyer):
    campaign = begin(client, buyer)
    ad = Ad.objects.get()
    for address in (
        reverse("builder", args=[campaign.pk]),
        reverse("builder-ad", args=[campaign.pk, ad.pk]),
        reverse("grid-ads", args=[campaign.pk]),
    ):
        page = client.get(address).content.decode()
        assert "to fill in</a>" in page
        for mark in (
            "said-refuse",
            "dot-refuse",
            'data-level="refuse"',
            'aria-invalid="true"',
            "to mend</a>",
        ):
            assert mark not in page, (address, mark)


def test_once_the_review_was_asked_for_what_is_missing_is_to_mend(client, buyer):
    campaign = begin(client, buyer)
    assert "to mend</a>" in client.get(reverse("review", args=[campaign.pk])).content.decode()
    page = client.get(reverse("builder", args=[campaign.pk])).content.decode()
    assert "to mend</a>" in page and "said-refuse" in page


def test_what_is_wrong_and_not_missing_is_an_error_from_the_first(client, buyer):
    campaign = begin(client, buyer)
    editing.save_members(
        actor=buyer, door="page", thing=campaign, version=1, changes={"budget": "1"}, now=NOW
    )
    page = client.get(reverse("builder", args=[campaign.pk])).content.decode()
    assert 'class="tone-bad"' in page and "1 to mend</a>" in page and "to fill in</a>" in page


@pytest.mark.parametrize(
    ("pixels", "said"), [(1, "Preset: the account's only pixel."), (3, "Preset: the first of the account's 3 pixels")]
)  # fmt: skip
def test_a_pixel_that_was_preset_says_so(client, buyer, pixels, said):
    campaign = begin(client, buyer, pixels)
    group = campaign.adgroups.get()
    page = client.get(reverse("builder-adgroup", args=[campaign.pk, group.pk])).content.decode()
    assert said in unescape(read_under(page, "pixel_id"))


def test_a_pixel_of_a_pasted_body_is_nobodys_preset(client, buyer):
    campaign = make_draft(buyer, make_account({buyer: "buyer"}))
    group = campaign.adgroups.get()
    page = client.get(reverse("builder-adgroup", args=[campaign.pk, group.pk])).content.decode()
    assert "Preset" not in page


def switch_pool(client, campaign, **changes):
    address = reverse("builder", args=[campaign.pk])
    form = read_form(client.get(address).content.decode())
    html = client.post(address, {**form, **changes}, headers={"HX-Request": "true"}).content.decode()
    campaign.refresh_from_db()
    return html


def test_switching_the_campaigns_budget_off_takes_the_mode_along_and_back(client, buyer):
    campaign = begin(client, buyer)
    html = switch_pool(client, campaign, budget_optimize_on="false")
    assert campaign.wanted["budget_mode"] == "BUDGET_MODE_INFINITE"
    assert "said-refuse" not in html
    switch_pool(client, campaign, budget_optimize_on="true")
    assert campaign.wanted["budget_mode"] == "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"


@pytest.mark.parametrize("chosen", [{"budget": "400"}, {"budget_mode": "BUDGET_MODE_TOTAL"}])
def test_a_mode_or_an_amount_that_somebody_chose_stays(client, buyer, chosen):
    campaign = begin(client, buyer)
    switch_pool(client, campaign, **chosen)
    before = campaign.wanted["budget_mode"]
    switch_pool(client, campaign, budget_optimize_on="false")
    assert campaign.wanted["budget_mode"] == before
