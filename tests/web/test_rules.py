"""The page of rules: every rule with an anchor, searched and narrowed without script, linked from findings."""

import re

import pytest

from campaigns.rules.passports import list_passports
from tests.factories import make_person
from tests.web.building import make_account, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client):
    client.force_login(make_person())
    return client


def list_ids(html):
    return re.findall(r'<article class="rule" id="([^"]+)"', html)


def test_every_rule_stands_there_once_with_its_sentence_source_and_example(visitor):
    html = visitor.get("/rules/").content.decode()
    passports = list_passports()
    assert sorted(list_ids(html)) == sorted(item.id for item in passports)
    assert html.count("How it is broken") == len(passports)
    assert "Names are at most 512 units long and hold no emoji." in html
    assert "C20: the sources differ on pixel_id" in html
    assert 'href="/api/v1/rules/"' in html


def test_a_stranger_has_to_sign_in(client):
    assert client.get("/rules/")["Location"].startswith("/login/")


@pytest.mark.parametrize(
    ("query", "rule", "other"),
    [
        ({"q": "name-fits"}, "name-fits", "known-word"),
        ({"q": "EMOJI names"}, "name-fits", "known-word"),
        ({"q": "C20"}, "id-numeric", "known-word"),
        ({"q": "ad_text_list"}, "list-bounds", "id-numeric"),
        ({"level": "advice"}, "sent-otherwise", "known-word"),
        ({"level": "refuse", "q": "emoji"}, "name-fits", "known-word"),
    ],
)
def test_the_book_is_searched_in_words_ids_sources_and_members(visitor, query, rule, other):
    found = list_ids(visitor.get("/rules/", query).content.decode())
    assert rule in found
    assert other not in found


def test_counts_of_the_levels_follow_the_search(visitor):
    html = visitor.get("/rules/", {"q": "emoji", "level": "advice"}).content.decode()
    assert list_ids(html) == []
    assert "No rule says that" in html
    assert re.search(r"Must be mended <span>[1-9]", html)


def test_what_is_typed_into_the_search_comes_back_as_text(visitor):
    html = visitor.get("/rules/", {"q": '"><script>x</script>'}).content.decode()
    assert "<script>x" not in html
    assert "&lt;script&gt;" in html


def test_htmx_gets_the_list_alone(visitor):
    html = visitor.get("/rules/", {"q": "emoji"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "name-fits" in list_ids(html)


def test_findings_in_the_builder_and_the_review_lead_to_their_rule(client):
    person = make_person()
    account = make_account({person: "buyer"})
    campaign = make_draft(person, account, {"campaign_name": "Sale 🎉", "adgroups": []})
    client.force_login(person)
    for address in (f"/campaigns/{campaign.pk}/build/", f"/campaigns/{campaign.pk}/review/"):
        assert 'href="/rules/#name-fits"' in client.get(address).content.decode()


def test_the_page_says_what_tiktok_may_still_refuse(visitor):
    html = visitor.get("/rules/").content.decode()
    assert "What TikTok may still refuse" in html
    assert "How many ads an identity carries already" in html
    assert "The push draws request_id" not in html  # seen to elsewhere: nothing to be refused
