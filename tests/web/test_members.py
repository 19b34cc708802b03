"""The people of an account: inviting, joining, roles, limits, leaving, and who may do it."""

import re

import pytest
from django.core import mail
from django.test import Client

from campaigns.models import Change, Membership, Person
from tests.factories import add_member, make_advertiser, make_person

pytestmark = pytest.mark.django_db
STRONG = "a long enough secret 7"


@pytest.fixture
def ada(client):
    person = make_person("ada", first_name="Ada")
    client.force_login(person)
    return person


@pytest.fixture
def account(ada):
    return make_advertiser(name="Northwind", people={ada: "administrator"})


@pytest.fixture
def bob(account):
    return add(account, "bob", "buyer")


def add(account, name, role):
    add_member(make_person(name), account, role)
    return Membership.objects.get(person__username=name)


def invite(client, account, /, **members):
    given = {
        "account": account.advertiser_id,
        "username": "cleo",
        "email": "cleo@example.com",
        "role": "buyer",
    }
    return client.post("/people/", given | members)


def find_link(answer):
    return re.search(r"/join/[^<\s\"]+", answer.content.decode())[0]


def test_the_invited_set_a_password_and_are_in(client, account):
    link = find_link(invite(client, account))
    assert link in mail.outbox[0].body
    new = Client()
    assert "Welcome, cleo" in new.get(link).content.decode()
    new.post(link, {"password": STRONG, "again": STRONG})
    assert new.post("/login/", {"username": "cleo", "password": STRONG}).status_code == 302
    assert Membership.objects.get(person__username="cleo").role == "buyer"


def test_an_invitation_is_good_once(client, account):
    link = find_link(invite(client, account))
    Client().post(link, {"password": STRONG, "again": STRONG})
    answer = Client().get(link)
    assert answer.status_code == 410
    assert "over" in answer.content.decode()


@pytest.mark.parametrize("link", ["/join/x/y/", "/join/MQ/abc-def/"])
def test_a_made_up_invitation_is_none(client, account, link):
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize(
    ("first", "again"), [("short", "short"), (STRONG, "other"), ("1234567890", "1234567890")]
)
def test_a_bad_password_is_refused_and_the_link_stays_good(client, account, first, again):
    link = find_link(invite(client, account))
    assert Client().post(link, {"password": first, "again": again}).status_code == 422
    assert Client().get(link).status_code == 200


def test_somebody_who_can_sign_in_already_needs_no_link(client, account):
    make_person("cleo")
    assert invite(client, account).status_code == 302
    assert Membership.objects.filter(person__username="cleo").exists()


@pytest.mark.parametrize(
    ("member", "value"), [("username", "a b"), ("email", "nobody"), ("role", "king"), ("account", "1")]
)
def test_what_was_typed_wrong_is_said_and_kept(client, account, member, value):
    answer = invite(client, account, **{member: value})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Person.objects.filter(email="cleo@example.com").exists()


def test_an_administrator_sets_role_and_limit(client, account, bob):
    client.post(f"/people/{bob.pk}/", {"act": "set", "role": "manager", "limit": "250.50"})
    bob.refresh_from_db()
    assert (bob.role, str(bob.largest_raise)) == ("manager", "250.5000")
    change = Change.objects.get(act="people")
    assert (change.before["role"], change.after["role"]) == ("buyer", "manager")


@pytest.mark.parametrize("limit", ["-1", "much", "NaN", "1e30"])
def test_a_limit_that_is_none_is_refused_and_kept(client, account, bob, limit):
    answer = client.post(f"/people/{bob.pk}/", {"act": "set", "role": "buyer", "limit": limit})
    assert answer.status_code == 422
    assert f'value="{limit}"' in answer.content.decode()
    bob.refresh_from_db()
    assert bob.largest_raise is None


def test_who_left_sees_nothing_any_more(client, account, bob):
    other = Client()
    other.force_login(bob.person)
    client.post(f"/people/{bob.pk}/", {"act": "remove"})
    assert "Northwind" not in other.get("/accounts/").content.decode()


@pytest.mark.parametrize("form", [{"act": "remove"}, {"act": "set", "role": "viewer", "limit": ""}])
def test_the_last_administrator_stays_one(client, ada, account, form):
    own = Membership.objects.get(person=ada)
    assert client.post(f"/people/{own.pk}/", form).status_code == 409
    own.refresh_from_db()
    assert own.role == "administrator"


@pytest.mark.parametrize("role", ["viewer", "buyer", "manager"])
def test_others_read_and_change_nobody(client, account, bob, role):
    person = add(account, "eve", role).person
    client.force_login(person)
    html = client.get("/people/").content.decode()
    assert "bob" in html
    assert "Invite somebody" not in html
    assert client.post(f"/people/{bob.pk}/", {"act": "remove"}).status_code == 403
    assert invite(client, account).status_code == 422
    assert Membership.objects.filter(pk=bob.pk).exists()


def test_the_people_of_other_accounts_are_not_there(client, ada):
    foreign = add(make_advertiser(name="Foreign"), "zoe", "buyer")
    assert "zoe" not in client.get("/people/").content.decode()
    assert client.post(f"/people/{foreign.pk}/", {"act": "remove"}).status_code == 404
