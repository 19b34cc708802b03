"""A call without an answer that is carried out all the same, long after: its object never serves and is shown."""

from typing import Any

import pytest

from campaigns.models import AdGroup, Campaign, Change, Launch, Notice, Push, Stranger
from campaigns.models.campaign import State
from campaigns.services.errors import WrongState
from campaigns.services.made_elsewhere import adopt_stranger, remove_stranger
from campaigns.services.retrying import try_again
from campaigns.sync.drift import find_drift
from campaigns.sync.pull import pull_account
from tests.sync.conftest import World

BOUND = 20  # seconds; push.visibility_bound


@pytest.fixture
def doubled(world: World, example_1: dict[str, Any]) -> Campaign:
    """The ad group was sent twice: the first call got no answer and was carried out after the second one."""
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    world.pass_time(BOUND * 2)
    group = AdGroup.objects.get()
    body = {name: value for name, value in (group.remote or {}).items() if name in group.wanted}
    campaign.refresh_from_db()
    world.make_elsewhere("adgroup", {**body, "campaign_id": campaign.remote_id, "request_id": "99"})
    Push.objects.filter(adgroup=group, aspect=Push.Aspect.BODY).update(attempts=2)
    return campaign


def test_a_late_twin_that_is_on_is_switched_off_by_the_next_pull(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    assert twin.twin
    held = {row["adgroup_id"]: row["operation_status"] for row in world.remote("adgroup")}
    assert held[twin.remote_id] == "DISABLE"
    assert held[str(AdGroup.objects.get().remote_id)] == "ENABLE"


def test_the_switch_is_booked_as_the_machines(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    change = Change.objects.get(act=Change.Act.SWITCHED_OFF)
    assert (change.actor, change.door, change.campaign_ref) == (None, "machine", doubled.pk)
    pull_account(world.gateway, now=world.now)
    assert Change.objects.filter(act=Change.Act.SWITCHED_OFF).count() == 1


def test_a_twin_is_shown_as_drift_of_its_campaign(world: World, doubled: Campaign) -> None:
    began = world.now  # the calls of the reading take their time
    pull_account(world.gateway, now=began)
    doubled.refresh_from_db()
    assert doubled.drifting_since == began


def test_what_looks_alike_but_cannot_be_ours_is_left_on(world: World, doubled: Campaign) -> None:
    Push.objects.filter(aspect=Push.Aspect.BODY).update(attempts=1, doubt_until=None)
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    assert (twin.twin, twin.operation_status) == (False, "ENABLE")


def test_a_twin_that_tiktok_would_not_switch_off_is_booked_as_on(world: World, doubled: Campaign) -> None:
    world.strike("smart_plus/adgroup/status/update/", "listed")
    pull_account(world.gateway, now=world.now)
    assert Stranger.objects.get().operation_status == "ENABLE"
    assert not Change.objects.filter(act=Change.Act.SWITCHED_OFF).exists()


def test_a_twin_that_was_left_on_is_tried_again_by_the_next_reading(world: World, doubled: Campaign) -> None:
    world.strike("smart_plus/adgroup/status/update/", "listed", times=1)
    pull_account(world.gateway, now=world.now)
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    held = {row["adgroup_id"]: row["operation_status"] for row in world.remote("adgroup")}
    assert (twin.operation_status, held[twin.remote_id]) == ("DISABLE", "DISABLE")


def test_a_twin_that_was_left_on_is_told_to_a_person_once(world: World, doubled: Campaign) -> None:
    world.strike("smart_plus/adgroup/status/update/", "listed")
    pull_account(world.gateway, now=world.now)
    pull_account(world.gateway, now=world.now)
    told = Notice.objects.get(kind=Notice.Kind.NEEDS_PERSON)
    assert told.data["left_on"] == Stranger.objects.get().remote_id


def remove(world: World, stranger: Stranger) -> Change:
    return remove_stranger(
        actor=world.buyer,
        door="page",
        stranger=stranger,
        acknowledged=frozenset({("removes-for-good", None)}),
        now=world.now,
    )


def test_a_twin_that_is_removed_is_gone_at_tiktok_and_drifts_no_more(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    remove(world, twin)
    assert world.settle()
    gone = {row["adgroup_id"]: row["secondary_status"] for row in world.remote("adgroup")}[twin.remote_id]
    assert gone == "ADGROUP_STATUS_DELETE"
    world.pass_time(BOUND * 3)
    pull_account(world.gateway, now=world.now)
    assert Campaign.objects.get(pk=doubled.pk).drifting_since is None


def test_the_one_that_was_wanted_stays_on_when_its_twin_is_removed(world: World, doubled: Campaign) -> None:
    ours = str(AdGroup.objects.get().remote_id)
    pull_account(world.gateway, now=world.now)
    remove(world, Stranger.objects.get())
    assert world.settle()
    held = {row["adgroup_id"]: row["operation_status"] for row in world.remote("adgroup")}
    assert held[ours] == "ENABLE"


@pytest.fixture
def second(world: World, example_1: dict[str, Any]) -> Stranger:
    """The campaign itself was sent twice."""
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    world.pass_time(BOUND * 2)
    campaign.refresh_from_db()
    body = {name: value for name, value in (campaign.remote or {}).items() if name in campaign.wanted}
    world.make_elsewhere("campaign", {**body, "request_id": "99"})
    Push.objects.filter(campaign=campaign, aspect=Push.Aspect.BODY).update(attempts=2)
    pull_account(world.gateway, now=world.now)
    return Stranger.objects.get(level="campaign")


def test_the_second_of_a_campaign_is_removed_at_tiktok(world: World, second: Stranger) -> None:
    remove(world, second)
    assert world.settle()
    gone = {row["campaign_id"]: row["secondary_status"] for row in world.remote("campaign")}
    assert gone[second.remote_id] == "CAMPAIGN_STATUS_DELETE"


def test_the_second_of_a_campaign_is_told_as_removed_and_never_as_a_draft(
    world: World, second: Stranger
) -> None:
    remove(world, second)
    row = Campaign.objects.with_state().filter(remote_id=second.remote_id)
    assert row.get().state != State.DRAFT
    assert world.settle()
    assert row.get().state == State.REMOVED


def test_a_campaign_that_others_made_is_not_ours_to_remove(world: World, second: Stranger) -> None:
    Stranger.objects.update(twin=False)
    with pytest.raises(WrongState, match="not ours to remove"):
        remove(world, Stranger.objects.get())


def test_a_surplus_removed_while_its_launch_waits_does_not_hold_the_launch_up(
    world: World, doubled: Campaign
) -> None:
    pull_account(world.gateway, now=world.now)
    remove(world, Stranger.objects.get())
    Launch.objects.filter(campaign=doubled).update(finished_at=None, verified_at=None, verify_at=world.now)
    assert world.settle()
    assert Launch.objects.get(campaign=doubled).finished_at is not None


def test_a_twin_that_was_just_switched_off_is_adopted_as_off(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    adopt_stranger(actor=world.buyer, door="page", stranger=twin, now=world.now)
    made = AdGroup.objects.get(remote_id=twin.remote_id)
    assert (made.operation_status, made.wanted_switch) == ("DISABLE", "DISABLE")


def test_a_twin_that_is_adopted_as_it_stands_drifts_in_nothing(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    adopt_stranger(actor=world.buyer, door="page", stranger=Stranger.objects.get(), now=world.now)
    assert find_drift(Campaign.objects.get(pk=doubled.pk)) == ()


def test_what_we_switched_off_is_taken_in_as_off_whatever_its_body_says(
    world: World, doubled: Campaign
) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    twin.remote |= {"operation_status": "ENABLE"}  # as it was read before
    twin.save()
    adopt_stranger(actor=world.buyer, door="page", stranger=twin, now=world.now)
    assert not AdGroup.objects.get(remote_id=twin.remote_id).is_on


def test_the_second_of_a_campaign_that_we_switched_off_is_no_live_one(world: World, second: Stranger) -> None:
    remove(world, second)
    row = Campaign.objects.with_state().get(remote_id=second.remote_id)
    assert row.state == State.PAUSED


def break_off(world: World, stranger: Stranger, **sent: Any) -> None:
    """A fault of ours stops the removal before or after it left, and a person says go on."""
    remove(world, stranger)
    rows = Push.objects.filter(adgroup__remote_id=stranger.remote_id, aspect=Push.Aspect.SWITCH)
    rows.update(state="needs_person", error={"meaning": "crash", "message": "a fault of ours"}, **sent)
    campaign = Campaign.objects.get()
    try_again(actor=world.buyer, door="page", campaign=campaign, now=world.now)


def test_a_removal_that_broke_off_before_it_left_is_sent_once_a_person_says_so(
    world: World, doubled: Campaign
) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    break_off(world, twin)
    assert world.settle()
    gone = {row["adgroup_id"]: row["secondary_status"] for row in world.remote("adgroup")}[twin.remote_id]
    assert gone == "ADGROUP_STATUS_DELETE"


def test_a_removal_that_broke_off_after_it_left_is_looked_for(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    break_off(world, twin, sent_at=world.now)
    assert Push.objects.get(adgroup__remote_id=twin.remote_id).state == Push.State.UNSURE


def test_a_removal_that_is_looked_for_and_never_left_is_sent(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    remove(world, twin)
    Push.objects.filter(adgroup__remote_id=twin.remote_id).update(state="unsure")
    assert world.settle()
    assert AdGroup.objects.get(remote_id=twin.remote_id).is_removed


def claim(stranger: Stranger) -> None:
    """A look finds that one of our calls made it."""
    one = AdGroup.objects.get() if stranger.level == "adgroup" else Campaign.objects.get()
    type(one).objects.filter(pk=one.pk).update(remote_id=stranger.remote_id)


def test_what_a_look_has_made_ours_is_not_removed_as_a_stranger(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    claim(twin)
    with pytest.raises(WrongState, match="ours by now"):
        remove(world, twin)


def test_what_a_look_has_made_ours_is_not_adopted_again(world: World, doubled: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    twin = Stranger.objects.get()
    claim(twin)
    with pytest.raises(WrongState, match="ours by now"):
        adopt_stranger(actor=world.buyer, door="page", stranger=twin, now=world.now)


def test_a_campaign_that_a_look_has_made_ours_is_not_removed_as_a_second(
    world: World, second: Stranger
) -> None:
    claim(second)
    with pytest.raises(WrongState, match="ours by now"):
        remove(world, second)


@pytest.fixture
def held(world: World, doubled: Campaign) -> AdGroup:
    """A call without an answer whose look broke off; what TikTok holds may be its object."""
    group = AdGroup.objects.get()
    rows = Push.objects.filter(adgroup=group, aspect=Push.Aspect.BODY)
    rows.update(state="needs_person", sent_at=world.now.replace(hour=0))
    AdGroup.objects.filter(pk=group.pk).update(remote_id=None)
    return group


def test_what_a_call_that_broke_off_may_have_made_is_no_stranger(world: World, held: AdGroup) -> None:
    pull_account(world.gateway, now=world.now)
    assert not Stranger.objects.exists()


def test_beside_what_is_made_and_needs_a_person_a_stranger_is_told(world: World, doubled: Campaign) -> None:
    rows = Push.objects.filter(adgroup=AdGroup.objects.get(), aspect=Push.Aspect.BODY)
    rows.update(state="needs_person", sent_at=world.now.replace(hour=0))
    pull_account(world.gateway, now=world.now)
    assert Stranger.objects.exists()
