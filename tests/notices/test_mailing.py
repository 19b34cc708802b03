"""Mails: at once to those who may decide, a digest at the person's own hour, each notice once, and none to who left them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from campaigns.models import Advertiser, Notice, Person
from campaigns.notices.mailing import mail_due
from campaigns.notices.telling import tell
from tests.factories import NOW, make_advertiser, make_person

pytestmark = pytest.mark.django_db
KIND = Notice.Kind
EIGHT = NOW.replace(hour=8)


@pytest.fixture
def bea() -> Person:
    return make_person("bea", email="bea@example.com")


@pytest.fixture
def max_() -> Person:
    return make_person("max", email="max@example.com")


@pytest.fixture
def account(bea: Person, max_: Person) -> Advertiser:
    """Both had today's digest."""
    Person.objects.update(digest_on=NOW.date())
    return make_advertiser(name="Northwind", zone="Asia/Tokyo", people={bea: "buyer", max_: "manager"})


def say(account: Advertiser, kind: Notice.Kind = KIND.LAUNCH_FINISHED, **given: Any) -> Notice:
    return tell(**({"advertiser": account, "kind": kind, "text": "Autumn is launched", "now": NOW} | given))


def ask(account: Advertiser, by: str = "bea") -> Notice:
    given = {
        "data": {"asked_by": by},
        "target": "proposals/7",
        "text": "Bea asks for a change of Autumn: sells",
    }
    return say(account, KIND.PROPOSAL_WAITING, **given)


def list_mails() -> list[tuple[str, str]]:
    return [(message.to[0], message.subject) for message in mail.outbox]


def test_what_waits_is_mailed_at_once_to_who_may_decide(account: Advertiser) -> None:
    ask(account)
    mail_due(now=NOW)
    assert list_mails() == [("max@example.com", "Bea asks for a change of Autumn: sells")]


def test_nobody_is_mailed_what_they_asked_for_themselves(account: Advertiser) -> None:
    ask(account, by="max")
    assert mail_due(now=NOW) == 0


def test_a_mail_names_the_account_its_time_and_the_page(account: Advertiser, settings: Any) -> None:
    settings.SMARTPLUS_ADDRESS = "https://smartplus.example"
    ask(account)
    mail_due(now=NOW)
    body = mail.outbox[0].body
    for words in ("Northwind", "17 Nov 2026, 21:00 Asia/Tokyo", "https://smartplus.example/proposals/7/"):
        assert words in body


def test_the_same_is_not_mailed_twice(account: Advertiser) -> None:
    ask(account)
    assert (mail_due(now=NOW), mail_due(now=NOW)) == (1, 0)


def test_who_left_mails_gets_none(account: Advertiser) -> None:
    Person.objects.update(mails=False)
    ask(account)
    assert mail_due(now=NOW) == 0


def test_what_is_old_is_mailed_to_nobody(account: Advertiser) -> None:
    ask(account)
    assert mail_due(now=NOW + timedelta(days=3)) == 0


@pytest.mark.parametrize(
    ("zone", "at", "count"),
    [
        ("UTC", EIGHT - timedelta(seconds=1), 0),
        ("UTC", EIGHT, 1),
        ("Asia/Tokyo", EIGHT - timedelta(hours=9), 1),
        ("America/New_York", EIGHT + timedelta(hours=4), 0),
    ],
)
def test_a_digest_comes_at_eight_in_the_persons_own_zone(
    account: Advertiser, bea: Person, zone: str, at: Any, count: int
) -> None:
    at += timedelta(days=1)
    Person.objects.filter(pk=bea.pk).update(time_zone=zone)
    say(account)
    mail_due(now=at)
    assert [to for to, _ in list_mails()].count("bea@example.com") == count


def test_a_digest_comes_once_a_day_and_says_what_is_new(account: Advertiser) -> None:
    say(account)
    morning = EIGHT + timedelta(days=1)
    assert (mail_due(now=morning), mail_due(now=morning + timedelta(hours=1))) == (2, 0)
    say(account, text="Winter is launched", now=morning)
    assert mail_due(now=morning + timedelta(days=1)) == 2
    assert "Autumn" not in mail.outbox[-1].body


def test_a_digest_holds_nothing_of_other_accounts(account: Advertiser) -> None:
    say(make_advertiser(name="Foreign"))
    assert mail_due(now=EIGHT + timedelta(days=1)) == 0


def test_a_mail_that_could_not_leave_is_tried_again(account: Advertiser, settings: Any) -> None:
    ask(account)
    settings.EMAIL_BACKEND = "tests.notices.broken.Backend"
    assert mail_due(now=NOW) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_due(now=NOW) == 1
