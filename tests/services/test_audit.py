"""The chain over the journal: tampering shows, wherever it was done."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Advertiser, Change, ClientToken, Seal
from campaigns.services.audit import seal_changes, verify_chain
from tests.factories import NOW, make_advertiser, make_person

pytestmark = pytest.mark.django_db


def write(account: Advertiser, count: int = 5) -> list[Change]:
    person = make_person()
    return [
        Change.objects.create(
            advertiser=account,
            actor=person,
            door="page",
            act="edited",
            before={"budget": "10.00", "name": "A"},
            after={"budget": f"{number}.00"},
            at=NOW,
        )
        for number in range(count)
    ]


@pytest.fixture
def account() -> Advertiser:
    account = make_advertiser()
    write(account)
    seal_changes(now=NOW)
    return account


def test_a_journal_nobody_touched_verifies(account: Advertiser) -> None:
    verdict = verify_chain(account)
    assert (verdict.seals, verdict.open, verdict.breaks) == (5, 0, ())


def test_each_account_has_a_chain_of_its_own(account: Advertiser) -> None:
    other = make_advertiser()
    write(other, 2)
    seal_changes(now=NOW)
    assert [verify_chain(item).seals for item in (account, other)] == [5, 2]


def test_what_is_sealed_already_is_not_sealed_again(account: Advertiser) -> None:
    assert seal_changes(now=NOW) == 0
    assert Seal.objects.count() == 5


@pytest.mark.parametrize(
    "tamper",
    [
        lambda change: change.update(after={"budget": "999.00"}),
        lambda change: change.update(actor=make_person()),
        lambda change: change.update(note="It was agreed."),
        lambda change: change.update(act="launched"),
        lambda change: change.update(origin="203.0.113.9"),
        lambda change: change.delete(),
    ],
)
def test_a_change_altered_or_taken_out_shows(account: Advertiser, tamper: Callable[..., object]) -> None:
    third = Change.objects.order_by("pk")[2].pk
    tamper(Change.objects.filter(pk=third))
    assert [item.change for item in verify_chain(account).breaks] == [third]


def test_a_link_taken_out_with_its_change_shows(account: Advertiser) -> None:
    third = Change.objects.order_by("pk")[2].pk
    Seal.objects.filter(change_ref=third).delete()
    Change.objects.filter(pk=third).delete()
    assert "are gone" in verify_chain(account).breaks[0].words


def test_a_chain_forged_without_the_key_shows(account: Advertiser, settings: object) -> None:
    Seal.objects.all().delete()
    settings.AUDIT_KEY = "guessed"  # type: ignore[attr-defined]
    seal_changes(now=NOW)
    settings.AUDIT_KEY = "only for tests"  # type: ignore[attr-defined]
    assert len(verify_chain(account).breaks) == 5


def test_what_was_cut_off_at_the_end_shows_to_who_kept_the_head(account: Advertiser) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    head = out.getvalue().split()[0]
    last = Change.objects.order_by("pk").last()
    assert last is not None
    Seal.objects.filter(change_ref=last.pk).delete()
    last.delete()
    call_command("verify_audit", stdout=out)
    with pytest.raises(CommandError, match="tampered"):
        call_command("verify_audit", expect=[head], stdout=out)


def test_the_command_fails_where_a_link_is_broken(account: Advertiser) -> None:
    Change.objects.filter(pk=Change.objects.order_by("pk")[1].pk).update(note="x")
    out = StringIO()
    with pytest.raises(CommandError, match="1 found"):
        call_command("verify_audit", account.advertiser_id, stdout=out)
    assert "link 2" in out.getvalue()


def test_a_change_knows_the_token_and_the_address_its_actor_came_with(account: Advertiser) -> None:
    person = make_person()
    person.via, person.origin = ClientToken(token_key="spa_12345678901"), "203.0.113.9"
    change = Change.objects.create(advertiser=account, actor=person, door="rest", act="edited", at=NOW)
    assert (change.token, change.origin) == ("spa_12345678901", "203.0.113.9")
