"""Whole accounts, hot trees and single objects: what reading costs, and what it finds that is not ours."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Ad, Campaign, Flip, Reading, Stranger
from campaigns.sync import readings
from campaigns.sync.heat import find_hot
from campaigns.sync.pull import pull_account, pull_campaigns
from campaigns.tiktok.errors import TikTokError
from tests.sync.conftest import World, read_guide

BOUND = 20  # seconds; push.visibility_bound


@pytest.fixture
def live(world: World, example_1: dict[str, Any]) -> Campaign:
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    world.pass_time(BOUND + 10)  # past the review too
    pull_account(world.gateway, now=world.now)
    return Campaign.objects.get(pk=campaign.pk)


def make_adgroup_elsewhere(world: World, live: Campaign, **members: Any) -> dict[str, Any]:
    return world.make_elsewhere(
        "adgroup", {**read_guide("1-adgroup"), "campaign_id": live.remote_id, "request_id": "7", **members}
    )


def read_whole(world: World) -> None:
    readings.ensure_readings(now=world.now)
    readings.hasten(world.advertiser, "whole", now=world.now)
    whole = Reading.objects.get(advertiser=world.advertiser, kind="whole")
    assert readings.read(whole.pk, world.road, now=world.now)


def test_a_small_account_is_read_with_one_call_a_level(world: World, live: Campaign) -> None:
    assert pull_account(world.gateway, now=world.now).calls == 3


def test_an_unchanged_account_is_compared_in_a_few_queries_and_not_written(
    world: World, live: Campaign
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        pull_account(world.gateway, now=world.now)
    ours = [
        item["sql"]
        for item in queries
        if not item["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE", "BEGIN"))
        and "reservation" not in item["sql"]
    ]
    # the account's own row and its connection say when it was read; no object's row does
    assert len(ours) == 2
    assert all('"campaigns_advertiser"' in sql or '"campaigns_connection"' in sql for sql in ours)


def test_an_ad_group_made_elsewhere_in_our_campaign_is_drift(world: World, live: Campaign) -> None:
    made = make_adgroup_elsewhere(world, live, adgroup_name="Not ours")
    now = world.now
    pull_account(world.gateway, now=now)
    stranger = Stranger.objects.get()
    assert (stranger.remote_id, stranger.campaign, stranger.twin) == (made["adgroup_id"], live, False)
    live.refresh_from_db()
    assert live.drifting_since == now
    flip = Flip.objects.get(member="stranger")
    assert (flip.after, flip.cause) == ("Ad group Not ours", "elsewhere")


def test_a_campaign_made_elsewhere_is_kept_by_name_and_not_taken_in(world: World, live: Campaign) -> None:
    made = world.make_elsewhere(
        "campaign", {**read_guide("1-campaign"), "campaign_name": "Theirs", "request_id": "8"}
    )
    pull_account(world.gateway, now=world.now)
    stranger = Stranger.objects.get()
    assert (stranger.level, stranger.remote_id, stranger.name) == ("campaign", made["campaign_id"], "Theirs")
    assert Campaign.objects.count() == 1


def test_a_stranger_that_was_removed_is_marked_and_drifts_no_longer(world: World, live: Campaign) -> None:
    made = make_adgroup_elsewhere(world, live)
    pull_account(world.gateway, now=world.now)
    world.control("status", {"level": "adgroup", "id": made["adgroup_id"], "operation_status": "DELETE"})
    pull_account(world.gateway, now=world.now)
    assert Stranger.objects.get().vanished_at is not None
    live.refresh_from_db()
    assert live.drifting_since is None


def test_a_create_whose_answer_is_missing_is_no_stranger(world: World, example_1: dict[str, Any]) -> None:
    campaign = world.draft(example_1)
    world.strike("smart_plus/adgroup/create/", "answer-lost", times=1)
    world.launch(campaign)
    world.work_until(lambda: len(world.remote("adgroup")) == 1)
    pull_account(world.gateway, now=world.now)
    assert not Stranger.objects.exists()
    assert world.settle()
    pull_account(world.gateway, now=world.now)
    assert not Stranger.objects.exists()


def test_a_list_that_falls_short_marks_nothing_as_gone(world: World, live: Campaign) -> None:
    world.pass_time(BOUND * 2)

    class Short(type(world.gateway)):  # type: ignore[misc]
        """A server that leaves rows out and says so in the total only."""

        def _metered(self, group: str, endpoint: str, call: Any) -> Any:
            page = super()._metered(group, endpoint, call)
            return (
                type(page)([], page.page, page.total_pages, page.total_rows) if "/ad/" in endpoint else page
            )

    with pytest.raises(TikTokError):
        pull_account(Short(world.advertiser, world.road), now=world.now)
    assert Ad.objects.get().vanished_at is None


def test_what_was_launched_is_hot_until_it_has_learnt(world: World, live: Campaign) -> None:
    assert list(find_hot(world.advertiser, now=world.now)) == [live]
    assert not find_hot(world.advertiser, now=world.now + timedelta(days=8))


def test_hot_trees_are_read_without_the_rest(world: World, live: Campaign) -> None:
    world.make_elsewhere("campaign", {**read_guide("1-campaign"), "request_id": "8"})
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    walk = pull_campaigns(world.gateway, [live], now=world.now)
    assert (walk.moved, walk.calls, Stranger.objects.count()) == (1, 3, 0)


def test_where_others_hold_most_of_an_account_only_our_trees_are_read(world: World, live: Campaign) -> None:
    totals = {"campaign": 1, "adgroup": 50_000, "ad": 90_000}
    Reading.objects.create(
        advertiser=world.advertiser, kind="whole", due_at=world.now, state={"totals": totals}
    )
    walk = pull_account(world.gateway, now=world.now)
    assert walk.calls == 3
    assert set(walk.totals) == {"campaign"}  # the other two lists were asked for our campaigns only


def test_a_budget_changed_elsewhere_is_booked_with_its_values(world: World, live: Campaign) -> None:
    seen = world.now
    world.pass_time(60)
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    pull_account(world.gateway, now=world.now)
    flip = Flip.objects.get(member="body:budget")
    assert (flip.before, flip.after, flip.cause) == ("500", "750", "elsewhere")
    assert flip.since is not None
    assert flip.since <= seen < flip.at


def test_our_own_switch_is_booked_as_ours(world: World, live: Campaign) -> None:
    switched = Flip.objects.filter(member="operation_status")
    assert {flip.cause for flip in switched} == {"ours"}


def test_a_stale_reading_after_our_own_write_is_no_drift(world: World, live: Campaign) -> None:
    """Within the visibility bound TikTok may still show what was before our switch."""
    Campaign.objects.filter(pk=live.pk).update(written_at=world.now, remote_read_at=world.now)
    world.control("status", {"level": "campaign", "id": live.remote_id, "operation_status": "DISABLE"})
    pull_account(world.gateway, now=world.now)
    live.refresh_from_db()
    assert (live.operation_status, live.drifting_since) == ("ENABLE", None)
    world.pass_time(BOUND)
    now = world.now
    pull_account(world.gateway, now=now)
    live.refresh_from_db()
    assert (live.operation_status, live.drifting_since) == ("DISABLE", now)


def test_a_reading_is_found_by_the_sweep_although_its_message_was_lost(world: World, live: Campaign) -> None:
    readings.ensure_readings(now=world.now)
    assert readings.nudge_due(now=world.now) == 0 or Reading.objects.filter(nudged_at=world.now).exists()
    whole = Reading.objects.get(advertiser=world.advertiser, kind="whole")
    assert readings.read(whole.pk, world.road, now=world.now)
    assert not readings.read(whole.pk, world.road, now=world.now)
    whole.refresh_from_db()
    assert (whole.error, whole.done_at) == ("", world.now)
    assert whole.due_at > world.now


def test_a_reading_that_broke_off_is_due_again_soon_and_says_why(world: World, live: Campaign) -> None:
    readings.ensure_readings(now=world.now)
    world.strike("smart_plus/adgroup/get/", "http-500", times=1)
    whole = Reading.objects.get(advertiser=world.advertiser, kind="whole")
    assert readings.read(whole.pk, world.road, now=world.now)
    whole.refresh_from_db()
    assert whole.error
    assert world.now < whole.due_at <= world.now + timedelta(seconds=60)


def test_why_the_review_refused_an_ad_stands_on_its_row(world: World, example_1: dict[str, Any]) -> None:
    example_1["adgroups"][0]["ads"][0]["ad_text_list"] = [{"ad_text": "Lose weight [deny]"}]
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    world.pass_time(BOUND + 10)
    read_whole(world)
    ad = Ad.objects.get()
    assert ad.secondary_status == "AD_STATUS_AUDIT_DENY"
    assert ad.review is not None
    assert ad.review["reasons"]
    assert ad.review["suggestion"]
    assert Flip.objects.get(member="review").after == "; ".join(ad.review["reasons"])


def test_a_refusal_that_was_lifted_takes_its_reasons_off(world: World, live: Campaign) -> None:
    ad = Ad.objects.get()
    for verdict in ("denied", "approved"):
        world.control("review", {"smart_plus_ad_id": ad.remote_id, "verdict": verdict})
        world.pass_time(30)
        read_whole(world)
    ad.refresh_from_db()
    assert ad.review is None
    assert Flip.objects.filter(member="review").count() == 2
