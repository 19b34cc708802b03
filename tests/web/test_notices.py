"""The list of notices and its bell: only one's own accounts', new ones marked once, each with the way to its page."""

from datetime import timedelta

import pytest

from campaigns.models import Notice
from campaigns.notices.telling import tell
from tests.factories import NOW, make_advertiser, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    person = make_person("ada")
    client.force_login(person)
    return person


@pytest.fixture
def account(ada):
    return make_advertiser(name="Northwind", people={ada: "buyer"})


def say(account, text="Autumn is launched", **given):
    kind = given.pop("kind", Notice.Kind.LAUNCH_FINISHED)
    return tell(advertiser=account, kind=kind, text=text, now=given.pop("now", NOW), **given)


def read(client, query=""):
    return client.get(f"/notices/?{query}").content.decode()


def test_a_notice_leads_to_its_page(client, account):
    say(account, campaign_ref=7)
    say(account, text="Bea asks", target="proposals/9")
    html = read(client)
    assert 'href="/campaigns/7/"' in html
    assert 'href="/proposals/9/"' in html


def test_what_is_new_is_counted_until_one_looked(client, account):
    say(account)
    assert 'rail-count">1<' in client.get("/").content.decode()
    assert "notice-new" in read(client)
    assert "rail-count" not in client.get("/").content.decode()
    assert "notice-new" not in read(client)


def test_nothing_of_other_accounts_is_shown_or_counted(client, account):
    say(make_advertiser(name="Foreign"), text="Secret")
    html = read(client)
    assert "Secret" not in html
    assert "rail-count" not in html


@pytest.mark.parametrize(
    ("query", "there"), [("kind=launch_finished", True), ("kind=lock_opened", False), ("account=1", False)]
)
def test_filters_narrow_the_list(client, account, query, there):
    say(account)
    assert ("Autumn is launched" in read(client, query)) is there


def test_an_empty_list_says_what_will_stand_there(client, account):
    assert "Nothing to tell yet" in read(client)


def test_the_persons_page_takes_an_address_and_leaves_mails(client, ada):
    client.post("/person/", {"time_zone": "Asia/Tokyo", "email": "ada@example.com"})
    ada.refresh_from_db()
    assert (ada.email, ada.mails, ada.time_zone) == ("ada@example.com", False, "Asia/Tokyo")


def test_an_address_that_is_none_is_refused_and_kept(client, ada):
    answer = client.post("/person/", {"time_zone": "Asia/Tokyo", "email": "ada at home", "mails": "1"})
    assert answer.status_code == 422
    for words in ("is no address", 'value="ada at home"', 'value="Asia/Tokyo"'):
        assert words in answer.content.decode()


def test_a_notice_of_tomorrow_by_another_clock_is_new_until_then(client, account):
    say(account, now=NOW + timedelta(days=3650))
    read(client)
    assert 'rail-count">1<' in client.get("/").content.decode()


def test_locks_that_opened_stand_on_home_until_one_looked(client, account):
    say(account, kind=Notice.Kind.LOCK_OPENED)
    assert "1 lock opened" in client.get("/").content.decode()
    read(client)
    assert "lock opened" not in client.get("/").content.decode()
