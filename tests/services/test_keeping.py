"""What is old goes by policy and in small batches; the journal's chain holds, and the past of what lives stays."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from campaigns.models import (
    Advertiser,
    Campaign,
    Change,
    Delivery,
    Flip,
    Keeping,
    Notice,
    Result,
    Seal,
    SignIn,
    Webhook,
)
from campaigns.queries.system import list_kept
from campaigns.rules.policy import house_policy
from campaigns.services.audit import give_up, seal_changes, verify_chain
from campaigns.services.keeping import KINDS, keep_in_bounds
from tests.factories import NOW, make_advertiser, make_campaign, make_person

pytestmark = pytest.mark.django_db


def long_ago(kind: str) -> datetime:
    return NOW - house_policy().days(f"keep.{kind}") - timedelta(days=2)


@pytest.fixture
def account() -> Advertiser:
    return make_advertiser()


def make_gone(account: Advertiser) -> Campaign:
    campaign = make_campaign(advertiser=account)
    Campaign.objects.filter(pk=campaign.pk).update(vanished_at=NOW)
    return campaign


def write(account: Advertiser, campaign: int | None, at: datetime) -> Change:
    return Change.objects.create(
        advertiser=account, actor=None, door="machine", act="edited", campaign_ref=campaign, at=at
    )


def test_every_kind_has_its_number_with_an_owner():
    assert {row.name for row in list_kept()} == set(KINDS)


def test_old_notices_go_and_younger_ones_stay(account):
    for at in (long_ago("notices"), NOW):
        Notice.objects.create(advertiser=account, kind="drift_found", text="x", at=at)
    keep_in_bounds(now=NOW)
    assert [row.at for row in Notice.objects.all()] == [NOW]


def test_a_message_that_still_waits_stays(account):
    hook = Webhook.objects.create(
        advertiser=account, owner=make_person(), address="https://example.com/", secret="s", made_at=NOW
    )
    for state in ("waiting", "done", "failed"):
        at = long_ago("deliveries")
        Delivery.objects.create(webhook=hook, kind="test", body={}, state=state, made_at=at, not_before=at)
    keep_in_bounds(now=NOW)
    assert [row.state for row in Delivery.objects.all()] == ["waiting"]


def test_a_sign_in_stays_as_long_as_its_session(account):
    person = make_person()
    for key, ends in (("a" * 32, NOW + timedelta(days=1)), ("b" * 32, long_ago("sessions"))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
        SignIn.objects.create(person=person, session_key=key, at=long_ago("sign_ins"))
    keep_in_bounds(now=NOW)
    assert [row.session_key[0] for row in SignIn.objects.all()] == ["a"]
    assert Session.objects.count() == 1


def test_the_past_of_what_lives_stays_whatever_its_age(account):
    """Learning ledgers are reckoned from it."""
    lives, gone = make_campaign(advertiser=account), make_gone(account)
    for campaign in (lives, gone):
        group = campaign.adgroups.first()
        old = long_ago("results")
        Result.objects.create(advertiser=account, adgroup=group, day=old.date(), read_at=old)
        Result.objects.create(advertiser=account, campaign=campaign, day=old.date(), read_at=old)
        Flip.objects.create(advertiser=account, campaign_ref=campaign.pk, target="x", member="x", at=old)
        write(account, campaign.pk, long_ago("changes"))
    seal_changes(now=NOW)
    keep_in_bounds(now=NOW)
    assert {row.target.campaign if row.adgroup else row.target for row in Result.objects.all()} == {lives}
    assert Result.objects.count() == 2
    assert [row.campaign_ref for row in Flip.objects.all()] == [lives.pk]
    assert [row.campaign_ref for row in Change.objects.exclude(campaign_ref=None)] == [lives.pk]


def test_results_of_a_gone_campaign_stay_for_their_time(account):
    Result.objects.create(advertiser=account, campaign=make_gone(account), day=NOW.date(), read_at=NOW)
    keep_in_bounds(now=NOW)
    assert Result.objects.count() == 1


def test_a_full_batch_is_followed_by_another_and_then_by_a_day(account):
    for _ in range(3):
        Notice.objects.create(advertiser=account, kind="drift_found", text="x", at=long_ago("notices"))
    assert keep_in_bounds(now=NOW, most=2) == 2
    assert keep_in_bounds(now=NOW, most=2) == 0
    later = NOW + timedelta(seconds=10)
    assert keep_in_bounds(now=later, most=2) == 1
    row = Keeping.objects.get(name="notices")
    assert (row.removed, row.due_at) == (3, later + timedelta(days=1))


@pytest.fixture
def chain(account) -> list[Change]:
    """Two old changes of nothing that lives, one of what lives, two more."""
    lives = make_campaign(advertiser=account).pk
    made = [write(account, None if place != 2 else lives, long_ago("changes")) for place in range(5)]
    write(account, None, NOW)
    seal_changes(now=NOW)
    return made


def test_the_chain_verifies_after_its_beginning_went(account, chain):
    assert give_up(before=NOW - timedelta(days=1), most=100) == 4
    verdict = verify_chain(account)
    assert (verdict.breaks, verdict.seals) == ((), 6)
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [
        2,
        3,
        4,
        5,
        6,
    ]  # the second is where it starts; what lives keeps the rest in their places


def test_what_comes_later_is_chained_to_what_is_left(account, chain):
    head = verify_chain(account).head
    give_up(before=NOW + timedelta(days=1), most=100)
    assert verify_chain(account).head == head
    write(account, None, NOW)
    seal_changes(now=NOW)
    verdict = verify_chain(account)
    assert (verdict.breaks, verdict.seals) == ((), 7)


def test_a_change_that_was_taken_out_by_hand_shows_all_the_same(account, chain):
    give_up(before=NOW - timedelta(days=1), most=100)
    chain[2].delete()
    assert [item.words for item in verify_chain(account).breaks] == ["the change was taken out"]


def test_a_mark_cannot_be_forged(account, chain):
    """Who has the database and not the key."""
    give_up(before=NOW - timedelta(days=1), most=100)
    chain[2].delete()
    other = Seal.objects.get(number=4).mark
    assert other.startswith("hollow:")
    Seal.objects.filter(number=3).update(mark=other)
    assert [item.number for item in verify_chain(account).breaks] == [3]


def test_a_beginning_that_was_cut_off_by_hand_shows(account, chain):
    give_up(before=NOW - timedelta(days=1), most=100)
    Seal.objects.filter(number__lt=4).delete()
    assert "are gone" in verify_chain(account).breaks[0].words


def test_the_system_page_tells_it(client):
    administrator = make_person()
    make_advertiser(people={administrator: "administrator"})
    client.force_login(administrator)
    keep_in_bounds(now=timezone.now())
    html = client.get("/system/").content.decode()
    assert "Remote edits" in html
    assert "1825" in html
