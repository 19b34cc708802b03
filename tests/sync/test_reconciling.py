"""A launch that was read back otherwise: as planned or as TikTok holds it, decided by a person, and it goes on."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from campaigns.models import Campaign, Change, Launch, Notice, Push
from campaigns.services.errors import NotWellFormed, Unconfirmed, WrongState
from campaigns.services.reconciling import list_held, reconcile_launch
from campaigns.services.steering import cancel_launch
from tests.sync.conftest import World
from tests.sync.test_relaunching import hold_reading, state_of

Hold = Callable[..., Campaign]


@pytest.fixture
def hold(strict: World, spark_tree: dict[str, Any]) -> Hold:
    """A tree that was made as planned (a budget of 500), changed elsewhere, and read back."""

    def change(**members: Any) -> Campaign:
        campaign = hold_reading(strict, spark_tree)
        strict.control("status", {"level": "campaign", "id": campaign.remote_id, **members})
        strict.control("faults", method="DELETE")
        strict.work_until(lambda: state_of(strict) == "needs_person")
        return Campaign.objects.get(pk=campaign.pk)

    return change


def reconcile(world: World, campaign: Campaign, *theirs: str, **more: Any) -> Launch:
    return reconcile_launch(
        actor=world.buyer, door=Change.Door.PAGE, campaign=campaign, theirs=theirs, now=world.now, **more
    )


def read_budget(world: World) -> float:
    return float(world.remote("campaign")[0]["budget"])


def test_what_was_read_back_otherwise_is_listed_with_both_values(hold: Hold) -> None:
    [held] = list_held(hold(budget=300))
    assert (held.path, float(held.wanted), float(held.remote)) == ("budget", 500, 300)
    assert held.ours and held.theirs


def test_what_is_kept_ours_is_brought_back_and_the_launch_goes_live(strict: World, hold: Hold) -> None:
    reconcile(strict, hold(budget=900))
    assert strict.settle()
    assert (state_of(strict), read_budget(strict)) == ("live", 500)


def test_what_is_taken_is_planned_and_the_launch_goes_live(strict: World, hold: Hold) -> None:
    campaign = hold(budget=300)
    reconcile(strict, campaign, "budget")
    assert strict.settle()
    assert (state_of(strict), read_budget(strict)) == ("live", 300)
    assert float(Campaign.objects.get(pk=campaign.pk).wanted["budget"]) == 300


def test_nothing_is_sent_for_what_is_taken(strict: World, hold: Hold) -> None:
    campaign = hold(budget=300)
    strict.strike("smart_plus/campaign/update/", "http-500")
    reconcile(strict, campaign, "budget")
    assert strict.settle()
    assert strict.control("faults")["faults"][0]["seen"] == 0


def test_more_than_was_launched_is_taken_only_with_a_yes(strict: World, hold: Hold) -> None:
    campaign = hold(budget=900)
    with pytest.raises(Unconfirmed):
        reconcile(strict, campaign, "budget")
    assert float(Campaign.objects.get(pk=campaign.pk).wanted["budget"]) == 500
    reconcile(strict, campaign, "budget", raises_exposure=True)
    assert strict.settle()
    assert (state_of(strict), read_budget(strict)) == ("live", 900)


def test_a_throttle_on_the_way_back_is_waited_for(strict: World, hold: Hold) -> None:
    campaign = hold(budget=900)
    strict.strike("smart_plus/campaign/update/", "throttle", times=2)
    reconcile(strict, campaign)
    assert strict.settle()
    assert (state_of(strict), read_budget(strict)) == ("live", 500)


def test_a_lost_answer_on_the_way_back_is_looked_for(strict: World, hold: Hold) -> None:
    campaign = hold(budget=900)
    strict.strike("smart_plus/campaign/update/", "answer-lost", times=1)
    reconcile(strict, campaign)
    assert strict.settle()
    assert (state_of(strict), read_budget(strict)) == ("live", 500)


def test_what_tiktok_refuses_to_take_back_waits_for_a_person_with_both_values(
    strict: World, hold: Hold
) -> None:
    campaign = hold(budget=900)
    strict.strike("smart_plus/campaign/update/", "allowlist-off")
    reconcile(strict, campaign)
    strict.settle(seconds=60)
    assert state_of(strict) == "needs_person"
    assert [held.path for held in list_held(campaign)] == ["budget"]
    strict.control("faults", method="DELETE")
    reconcile(strict, campaign)
    assert strict.settle()
    assert state_of(strict) == "live"


def test_the_journal_holds_what_was_decided(strict: World, hold: Hold) -> None:
    campaign = hold(budget=300, name="Theirs")
    reconcile(strict, campaign, "campaign_name")
    change = Change.objects.filter(campaign_ref=campaign.pk).latest("pk")
    assert change.act == Change.Act.RESOLVED
    assert change.after == {"ours": ["budget"], "theirs": ["campaign_name"]}


def test_a_path_that_was_read_back_as_planned_is_refused(strict: World, hold: Hold) -> None:
    with pytest.raises(NotWellFormed):
        reconcile(strict, hold(budget=300), "adgroups/0/budget")


def test_a_launch_under_way_has_nothing_to_decide(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = hold_reading(strict, spark_tree)
    with pytest.raises(WrongState):
        reconcile(strict, campaign)
    assert not Push.objects.filter(state=Push.State.NEEDS_PERSON).exists()


def test_what_an_earlier_reading_met_is_not_said_of_the_others_any_more(hold: Hold) -> None:
    hold(budget=300)
    assert not Push.objects.filter(state=Push.State.WAITING, error__isnull=False).exists()


def cancel(world: World, campaign: Campaign, *, removes: bool) -> None:
    cancel_launch(actor=world.buyer, door=Change.Door.PAGE, campaign=campaign, removes=removes, now=world.now)


@pytest.mark.parametrize("removes", [False, True])
@pytest.mark.parametrize("state", ["needs_person", "waiting", "unsure"])
def test_a_launch_that_is_cancelled_meanwhile_comes_to_its_end(
    strict: World, hold: Hold, state: str, removes: bool
) -> None:
    campaign = hold(budget=900)
    if state != "needs_person":
        strict.strike("smart_plus/campaign/update/", "http-500" if state == "unsure" else "throttle")
        reconcile(strict, campaign)
        row = Push.objects.filter(campaign=campaign, aspect="body", attempts__gt=0)
        strict.work_until(lambda: row.filter(state=state).exists())
    cancel(strict, campaign, removes=removes)
    strict.control("faults", method="DELETE")
    strict.settle(seconds=200)
    assert Launch.objects.get().finished_at is not None


def test_nothing_is_decided_of_a_launch_that_was_cancelled(strict: World, hold: Hold) -> None:
    campaign = hold(budget=900)
    cancel(strict, campaign, removes=False)
    with pytest.raises(WrongState):
        reconcile(strict, campaign)


def test_a_cancelled_launch_never_ends_as_launched(strict: World, hold: Hold) -> None:
    campaign = hold(budget=900)
    cancel(strict, campaign, removes=False)
    strict.control("status", {"level": "campaign", "id": campaign.remote_id, "budget": 500})
    strict.settle(seconds=200)
    assert not Notice.objects.filter(kind=Notice.Kind.LAUNCH_FINISHED).exists()
    assert Launch.objects.get().live_since is None


def test_an_old_reading_after_it_was_brought_back_asks_nobody(strict: World, hold: Hold) -> None:
    campaign = hold(budget=900)
    strict.pass_time(60)
    strict.strike("smart_plus/*/get/", "stale", seconds=15)
    reconcile(strict, campaign)
    assert strict.settle()
    assert (state_of(strict), read_budget(strict)) == ("live", 500)


def test_a_worker_that_dies_on_the_way_back_loses_no_decision(strict: World, hold: Hold) -> None:
    campaign = hold(budget=900)
    reconcile(strict, campaign)
    died = strict.now - timedelta(minutes=10)
    Push.objects.filter(campaign=campaign, aspect="body").update(
        state=Push.State.SENT, sent_at=died, lease_token=uuid.uuid4(), lease_until=died
    )
    assert strict.settle()
    assert (state_of(strict), read_budget(strict)) == ("live", 500)
