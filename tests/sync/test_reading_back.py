"""What TikTok holds reaches our rows, and nothing else does."""

from typing import Any

import pytest

from campaigns import queries
from campaigns.models import Campaign, Flip
from campaigns.sync.drift import find_drift
from campaigns.sync.pull import pull_account
from campaigns.tiktok.errors import TikTokError
from tests.sync.conftest import World

BOUND = 20  # seconds; push.visibility_bound


@pytest.fixture
def live(world: World, example_1: dict[str, Any]) -> Campaign:
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    pull_account(world.gateway, now=world.now)
    world.pass_time(BOUND)  # what is read now is not what it was before our own writes
    return Campaign.objects.get(pk=campaign.pk)


def test_a_status_changed_at_tiktok_arrives_with_the_next_pull(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "operation_status": "DISABLE"})
    pull_account(world.gateway, now=world.now)
    live.refresh_from_db()
    assert live.operation_status == "DISABLE"
    assert queries.visible_campaigns(world.buyer).get().state == "paused"


def test_what_moved_is_booked_as_a_flip(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "operation_status": "DISABLE"})
    pull_account(world.gateway, now=world.now)
    flip = Flip.objects.filter(target="campaign", member="operation_status").first()
    assert flip is not None
    assert (flip.before, flip.after) == ("ENABLE", "DISABLE")


def test_a_foreign_budget_is_drift(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    pull_account(world.gateway, now=world.now)
    drift = find_drift(Campaign.objects.get(pk=live.pk))
    assert [(item.path, item.wanted, item.remote) for item in drift] == [("budget", 500, 750)]


def test_an_unchanged_account_costs_no_write(world: World, live: Campaign) -> None:
    pull_account(world.gateway, now=world.now)
    assert pull_account(world.gateway, now=world.now).moved == 0


def test_review_takes_time_and_its_end_is_seen(world: World, live: Campaign) -> None:
    world.pass_time(30)
    pull_account(world.gateway, now=world.now)
    ad = live.adgroups.get().ads.get()
    assert ad.secondary_status == "AD_STATUS_DELIVERY_OK"


def test_an_object_deleted_elsewhere_is_marked_removed(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "operation_status": "DELETE"})
    pull_account(world.gateway, now=world.now)
    assert queries.visible_campaigns(world.buyer).get().state == "removed"


def test_a_reading_that_breaks_off_marks_nothing_as_gone(world: World, live: Campaign) -> None:
    world.pass_time(120)
    world.strike("smart_plus/ad/get/", "http-500", times=1)
    with pytest.raises(TikTokError):
        pull_account(world.gateway, now=world.now)
    live.refresh_from_db()
    assert live.vanished_at is None
    assert live.advertiser.pull_error


def test_the_first_reading_books_the_four_modules(world: World, live: Campaign) -> None:
    booked = dict(Flip.objects.filter(member__startswith="module:").values_list("member", "after"))
    assert booked == {
        "module:targeting": "automatic",
        "module:bidding": "automatic",
        "module:placement": "automatic",
        "module:creative": "manual",
    }


def test_after_the_last_switch_the_status_is_the_one_that_tiktok_shows_now(
    world: World, example_1: dict[str, Any]
) -> None:
    campaign = world.draft(example_1)
    world.launch(campaign)
    world.settle()
    campaign.refresh_from_db()
    assert campaign.secondary_status == "CAMPAIGN_STATUS_ENABLE"
