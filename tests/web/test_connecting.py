"""The pages of connecting: to TikTok and back, the choice, and each thing that can go wrong with its way out."""

from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from campaigns.models import Advertiser, Connection, Delivery, Person, Webhook
from campaigns.sync.connections import note_refused
from campaigns.tiktok.errors import Meaning, TikTokError
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.server import serve_in_thread
from smartplus_admin.sandbox.tokens import APP_ID, APP_SECRET
from tests.factories import NOW, add_member, make_advertiser, make_campaign, make_person

pytestmark = pytest.mark.django_db
US, JP = "7000000000000000001", "7000000000000000002"


@pytest.fixture
def tiktok(request: pytest.FixtureRequest, settings: Settings, tmp_path: Any) -> Iterator[str]:
    """The sandbox on loopback, in strict mode unless the test says otherwise; its address."""
    mode = getattr(request, "param", "strict")
    with serve_in_thread(Config.for_tests(str(tmp_path / "sandbox.sqlite3"), mode=mode)) as served:
        settings.TIKTOK_API_URL = served.api_url
        settings.TIKTOK_AUTH_URL = served.api_url.partition("/open_api")[0] + "/portal/auth"
        settings.TIKTOK_APP_ID, settings.TIKTOK_APP_SECRET = APP_ID, APP_SECRET
        settings.SMARTPLUS_ADDRESS = "http://127.0.0.1:8000"
        yield served.api_url.partition("/open_api")[0]


@pytest.fixture
def noor(client: Client) -> Person:
    """Administers an account that is not the sandbox's."""
    person = make_person("noor", first_name="Noor")
    make_advertiser(advertiser_id="8000000000000000001", name="Elsewhere", people={person: "administrator"})
    client.force_login(person)
    return person


def consent(client: Client, **form: Any) -> str:
    """Goes to the consent page and confirms it; the path that it leads back to."""
    there = client.get("/accounts/connect/go/")
    assert there.status_code == 302
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there["Location"]).query).items()}
    ticked = {"advertiser_id": [US, JP], "scope": ["1", "2", "4", "6", "8"]}
    page = there["Location"].partition("?")[0]
    answer = requests.post(page, data={**asked, **ticked, **form}, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/accounts/connect/back/"
    return f"{back.path}?{back.query}"


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_from_connect_to_an_account_that_says_how_ready_it_is(
    client: Client, noor: Person, tiktok: str
) -> None:
    led = client.get(consent(client))
    html = read(client, led["Location"])
    assert "Northwind Outfitters" in html and "Hoshino Tea" in html
    done = client.post(led["Location"], {"name": "Ours", "accounts": [JP], "act": "choose"})
    assert done["Location"] == f"/accounts/{JP}/"
    html = read(client, done["Location"])
    for words in ("Upgraded Smart Plus Ads", "Upgraded Smart+ Report", "Creative tool (64)", "¥3,150,000"):
        assert words in html


def test_the_code_does_not_stay_in_the_address(client: Client, noor: Person, tiktok: str) -> None:
    assert "code" not in client.get(consent(client))["Location"]


def test_what_was_typed_at_the_choice_is_kept_when_it_is_refused(
    client: Client, noor: Person, tiktok: str
) -> None:
    add_member(make_person("bea", first_name="Bea"), Advertiser.objects.get(), "buyer")
    where = client.get(consent(client))["Location"]
    bea = Person.objects.get(username="bea")
    answer = client.post(where, {"name": "Our own word", f"role-{bea.pk}": "manager", "act": "choose"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Our own word" in html and "<option selected>manager" in html and "Tick at least one" in html


def test_taking_none_forgets_the_token(client: Client, noor: Person, tiktok: str) -> None:
    where = client.get(consent(client))["Location"]
    client.post(where, {"act": "forget"})
    assert Connection.objects.filter(chosen_at=None).count() == 0


def test_a_choice_is_nobody_elses(client: Client, noor: Person, tiktok: str) -> None:
    where = client.get(consent(client))["Location"]
    other = make_person()
    add_member(other, Advertiser.objects.get(), "administrator")
    client.force_login(other)
    read(client, where, 404)


def test_an_answer_in_another_browser_is_refused(client: Client, noor: Person, tiktok: str) -> None:
    back = consent(client)
    other = Client()
    other.force_login(noor)
    assert "not yours" in read(other, back, 400)


def test_an_answer_that_comes_twice_is_refused(client: Client, noor: Person, tiktok: str) -> None:
    back = consent(client)
    client.get(back)
    assert "Start again" in read(client, back, 400)


def test_a_refused_consent_is_told(client: Client, noor: Person, tiktok: str) -> None:
    assert "TikTok gave no consent" in read(client, consent(client, refuse="1"), 422)


def test_a_code_that_somebody_used_is_told(client: Client, noor: Person, tiktok: str) -> None:
    back = consent(client)
    code = parse_qs(urlsplit(back).query)["code"][0]
    body = {"app_id": APP_ID, "secret": APP_SECRET, "auth_code": code}
    requests.post(f"{tiktok}/open_api/v1.3/oauth2/access_token/", json=body, timeout=10)
    assert "code is used up" in read(client, back, 422)


def test_a_wrong_secret_is_told_and_not_shown(
    client: Client, noor: Person, tiktok: str, settings: Settings
) -> None:
    settings.TIKTOK_APP_SECRET = "wrong-secret-9"
    html = read(client, consent(client), 502)
    assert "does not know this site" in html and "wrong-secret-9" not in html


@pytest.mark.parametrize(("tiktok", "short"), [("strict", False), ("guide", True)], indirect=["tiktok"])
def test_no_secret_shows_anywhere(
    client: Client,
    noor: Person,
    tiktok: str,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    short: bool,
) -> None:
    """Connected, looked at, refused, disconnected: pages, REST, journal, notices, webhooks, dumps, logs and the admin."""
    settings.TIKTOK_SHORT_TOKENS = short
    Person.objects.filter(pk=noor.pk).update(is_staff=True, is_superuser=True)
    caplog.set_level("DEBUG")
    pages = [read(client, where := client.get(consent(client))["Location"])]
    connection = Connection.objects.get(chosen_at=None)
    secrets = {APP_SECRET, connection.access_token, connection.refresh_token or APP_SECRET}
    pages.append(repr(connection) + str(connection) + repr(connection.__class__.objects.all()))
    client.post(where, {"name": "Ours", "accounts": [US, JP], "act": "choose"})
    account = Advertiser.objects.select_related("connection").get(advertiser_id=US)
    hook = Webhook.objects.create(
        advertiser=account,
        owner=noor,
        address="https://example.com/",
        secret="hook-1",
        made_at=NOW,
        kinds=["reconnect_needed"],
    )
    error = TikTokError(Meaning.TOKEN, "Access token is incorrect.", endpoint="x", code=40105)
    note_refused(account.connection, error, now=NOW)
    pages.append(str(list(Delivery.objects.filter(webhook=hook).values())))
    pages.append(str(error.as_json()))
    client.post(f"/accounts/{US}/")
    for path in (
        "/accounts/",
        f"/accounts/{US}/",
        f"/accounts/{US}/disconnect/",
        "/audit/",
        "/notices/",
        "/system/",
        "/",
        f"/admin/campaigns/advertiser/{account.pk}/change/",
        "/api/v1/advertisers/",
        "/api/v1/changes/",
        "/api/v1/notices/",
        "/api/v1/schema/",
    ):
        pages.append(read(client, path))
    pages.append(b"".join(client.get("/audit/journal.csv").streaming_content).decode())  # type: ignore[attr-defined]
    client.post(f"/accounts/{US}/disconnect/", {"act": "disconnect"})
    dump = StringIO()
    call_command("dumpdata", "campaigns", stdout=dump)
    shown = [*pages, dump.getvalue(), caplog.text]
    assert [secret for secret in secrets for text in shown if secret in text] == []


def test_a_network_that_is_down_is_told(
    client: Client, noor: Person, tiktok: str, settings: Settings
) -> None:
    back = consent(client)
    settings.TIKTOK_API_URL = "http://127.0.0.1:9/open_api/v1.3/"
    assert "TikTok did not answer" in read(client, back, 503)


def test_without_an_app_the_page_says_what_to_set(client: Client, noor: Person, settings: Settings) -> None:
    html = read(client, "/accounts/connect/")
    assert "TIKTOK_APP_SECRET" in html and 'id="go"' not in html


@pytest.mark.parametrize("role", ["viewer", "buyer", "manager"])
def test_whoever_may_not_connect_sees_no_button(client: Client, role: str) -> None:
    person = make_person()
    account = make_advertiser(people={person: role})
    client.force_login(person)
    assert 'href="/accounts/connect/"' not in read(client, "/accounts/")
    html = read(client, f"/accounts/{account.advertiser_id}/")
    assert 'id="connect-anew"' not in html and 'id="disconnect"' not in html


def test_who_set_the_house_up_connects_its_first_account(client: Client, tiktok: str) -> None:
    root = make_person("root", is_superuser=True, is_staff=True)
    client.force_login(root)
    assert 'href="/accounts/connect/"' in read(client, "/accounts/")
    where = client.get(consent(client))["Location"]
    client.post(where, {"name": "First", "accounts": [US, JP], "act": "choose"})
    assert set(root.memberships.values_list("role", flat=True)) == {"administrator"}


def test_a_missing_permission_is_named_with_the_way_out(client: Client, noor: Person, tiktok: str) -> None:
    where = client.get(consent(client, scope=["1", "4", "6", "8"]))["Location"]
    client.post(where, {"name": "Ours", "accounts": [US], "act": "choose"})
    html = read(client, f"/accounts/{US}/")
    assert "lacks the scope Ads Management" in html and "developer portal" in html


def test_looking_again_when_nobody_answers_keeps_what_was_known(
    client: Client, noor: Person, tiktok: str, settings: Settings
) -> None:
    where = client.get(consent(client))["Location"]
    client.post(where, {"name": "Ours", "accounts": [US], "act": "choose"})
    settings.TIKTOK_API_URL = "http://127.0.0.1:9/open_api/v1.3/"
    client.post(f"/accounts/{US}/")
    html = read(client, f"/accounts/{US}/")
    assert "TikTok could not be asked about everything" in html and "$48,250.00" in html


def test_home_tells_of_an_account_to_be_connected_anew(client: Client, noor: Person) -> None:
    make_campaign(advertiser=Advertiser.objects.get())
    assert "To be connected anew" not in read(client, "/today/")
    Connection.objects.update(refused_at=NOW, refusal="Revoked.")
    assert "To be connected anew" in read(client, "/today/")


def test_an_account_that_is_closed_gets_the_text_for_a_representative(client: Client, noor: Person) -> None:
    account = Advertiser.objects.get()
    told = {"ok": False, "allowlisted": False, "code": 40118, "message": "Closed", "at": NOW.isoformat()}
    account.readiness = {"smart_plus": told}
    account.save()
    html = read(client, f"/accounts/{account.advertiser_id}/")
    assert "has not opened Smart+" in html and f"Advertiser id: {account.advertiser_id}" in html
    assert "data-copy=" in html
