"""Opening anything by name or TikTok's id: what is found, what is not, and the keys in a browser."""

import pytest

from tests.factories import make_advertiser, make_campaign, make_live, make_person
from tests.web.browsing import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    person = make_person("ada", first_name="Ada")
    client.force_login(person)
    return person


@pytest.fixture
def campaign(ada):
    account = make_advertiser(name="Northwind", people={ada: "buyer"})
    return make_live(make_campaign(advertiser=account, name="Spring sale"))


def find(client, text):
    return client.get("/find/", {"q": text}).content.decode()


def test_a_campaign_is_found_by_a_part_of_its_name(client, campaign):
    assert f'href="/campaigns/{campaign.pk}/"' in find(client, "ring")


def test_every_object_is_found_by_tiktoks_id(client, campaign):
    group = campaign.adgroups.get()
    ad = group.ads.get()
    assert f'href="/campaigns/{campaign.pk}/"' in find(client, campaign.remote_id)
    assert f'href="/campaigns/{campaign.pk}/#adgroup-{group.pk}"' in find(client, group.remote_id)
    assert f'href="/campaigns/{campaign.pk}/#ad-{ad.pk}"' in find(client, ad.remote_id)


@pytest.mark.parametrize(
    ("text", "href"), [("token", "/tokens/"), ("northw", "/?account="), ("uniform", "/rules/?q=uniform")]
)
def test_pages_accounts_and_rules_are_found(client, campaign, text, href):
    assert f'href="{href}' in find(client, text)


def test_what_belongs_to_others_is_not_found(client, ada):
    foreign = make_live(make_campaign(advertiser=make_advertiser(name="Secret"), name="Hidden plan"))
    for text in ("Hidden", foreign.remote_id, "Secret"):
        assert "Nothing is called" in find(client, text)


def test_a_viewer_is_not_offered_a_new_campaign(client, ada):
    make_advertiser(people={ada: "viewer"})
    assert "/campaigns/new/" not in find(client, "new camp")


def test_the_fragment_is_the_list_alone(client, campaign):
    html = client.get("/find/?q=spring", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "Spring sale" in html


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_keys_find_and_open(live_server, page):
    person = make_person("max")
    account = make_advertiser(name="Northwind", people={person: "manager"})
    campaign = make_campaign(advertiser=account, name="Spring sale")
    sign_in(page, live_server.url, "max")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#finder[open]")
    page.keyboard.insert_text("spring")
    page.wait_for_selector(f'#finder a[href="/campaigns/{campaign.pk}/"]')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/campaigns/{campaign.pk}/")
    assert page.complaints == []
