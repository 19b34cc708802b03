"""No answer is no reason to make a thing twice."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.models import Campaign, Push, Stranger
from campaigns.sync import leases
from campaigns.sync.pull import pull_account
from campaigns.sync.push import advance
from campaigns.sync.transitions import Event
from tests.sync.conftest import World

LEVELS = ("campaign", "adgroup", "ad")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["answer-lost", "5xxxx-after", "garbage"])
def test_a_create_that_happened_without_an_answer_is_adopted(
    strict: World, spark_tree: dict[str, Any], level: str, kind: str
) -> None:
    strict.strike(f"smart_plus/{level}/create/", kind, times=1)
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert [len(strict.remote(item)) for item in LEVELS] == [1, 1, 1]
    assert queries.visible_campaigns(strict.buyer).get().state == "live"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["request-lost", "5xxxx-before", "http-500"])
def test_a_create_that_never_happened_is_made_after_two_empty_looks(
    strict: World, spark_tree: dict[str, Any], level: str, kind: str
) -> None:
    strict.strike(f"smart_plus/{level}/create/", kind, times=1)
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert [len(strict.remote(item)) for item in LEVELS] == [1, 1, 1]


def test_nothing_is_sent_again_before_the_call_and_a_reading_may_each_be_late_by_the_bound(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/campaign/create/", "request-lost", times=1)
    strict.launch(strict.draft(spark_tree))
    strict.work_until(lambda: strict.push("campaign").state == "unsure")
    sent_at = strict.push("campaign").sent_at
    assert sent_at is not None
    strict.work_until(lambda: strict.push("campaign").attempts == 2)
    assert strict.push("campaign").sent_at - sent_at >= timedelta(seconds=40)  # push.visibility_bound


def test_a_worker_that_died_after_sending_leaves_an_unsure_row(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    push = leases.claim(strict.push("campaign").pk, now=strict.now)
    assert push is not None
    leases.update_under_lease(push, Event.SENT, sent_at=strict.now, attempts=1)
    strict.pass_time(60)
    again = leases.claim(push.pk, now=strict.now)
    assert again is not None
    assert again.state == Push.State.UNSURE


def test_a_worker_that_lost_its_lease_writes_nothing(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.launch(strict.draft(spark_tree))
    first = leases.claim(strict.push("campaign").pk, now=strict.now)
    strict.pass_time(60)
    leases.claim(strict.push("campaign").pk, now=strict.now)
    assert first is not None
    assert not leases.update_under_lease(first, Event.SENT)


def test_two_ads_alike_with_lost_answers_are_both_adopted_once(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    ads = spark_tree["adgroups"][0]["ads"]
    ads.append(dict(ads[0]))
    strict.strike("smart_plus/ad/create/", "answer-lost", times=2)
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert len(strict.remote("ad")) == 2
    adopted = Push.objects.filter(ad__isnull=False, aspect="body").values_list("ad__remote_id", flat=True)
    assert len(set(adopted)) == 2


def test_a_look_that_finds_what_a_rival_may_have_made_is_not_empty(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    ads = spark_tree["adgroups"][0]["ads"]
    ads.append(dict(ads[0]))
    strict.strike("smart_plus/ad/create/", "answer-lost", times=1)
    strict.launch(strict.draft(spark_tree))
    strict.work_until(lambda: strict.push("adgroup").state == "done")
    first, second = Push.objects.filter(ad__isnull=False, aspect="body").order_by("pk")
    rival = leases.claim(first.pk, now=strict.now)
    assert rival is not None
    advance(second.pk, strict.road)  # carried out, without an answer
    strict.pass_time(20)
    under_way = {"sent_at": strict.now, "attempts": 1}
    leases.update_under_lease(rival, Event.SENT, **under_way, lease_until=strict.now + timedelta(seconds=60))
    for _ in range(4):
        strict.pass_time(11)
        advance(second.pk, strict.road)
    assert Push.objects.get(pk=second.pk).attempts == 1
    assert strict.settle()


@pytest.fixture
def double(strict: World, spark_tree: dict[str, Any]) -> None:
    """The campaign's create was carried out without an answer, and a second one woke up."""
    strict.strike("smart_plus/campaign/create/", "answer-lost", times=1)
    strict.launch(strict.draft(spark_tree))
    strict.work_until(lambda: strict.push("campaign").state == "unsure")
    twin = strict.remote("campaign")[0]
    body = {
        name: twin[name]
        for name in ("advertiser_id", "objective_type", "campaign_name", "sales_destination", "budget")
    }
    client = strict.road.open_client(strict.advertiser.connection)
    client.create(Level.CAMPAIGN, {**body, "request_id": "77"})


def test_a_surplus_twin_is_switched_off_and_shown_to_a_person(strict: World, double: None) -> None:
    strict.work_until(lambda: strict.push("campaign").state == "needs_person")
    assert len(strict.push("campaign").error["surplus"]) == 1
    assert {row["operation_status"] for row in strict.remote("campaign")} == {"DISABLE"}


def test_surplus_that_tiktok_would_not_switch_off_is_not_called_off(strict: World, double: None) -> None:
    strict.strike("smart_plus/campaign/status/update/", "listed")
    strict.work_until(lambda: strict.push("campaign").state == "needs_person")
    error = strict.push("campaign").error
    assert error["left_on"] == error["surplus"]
    assert "now switched off" not in error["message"]


def test_surplus_that_was_left_on_is_switched_off_by_a_later_reading(strict: World, double: None) -> None:
    strict.strike("smart_plus/campaign/status/update/", "listed", times=1)
    strict.work_until(lambda: strict.push("campaign").state == "needs_person")
    [surplus] = strict.push("campaign").error["left_on"]
    pull_account(strict.gateway, now=strict.now)
    held = {row["campaign_id"]: row["operation_status"] for row in strict.remote("campaign")}
    assert held[surplus] == "DISABLE"


def test_a_lost_switch_is_looked_up_and_sent_again(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.strike("smart_plus/campaign/status/update/", "request-lost", times=1)
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert strict.remote("campaign")[0]["operation_status"] == "ENABLE"


def test_a_clock_that_runs_ahead_does_not_hide_the_campaign_that_was_made(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.now += timedelta(minutes=10)  # ours alone
    strict.strike("smart_plus/campaign/create/", "answer-lost", times=1)
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert len(strict.remote("campaign")) == 1


def test_a_campaign_alike_that_was_seen_before_the_call_is_not_taken_for_ours(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    strict.settle()
    foreign = strict.remote("campaign")[0]["campaign_id"]
    Campaign.objects.update(remote_id=None)  # as if somebody else had made it
    Stranger.objects.create(
        advertiser=strict.advertiser,
        level="campaign",
        remote_id=foreign,
        seen_at=strict.now,
        read_at=strict.now,
    )
    strict.pass_time(60)
    strict.strike("smart_plus/campaign/create/", "request-lost", times=1)
    second = strict.draft(spark_tree)
    strict.launch(second)
    strict.settle()
    second.refresh_from_db()
    assert second.remote_id not in (None, foreign)
