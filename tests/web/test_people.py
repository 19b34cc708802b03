"""Signing in and out, the time zone, and what every page stands in."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_advertiser, make_person

pytestmark = pytest.mark.django_db


def test_signing_in_leads_where_one_wanted_to_go(client):
    make_person("bea")
    answer = client.post(
        "/login/?next=/accounts/", {"username": "bea", "password": PASSWORD, "next": "/accounts/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/")


def test_signing_in_never_leads_to_another_site(client):
    make_person("bea")
    answer = client.post(
        "/login/", {"username": "bea", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/today/"


def test_whoever_asked_for_the_bare_address_begins_at_home(client, db):
    make_person("bea")
    answer = client.post("/login/?next=/", {"username": "bea", "password": PASSWORD, "next": "/"})
    assert answer["Location"] == "/today/"


def test_a_wrong_password_is_said_and_the_name_is_kept(client):
    make_person("bea")
    answer = client.post("/login/", {"username": "bea", "password": "wrong"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="bea"' in page
    assert "correct username and password" in page


def test_demo_people_are_named_only_in_the_demo(client, settings):
    make_advertiser(people={make_person("bea", first_name="Bea"): "buyer"})
    assert "This is the demo" not in client.get("/login/").content.decode()
    settings.SMARTPLUS_DEMO = True
    page = client.get("/login/").content.decode()
    assert "This is the demo" in page
    assert "Bea" in page
    assert "buyer" in page


def test_logging_out_takes_a_post(client):
    client.force_login(make_person())
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_a_person_chooses_a_time_zone(client):
    person = make_person()
    client.force_login(person)
    answer = client.post(reverse("person"), {"time_zone": "Asia/Tokyo"}, follow=True)
    person.refresh_from_db()
    assert person.time_zone == "Asia/Tokyo"
    assert "Asia/Tokyo" in answer.content.decode()


@pytest.mark.parametrize("zone", ["Middle/Earth", "", "../../etc/passwd", "x" * 500])
def test_an_unknown_time_zone_is_refused_and_kept_as_typed(client, zone):
    person = make_person()
    client.force_login(person)
    answer = client.post(reverse("person"), {"time_zone": zone})
    assert answer.status_code == 422
    assert "no time zone we know" in answer.content.decode()
    person.refresh_from_db()
    assert person.time_zone == "UTC"


@pytest.mark.parametrize(
    ("address", "word"), [("http://127.0.0.1:8810/x/", "Sandbox"), ("https://tiktok.example/x/", "Live")]
)
def test_the_strip_says_which_world_this_is(client, settings, address, word):
    settings.TIKTOK_API_URL = address
    client.force_login(make_person())
    page = client.get("/").content.decode()
    assert f"<strong>{word}</strong>" in page


def test_a_form_of_an_old_session_is_explained():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/login/", {"username": "bea", "password": "x"})
    assert answer.status_code == 403
    assert "grown old" in answer.content.decode()


def test_pages_carry_no_inline_script_or_style_and_forbid_both(client):
    client.force_login(make_person())
    answer = client.get("/")
    page, policy = answer.content.decode(), answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert " style=" not in page
    assert "<style" not in page
    assert "hx-on" not in page
    assert all("src=" in part.split(">")[0] for part in page.split("<script")[1:])


def test_accounts_tell_how_ready_they_are(client):
    person = make_person()
    readiness = {
        "checked_at": "2026-11-17T11:00:00+00:00",
        "pixels": {"ok": True, "count": 3},
        "videos": {"ok": False, "message": "No permission", "code": 40001},
        "smart_plus": {"ok": False, "message": "closed", "code": 40016, "allowlisted": False},
    }
    make_advertiser(people={person: "viewer"}, readiness=readiness, pull_error="no answer")
    make_advertiser(people={person: "viewer"})
    client.force_login(person)
    page = client.get(reverse("accounts")).content.decode()
    assert "TikTok has not opened Smart+ for it." in page
    assert "No permission (code 40001)" in page
    assert "not looked at" in page
    assert "Not checked yet." in page
    assert "The last reading did not succeed" in page
