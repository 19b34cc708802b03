"""An account's URL parameters: set by its administrators, checked, in the journal, added to an ad by one press."""

import pytest
from django.urls import reverse

from campaigns.models import Change
from campaigns.web.addresses import show_address
from tests.factories import add_member, make_person
from tests.web.building import TREE, make_account, make_draft, read_form, read_under

pytestmark = pytest.mark.django_db
SET = {"key": ["utm_source", "utm_campaign", ""], "value": ["tiktok", "__CAMPAIGN_NAME__", ""]}
PATH = "ad_configuration/utm_params"


@pytest.fixture
def boss(client):
    person = make_person("boss")
    client.force_login(person)
    return person


@pytest.fixture
def account(boss):
    return make_account({boss: "administrator"}, name="Northwind")


def address(account):
    return reverse("utm", args=[account.advertiser_id])


def read_set(account):
    account.refresh_from_db()
    return account.utm_params


def test_an_administrator_sets_it_and_the_journal_keeps_it(client, account):
    assert client.post(address(account), SET).status_code == 302
    wanted = [{"key": "utm_source", "value": "tiktok"}, {"key": "utm_campaign", "value": "__CAMPAIGN_NAME__"}]
    assert read_set(account) == wanted
    change = Change.objects.get(act="utm")
    assert (change.before, change.after) == ({"utm_params": []}, {"utm_params": wanted})
    html = client.get(address(account)).content.decode()
    assert "?utm_source=tiktok&amp;utm_campaign=__CAMPAIGN_NAME__" in html


def test_the_same_set_again_is_no_change(client, account):
    for _ in range(2):
        client.post(address(account), SET)
    assert Change.objects.filter(act="utm").count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": ["a"], "value": ["__CAMPAIGN__"]}, "__CAMPAIGN__ is no macro of TikTok&#x27;s"),
        ({"key": ["a", "a"], "value": ["1", "2"]}, "a stands twice"),
        ({"key": ["a"], "value": [""]}, "parameter 1 has no value"),
        ({"key": [""], "value": ["1"]}, "parameter 1 has no key"),
        ({"key": ["k" * 101], "value": ["1"]}, "has 101 characters; TikTok takes 100"),
        (
            {"key": [f"k{n}" for n in range(15)], "value": ["1"] * 15},
            "TikTok takes 14 parameters; here are 15",
        ),
    ],
)
def test_a_wrong_set_is_refused_and_kept_as_typed(client, account, given, said):
    answer = client.post(address(account), given)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert f'value="{given["value"][0]}"' in html
    assert read_set(account) == []


@pytest.mark.parametrize("role", ["viewer", "buyer", "manager"])
def test_nobody_else_sets_it_or_sees_a_form(client, account, role):
    other = make_person("other")
    add_member(other, account, role)
    client.force_login(other)
    assert client.post(address(account), SET).status_code == 403
    assert '<form method="post" class="card-form' not in client.get(address(account)).content.decode()


def test_one_press_adds_what_an_ad_lacks_and_leaves_its_own(client, boss, account):
    client.post(address(account), SET)
    ad = {**TREE["adgroups"][0]["ads"][0]}
    ad["ad_configuration"] = {**ad["ad_configuration"], "utm_params": [{"key": "utm_source", "value": "own"}]}
    draft = make_draft(boss, account, {**TREE, "adgroups": [{**TREE["adgroups"][0], "ads": [ad]}]})
    ad = draft.adgroups.get().ads.get()
    page = reverse("builder-ad", args=[draft.pk, ad.pk])
    html = client.get(page).content.decode()
    assert "Northwind adds utm_campaign to its landing pages; not here yet" in read_under(html, PATH)
    action = "fix:utm-set-missing|adgroups/0/ads/0/ad_configuration/utm_params"
    client.post(page, {**read_form(html), "action": action})
    ad.refresh_from_db()
    assert ad.wanted["ad_configuration"]["utm_params"] == [
        {"key": "utm_source", "value": "own"},
        {"key": "utm_campaign", "value": "__CAMPAIGN_NAME__"},
    ]
    said = read_under(client.get(page).content.decode(), PATH)
    assert "https://example.com/spring-sale?utm_source=own&amp;utm_campaign=__CAMPAIGN_NAME__" in said


def test_a_page_that_has_a_parameter_does_not_get_it_twice():
    params = [{"key": "a", "value": "1"}, {"key": "b", "value": "x y"}]
    assert show_address("https://e.com/p?a=1#top", params) == "https://e.com/p?a=1&b=x%20y#top"
