"""The journal page: filters, what was typed kept, and a CSV that no spreadsheet runs."""

import csv

import pytest

from campaigns.models import Change
from tests.factories import NOW, make_advertiser, make_campaign, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    person = make_person("ada", first_name="Ada")
    client.force_login(person)
    return person


@pytest.fixture
def campaign(ada):
    return make_campaign(advertiser=make_advertiser(name="Northwind", people={ada: "buyer"}), name="Spring")


def write(campaign, actor, **members):
    given = {"door": "page", "act": "edited", "campaign_ref": campaign.pk, "target": "campaign", "at": NOW}
    return Change.objects.create(advertiser=campaign.advertiser, actor=actor, **(given | members))


def read(client, query=""):
    return client.get(f"/audit/?{query}").content.decode()


def test_a_line_says_who_what_and_from_where(client, campaign, ada):
    ada.origin = "203.0.113.9"
    write(campaign, ada, before={"budget": "10.00"}, after={"budget": "12.00"}, note="Going well")
    html = read(client)
    for words in ("Spring", "Ada", "203.0.113.9", "10.00", "12.00", "Going well"):
        assert words in html


@pytest.mark.parametrize(
    "query", ["q=Spring", "q=going", "act=edited", "who=ada", "since=2026-11-17", "until=2026-11-17"]
)
def test_a_filter_that_fits_keeps_the_line(client, campaign, ada, query):
    write(campaign, ada, note="Going well")
    assert "story-note" in read(client, query)


@pytest.mark.parametrize(
    "query", ["q=Autumn", "act=launched", "who=bob", "since=2026-11-18", "until=2026-11-16", "account=1"]
)
def test_a_filter_that_does_not_fit_takes_the_line_away(client, campaign, ada, query):
    write(campaign, ada, note="Going well")
    html = read(client, query)
    assert "story-note" not in html
    assert "Nothing matches" in html


def test_a_day_that_is_none_is_named_and_kept(client, campaign, ada):
    answer = client.get("/audit/?since=2026-13-40")
    assert answer.status_code == 422
    assert "is no day" in answer.content.decode()
    assert 'value="2026-13-40"' in answer.content.decode()


def test_a_foreign_account_has_no_lines_here(client, ada):
    foreign = make_campaign(advertiser=make_advertiser(name="Foreign"), name="Secret")
    write(foreign, make_person())
    assert "Secret" not in read(client)
    assert b"Foreign" not in b"".join(client.get("/audit/journal.csv").streaming_content)


def test_no_cell_of_the_export_is_a_formula(client, campaign, ada):
    write(campaign, ada, note='=HYPERLINK("http://example.com")')
    text = b"".join(client.get("/audit/journal.csv").streaming_content).decode()
    header, row = csv.reader(text.splitlines())
    assert row[header.index("note")] == '\'=HYPERLINK("http://example.com")'


def test_the_export_holds_what_the_filters_leave(client, campaign, ada):
    write(campaign, ada)
    write(campaign, ada, act="launched")
    text = b"".join(client.get("/audit/journal.csv?act=launched").streaming_content).decode()
    assert len(text.splitlines()) == 2
