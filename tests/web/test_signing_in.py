"""Signing in: the second factor, recovery codes, guessing, open sessions."""

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from campaigns.models import Change, SignIn
from tests.factories import PASSWORD, make_advertiser, make_person

pytestmark = pytest.mark.django_db
RIGHT = {"username": "ada", "password": PASSWORD}


@pytest.fixture
def ada():
    person = make_person("ada", first_name="Ada")
    make_advertiser(people={person: "manager"})
    return person


@pytest.fixture
def device(ada):
    return TOTPDevice.objects.create(user=ada, confirmed=True, name="app")


def show_code(device):
    """What the app shows now."""
    device.refresh_from_db()
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1, throttling_failure_count=0)
    return f"{totp(device.bin_key, device.step, device.t0, device.digits):06d}"


def is_in(client):
    return client.get("/").status_code == 200


def test_without_a_second_factor_the_password_is_enough(client, ada):
    assert client.post("/login/", RIGHT).status_code == 302
    assert is_in(client)


def test_with_one_the_password_alone_opens_nothing(client, device):
    answer = client.post("/login/", RIGHT)
    assert answer["Location"] == "/login/code/"
    assert not is_in(client)
    assert client.get("/api/v1/campaigns/").status_code == 401


def test_the_code_of_the_app_lets_in_and_leads_on(client, device):
    client.post("/login/?next=/accounts/", RIGHT | {"next": "/accounts/"})
    answer = client.post("/login/code/", {"code": show_code(device), "next": "/accounts/"})
    assert answer["Location"] == "/accounts/"
    assert is_in(client)


def test_the_way_on_never_leads_to_another_site(client, device):
    client.post("/login/", RIGHT)
    answer = client.post("/login/code/", {"code": show_code(device), "next": "https://example.com/"})
    assert answer["Location"] == "/today/"


@pytest.mark.parametrize("code", ["", "000000", "x" * 40])
def test_a_wrong_code_lets_nobody_in(client, device, code):
    client.post("/login/", RIGHT)
    answer = client.post("/login/code/", {"code": code})
    assert answer.status_code == 422
    assert not is_in(client)


def test_a_code_is_good_once(client, device):
    code = show_code(device)
    client.post("/login/", RIGHT)
    client.post("/login/code/", {"code": code})
    other = Client()
    other.post("/login/", RIGHT)
    assert other.post("/login/code/", {"code": code}).status_code == 422


def test_nobody_comes_to_the_code_without_the_password(client, device):
    assert client.get("/login/code/")["Location"] == "/login/"


def test_djangos_own_form_is_no_way_past_it(client, device):
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/login/?next=/admin/"


def test_it_is_turned_on_by_the_first_code_and_gives_recovery_codes_once(client, ada):
    client.force_login(ada)
    assert "data:image/svg+xml" in client.get("/person/doors/").content.decode()
    html = client.post(
        "/person/doors/", {"act": "on", "code": show_code(TOTPDevice.objects.get())}
    ).content.decode()
    codes = list(StaticToken.objects.values_list("token", flat=True))
    assert len(codes) == 10
    assert all(code in html for code in codes)
    assert codes[0] not in client.get("/person/doors/").content.decode()
    assert Change.objects.get().note == "Turned the second factor on."


def test_a_wrong_first_code_turns_nothing_on(client, ada):
    client.force_login(ada)
    assert client.post("/person/doors/", {"act": "on", "code": "000000"}).status_code == 422
    assert client.post("/login/", RIGHT)["Location"] == "/today/"


def test_a_recovery_code_lets_in_once(client, ada):
    client.force_login(ada)
    client.get("/person/doors/")
    client.post("/person/doors/", {"act": "on", "code": show_code(TOTPDevice.objects.get())})
    code = StaticToken.objects.first().token
    for status in (302, 422):
        other = Client()
        other.post("/login/", RIGHT)
        assert other.post("/login/code/", {"code": code}).status_code == status


def test_turning_it_off_takes_a_code(client, ada, device):
    client.force_login(ada)
    assert client.post("/person/doors/", {"act": "off", "code": "000000"}).status_code == 422
    assert client.post("/person/doors/", {"act": "off", "code": show_code(device)}).status_code == 302
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_guessing_a_password_is_stopped_after_ten_tries(client, ada):
    for _ in range(9):
        assert client.post("/login/", RIGHT | {"password": "guess"}).status_code == 422
    answer = client.post("/login/", RIGHT | {"password": "guess"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert client.post("/login/", RIGHT).status_code == 429


def test_guessing_from_one_address_locks_nobody_out_elsewhere(client, ada):
    for _ in range(10):
        client.post("/login/", RIGHT | {"password": "guess"}, REMOTE_ADDR="203.0.113.9")
    assert client.post("/login/", RIGHT).status_code == 302


def test_open_sessions_say_where_from_and_can_be_ended(client, ada):
    other = Client()
    other.post("/login/", RIGHT, REMOTE_ADDR="203.0.113.9", headers={"User-Agent": "Strange/1"})
    client.post("/login/", RIGHT)
    html = client.get("/person/doors/").content.decode()
    assert "203.0.113.9" in html
    assert "Strange/1" in html
    strange = SignIn.objects.get(agent="Strange/1")
    client.post("/person/doors/", {"act": "end", "session": [strange.pk]})
    assert not is_in(other)
    assert is_in(client)


def test_nobody_ends_the_session_of_another(client, ada):
    other = make_person("bob")
    elsewhere = Client()
    elsewhere.post("/login/", {"username": "bob", "password": PASSWORD})
    client.post("/login/", RIGHT)
    client.post("/person/doors/", {"act": "end", "session": [SignIn.objects.get(person=other).pk]})
    assert is_in(elsewhere)
