"""A call without an answer that is carried out all the same, long after: its object never serves and is shown."""

from typing import Any

import pytest

from campaigns.models import AdGroup, Campaign, Change, Notice, Push, Stranger
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
