"""A launch under way is paused, resumed, cancelled either way, and made whole again; nothing of it spends meanwhile."""

import copy
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from campaigns import queries
from campaigns.models import Ad, AdGroup, Campaign, Change, Launch, Push
from campaigns.queries.asof import read_as_of
from campaigns.services import launches, steering
from campaigns.services.errors import WrongState
from campaigns.sync.cancelling import close_cancelled
from campaigns.sync.sweeping import sweep
from tests.sync.conftest import World
from tests.sync.test_editing import go_live
from tests.sync.test_growing import another, grow


def two_groups(tree: dict[str, Any]) -> dict[str, Any]:
    tree["adgroups"].append({**copy.deepcopy(tree["adgroups"][0]), "adgroup_name": "Second"})
    return tree


def begin(world: World, tree: dict[str, Any]) -> Campaign:
    campaign = world.draft(tree)
    world.launch(campaign)
    return Campaign.objects.get(pk=campaign.pk)


def cancel(world: World, campaign: Campaign, *, removes: bool) -> None:
    steering.cancel_launch(actor=world.buyer, door="page", campaign=campaign, removes=removes, now=world.now)


def state_of(world: World) -> str:
    return str(queries.visible_campaigns(world.buyer).get().state)


def count_made() -> int:
    return Push.objects.filter(aspect="body", state="done").count()


def living(world: World, level: str) -> list[dict[str, Any]]:
    return [row for row in world.remote(level) if not str(row["secondary_status"]).endswith("_DELETE")]


def test_a_paused_launch_makes_nothing_more_and_goes_on_when_resumed(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = begin(strict, spark_tree)
    strict.work_until(lambda: count_made() == 1)
    steering.pause_launch(actor=strict.buyer, door="page", campaign=campaign, now=strict.now)
    strict.settle(seconds=60)
    assert count_made() == 1
    steering.unpause_launch(actor=strict.buyer, door="page", campaign=campaign, now=strict.now)
    assert strict.settle()
    assert state_of(strict) == "live"


def test_a_paused_launch_is_not_switched_on(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = begin(strict, spark_tree)
    strict.work_until(lambda: count_made() == 3)
    steering.pause_launch(actor=strict.buyer, door="page", campaign=campaign, now=strict.now)
    strict.settle(seconds=60)
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"


def test_a_call_that_was_lost_is_looked_for_while_the_launch_is_paused(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/campaign/create/", "answer-lost", times=1)
    campaign = begin(strict, spark_tree)
    strict.work_until(lambda: strict.push("campaign").state == "unsure")
    steering.pause_launch(actor=strict.buyer, door="page", campaign=campaign, now=strict.now)
    strict.work_until(lambda: strict.push("campaign").state == "done")
    assert len(strict.remote("adgroup")) == 0


def test_a_cancelled_launch_that_made_nothing_is_a_draft_again(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    cancel(strict, begin(strict, spark_tree), removes=True)
    strict.settle()
    assert state_of(strict) == "draft"
    assert not Push.objects.exists()
    assert strict.remote("campaign") == []


@pytest.mark.parametrize("made", [1, 3, 5])
def test_what_was_made_is_removed_if_that_was_chosen(
    strict: World, spark_tree: dict[str, Any], made: int
) -> None:
    campaign = begin(strict, two_groups(spark_tree))
    strict.work_until(lambda: count_made() == made)
    cancel(strict, campaign, removes=True)
    assert strict.settle()
    assert [living(strict, level) for level in ("campaign", "adgroup", "ad")] == [[], [], []]
    assert state_of(strict) == "removed"
    assert Launch.objects.get().finished_at is not None


@pytest.mark.parametrize(
    ("removes", "done", "left"),
    [
        (True, 0, {"removed": 3, "not_made": 2}),
        (False, 3, {"done": 3}),
    ],  # of what is kept nothing unmade stays
)
def test_only_what_stands_at_tiktok_counts_as_done_of_a_cancelled_launch(
    strict: World, spark_tree: dict[str, Any], removes: bool, done: int, left: dict[str, int]
) -> None:
    campaign = begin(strict, two_groups(spark_tree))
    strict.work_until(lambda: count_made() == 3)
    cancel(strict, campaign, removes=removes)
    assert strict.settle()
    campaign = queries.with_tree(queries.visible_campaigns(strict.buyer)).get()
    progress = queries.read_progress(campaign, real_now=strict.now)
    assert progress is not None
    assert (progress.done, progress.moving) == (done, False)
    assert Counter(step.state for step in progress.steps) == left


def test_what_was_made_is_kept_off_if_that_was_chosen(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = begin(strict, two_groups(spark_tree))
    strict.work_until(lambda: count_made() == 3)
    cancel(strict, campaign, removes=False)
    assert strict.settle()
    assert len(living(strict, "campaign")) == 1
    assert count_made() == 3
    on = [row for level in ("campaign", "adgroup", "ad") for row in strict.remote(level)]
    assert {row["operation_status"] for row in on} == {"DISABLE"}
    assert state_of(strict) == "paused"


def test_what_was_never_made_leaves_a_tree_that_is_kept_and_stands_in_the_journal(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = begin(strict, two_groups(spark_tree))
    strict.work_until(lambda: count_made() == 3)
    unmade = {f"ads/{ad.pk}": ad.wanted for ad in Ad.objects.filter(remote_id=None)}
    cancel(strict, campaign, removes=False)
    assert strict.settle()
    assert not Ad.objects.filter(remote_id=None).exists()
    kept = Change.objects.filter(act="discarded")
    left = {change.target: {**change.before, "path": None} for change in kept}
    assert left == {target: {**wanted, "path": None} for target, wanted in unmade.items()}


def test_the_tree_as_it_was_before_keeps_its_order_when_what_was_never_made_leaves_it(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    (ad,) = spark_tree["adgroups"][0]["ads"]
    spark_tree["adgroups"][0]["ads"] = [{**ad, "ad_name": name} for name in ("First", "Second")]
    campaign = begin(strict, spark_tree)
    begun, first = strict.now - timedelta(seconds=1), Ad.objects.get(name="First")
    Push.objects.filter(ad=first).update(not_before=strict.now + timedelta(days=1))
    strict.work_until(lambda: bool(Ad.objects.get(name="Second").remote_id))
    cancel(strict, campaign, removes=False)
    assert strict.settle()
    (then,) = (item for item in read_as_of(Campaign.objects.get(), begun) if item.thing.level == "ad")
    assert then.wanted["ad_name"] == "Second"


@pytest.mark.parametrize("kind", ["answer-lost", "request-lost"])
@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
def test_a_call_under_way_when_it_is_cancelled_leaves_nothing_behind(
    strict: World, spark_tree: dict[str, Any], kind: str, level: str
) -> None:
    strict.strike(f"smart_plus/{level}/create/", kind, times=1)
    campaign = begin(strict, spark_tree)
    strict.work_until(lambda: Push.objects.filter(state="unsure").exists())
    cancel(strict, campaign, removes=True)
    assert strict.settle()
    assert [living(strict, item) for item in ("campaign", "adgroup", "ad")] == [[], [], []]
    assert not Launch.objects.filter(finished_at=None).exists()


def test_a_launch_cancelled_while_it_switches_on_ends_off(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = begin(strict, two_groups(spark_tree))
    strict.work_until(lambda: Push.objects.filter(aspect="switch", state="done").exists())
    cancel(strict, campaign, removes=False)
    assert strict.settle()
    on = [row for level in ("campaign", "adgroup", "ad") for row in strict.remote(level)]
    assert {row["operation_status"] for row in on} == {"DISABLE"}


def test_what_a_lost_call_switched_on_along_with_others_is_off_after_cancelling(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = begin(strict, two_groups(spark_tree))
    strict.work_until(lambda: count_made() == 5)
    strict.pass_time(30)  # both ads are due at once then
    strict.strike("smart_plus/ad/status/update/", "answer-lost", times=1)
    strict.work_until(lambda: Push.objects.filter(aspect="switch", state="unsure").exists())
    assert {row["operation_status"] for row in strict.remote("ad")} == {"ENABLE"}
    cancel(strict, campaign, removes=False)
    assert strict.settle()
    assert {row["operation_status"] for row in strict.remote("ad")} == {"DISABLE"}


def test_a_cancelled_growth_takes_only_what_it_added(strict: World, spark_tree: dict[str, Any]) -> None:
    live = go_live(strict, copy.deepcopy(spark_tree))
    grow(strict, live, another(spark_tree))
    strict.work_until(lambda: bool(AdGroup.objects.get(name="Second").remote_id))
    cancel(strict, live, removes=True)
    assert strict.settle()
    assert len(living(strict, "adgroup")) == 1
    assert strict.remote("campaign")[0]["operation_status"] == "ENABLE"
    assert state_of(strict) == "live"


def test_what_is_added_after_a_cancelled_growth_goes_live(strict: World, spark_tree: dict[str, Any]) -> None:
    live = go_live(strict, copy.deepcopy(spark_tree))
    grow(strict, live, another(spark_tree))
    cancel(strict, live, removes=True)
    assert strict.settle()
    grow(strict, live, another(spark_tree))
    assert strict.settle()
    assert len(living(strict, "adgroup")) == 2


def test_what_is_added_after_a_launch_that_ended_while_it_was_paused_goes_live(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = begin(strict, copy.deepcopy(spark_tree))
    strict.strike("smart_plus/campaign/status/update/", "answer-lost", times=1)
    strict.work_until(lambda: strict.push("campaign", "switch").state == "unsure")
    steering.pause_launch(actor=strict.buyer, door="page", campaign=campaign, now=strict.now)
    strict.work_until(lambda: Launch.objects.get().finished_at is not None)
    grow(strict, Campaign.objects.get(), another(spark_tree))
    assert strict.settle()
    assert len(living(strict, "adgroup")) == 2


def test_a_finished_launch_cannot_be_cancelled(strict: World, spark_tree: dict[str, Any]) -> None:
    live = go_live(strict, spark_tree)
    with pytest.raises(WrongState):
        cancel(strict, live, removes=True)


@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
def test_an_object_deleted_at_tiktok_during_the_launch_is_made_again(
    strict: World, spark_tree: dict[str, Any], level: str
) -> None:
    strict.strike("smart_plus/*/get/", "http-500")
    campaign = begin(strict, two_groups(spark_tree))
    strict.work_until(lambda: count_made() == 5)
    strict.control("faults", method="DELETE")
    column = {"campaign": Campaign, "adgroup": AdGroup, "ad": Ad}[level]
    victim = column.objects.values_list("remote_id", flat=True)[0]
    strict.control("status", {"level": level, "id": victim, "operation_status": "DELETE"})
    strict.settle(seconds=60)
    assert state_of(strict) == ("removed" if level == "campaign" else "needs_person")
    steering.remake_lost(actor=strict.buyer, door="page", campaign=campaign, now=strict.now)
    assert strict.settle()
    assert state_of(strict) == "live"
    assert [len(living(strict, item)) for item in ("campaign", "adgroup", "ad")] == [1, 2, 2]


def test_nothing_is_made_again_where_nothing_was_lost(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = begin(strict, spark_tree)
    with pytest.raises(WrongState):
        steering.remake_lost(actor=strict.buyer, door="page", campaign=campaign, now=strict.now)


def test_a_person_who_looked_lets_a_row_that_broke_off_go_on(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = begin(strict, spark_tree)
    Push.objects.filter(campaign=campaign, aspect="body").update(
        state="needs_person", error={"meaning": "crash", "message": "a fault of ours"}
    )
    launches.resume_launch(actor=strict.buyer, door="page", campaign=campaign, now=strict.now)
    assert strict.settle()
    assert state_of(strict) == "live"


def cancel_half_made(strict: World, tree: dict[str, Any], **row: Any) -> Launch:
    """A cancelled launch of which the campaign was made, and one ad group as its worker left it."""
    launch = strict.launch(strict.draft(tree))
    strict.work_until(lambda: strict.push("campaign").state == "done")
    launch.pushes.exclude(campaign__isnull=False).exclude(adgroup__isnull=False).delete()
    launch.pushes.filter(aspect="switch").delete()
    launch.pushes.filter(adgroup__isnull=False).update(**row)
    Launch.objects.filter(pk=launch.pk).update(cancelled_at=strict.now, verify_at=None)
    return launch


def test_a_cancelled_launch_ends_although_the_worker_died_that_should_have_ended_it(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    launch = cancel_half_made(strict, spark_tree, state="waiting", lease_token=None)
    sweep(now=strict.now)
    assert Launch.objects.get(pk=launch.pk).finished_at == strict.now
    assert not launch.pushes.filter(adgroup__isnull=False).exists()


def test_a_stop_that_left_its_cancelled_launch_stays(strict: World, spark_tree: dict[str, Any]) -> None:
    launch = cancel_half_made(strict, spark_tree, aspect="switch", state="waiting")
    known = launch.pushes.get(adgroup__isnull=False)  # as its worker knows it
    Push.objects.filter(pk=known.pk).update(launch=None, lane=Push.Lane.STOP)
    close_cancelled(known, now=strict.now)
    assert Push.objects.filter(pk=known.pk).exists()


def test_a_cancelled_launch_ends_although_a_switch_was_under_way_that_came_to_nothing(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    launch = cancel_half_made(strict, spark_tree, aspect="switch", state="waiting")
    sweep(now=strict.now)
    assert Launch.objects.get(pk=launch.pk).finished_at == strict.now


@pytest.mark.parametrize(
    "row", [{"state": "sent"}, {"state": "unsure"}, {"state": "needs_person"}, {"lease_token": uuid.uuid4()}]
)
def test_a_cancelled_launch_goes_on_while_something_of_it_may_have_been_sent(
    strict: World, spark_tree: dict[str, Any], row: dict[str, Any]
) -> None:
    launch = cancel_half_made(strict, spark_tree, sent_at=strict.now, **row)
    sweep(now=strict.now)
    assert Launch.objects.get(pk=launch.pk).finished_at is None
    assert launch.pushes.filter(adgroup__isnull=False).exists()
