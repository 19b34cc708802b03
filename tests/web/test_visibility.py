"""Who sees what: every page asks for a login, and an account one is no member of does not exist."""

import pytest
from django.urls import reverse

from tests.factories import make_advertiser, make_campaign, make_live, make_person

pytestmark = pytest.mark.django_db
ROLES = ("viewer", "buyer", "manager", "administrator")


def list_addresses(campaign):
    one = {"pk": campaign.pk}
    return [
        reverse("campaign", kwargs=one),
        reverse("launch-progress", kwargs=one),
        reverse("campaign-status", kwargs=one),
    ]


def test_every_page_sends_a_stranger_to_the_login(client):
    campaign = make_live(make_campaign(advertiser=make_advertiser()))
    names = ("home", "accounts", "person", "rules", "policy", "proposals", "learning", "notices")
    for address in [*map(reverse, names), *list_addresses(campaign)]:
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/?next=")


def test_a_fragment_for_a_stranger_is_a_redirect_and_never_a_login_page(client):
    answer = client.get(reverse("home"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/login/"
    assert answer.content == b""


def test_a_fragment_for_a_stranger_leads_back_to_the_page_it_was_on(client):
    here = "http://testserver/campaigns/7/?tab=plan"
    answer = client.get(reverse("home"), headers={"HX-Request": "true", "HX-Current-URL": here})
    assert answer["HX-Redirect"] == "/login/?next=/campaigns/7/%3Ftab%3Dplan"


def test_what_a_stranger_typed_is_not_navigated_away(client):
    campaign = make_campaign(advertiser=make_advertiser())
    answer = client.post(reverse("builder", args=[campaign.pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer


@pytest.mark.parametrize("role", ROLES)
def test_a_campaign_of_another_account_does_not_exist_for_any_role(client, role):
    person = make_person()
    make_advertiser(people={person: role})
    campaign = make_live(make_campaign(advertiser=make_advertiser(), name="Not for you"))
    client.force_login(person)
    for address in list_addresses(campaign):
        assert client.get(address).status_code == 404
    assert (
        client.post(reverse("campaign-status", args=[campaign.pk]), {"status": "DISABLE"}).status_code == 404
    )
    assert b"Not for you" not in client.get(reverse("home")).content


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_the_campaigns_of_its_account(client, role):
    person = make_person()
    campaign = make_live(
        make_campaign(advertiser=make_advertiser(people={person: role}), name="For all of us")
    )
    client.force_login(person)
    assert "For all of us" in client.get(reverse("home")).content.decode()
    assert client.get(reverse("campaign", args=[campaign.pk])).status_code == 200
    assert client.get(reverse("launch-progress", args=[campaign.pk])).status_code == 200


def test_another_accounts_id_in_the_filter_shows_nothing_of_it(client):
    person = make_person()
    make_campaign(advertiser=make_advertiser(people={person: "buyer"}))
    other = make_advertiser(name="Secret shop")
    make_campaign(advertiser=other, name="Secret sale")
    client.force_login(person)
    page = client.get(reverse("home"), {"account": other.advertiser_id}).content.decode()
    assert "Secret" not in page


def test_accounts_show_only_ones_own_and_all_people_of_them(client):
    person, colleague = make_person(), make_person("colleague")
    make_advertiser(name="Ours", people={person: "viewer", colleague: "manager"})
    make_advertiser(name="Theirs", people={colleague: "manager"})
    client.force_login(person)
    page = client.get(reverse("accounts")).content.decode()
    assert "Ours" in page
    assert "colleague" in page
    assert "Theirs" not in page


def test_who_belongs_to_no_account_is_told_so(client):
    client.force_login(make_person())
    assert "No account yet" in client.get(reverse("home")).content.decode()
    assert "No account yet" in client.get(reverse("accounts")).content.decode()


def test_a_missing_page_is_told_in_the_house_style_and_names_no_account(client):
    client.force_login(make_person())
    answer = client.get("/campaigns/123456/")
    assert answer.status_code == 404
    assert "Not found" in answer.content.decode()
