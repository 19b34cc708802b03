"""A stop always gets through, first and for certain."""

import copy
from typing import Any

import pytest

from campaigns import queries
from campaigns.models import Campaign, Change, Launch, Push
from campaigns.services.switches import set_switch
from campaigns.sync import outbox
from campaigns.sync.drain import drain_once
from campaigns.sync.push import advance
from tests.sync.conftest import World


def switch(world: World, thing: Any, status: str) -> Push:
    return set_switch(actor=world.manager, door=Change.Door.PAGE, thing=thing, status=status, now=world.now)


@pytest.fixture
def live(strict: World, spark_tree: dict[str, Any]) -> Campaign:
    campaign = strict.draft(spark_tree)
    strict.launch(campaign)
    assert strict.settle()
    return Campaign.objects.get(pk=campaign.pk)


def test_a_stop_is_sent_whatever_the_mirror_says(strict: World, live: Campaign) -> None:
    switch(strict, live, "DISABLE")
    assert strict.settle()
    strict.control("status", {"level": "campaign", "id": live.remote_id, "operation_status": "ENABLE"})
    switch(strict, live, "DISABLE")
    assert strict.settle()
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"


def test_a_stop_after_a_start_whose_answer_was_lost_stops(strict: World, live: Campaign) -> None:
    switch(strict, live, "DISABLE")
    assert strict.settle()
    strict.strike("smart_plus/campaign/status/update/", "answer-lost", times=1)
    switch(strict, live, "ENABLE")
    strict.work_until(lambda: strict.push("campaign", "switch").state == "unsure")
    assert strict.remote("campaign")[0]["operation_status"] == "ENABLE"
    switch(strict, live, "DISABLE")
    drain_once(strict.road)  # at once: not after the visibility bound
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"
    assert strict.settle()
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"


def test_a_start_that_arrives_after_its_stop_is_stopped_again(strict: World, live: Campaign) -> None:
    switch(strict, live, "DISABLE")
    assert strict.settle()
    strict.strike("smart_plus/campaign/status/update/", "request-lost", times=1)
    switch(strict, live, "ENABLE")
    strict.work_until(lambda: strict.push("campaign", "switch").state == "unsure")
    switch(strict, live, "DISABLE")
    drain_once(strict.road)
    # now the lost start wakes up
    strict.control("status", {"level": "campaign", "id": live.remote_id, "operation_status": "ENABLE"})
    assert strict.settle()
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"


def test_a_launch_whose_last_switch_was_stopped_comes_to_its_end(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = strict.draft(spark_tree)
    launch = strict.launch(campaign)
    strict.work_until(lambda: strict.push("adgroup", "switch").state == "done")
    assert strict.push("campaign", "switch").state == "waiting"
    switch(strict, Campaign.objects.get(pk=campaign.pk), "DISABLE")
    assert strict.settle()
    assert Launch.objects.get(pk=launch.pk).finished_at is not None
    assert queries.visible_campaigns(strict.buyer).get().state == "paused"


def test_a_launch_that_was_stopped_on_the_way_stays_off_and_comes_to_its_end(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = strict.draft(spark_tree)
    strict.launch(campaign)
    strict.work_until(lambda: strict.push("campaign").state == "done")
    switch(strict, Campaign.objects.get(pk=campaign.pk), "DISABLE")
    assert strict.settle()
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"
    assert queries.visible_campaigns(strict.buyer).get().state == "paused"


def test_a_worker_takes_a_stop_before_the_row_it_was_nudged_for(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    other = strict.draft({**copy.deepcopy(spark_tree), "campaign_name": "Another"})
    strict.launch(other)
    row = Push.objects.get(campaign=other, aspect="body")
    switch(strict, live, "DISABLE")
    advance(row.pk, strict.road)
    assert Push.objects.get(campaign=live, aspect="switch").state == "done"
    assert Push.objects.get(pk=row.pk).state == "done"


def test_a_stop_that_came_during_a_start_is_nudged_at_once(
    strict: World, live: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(outbox, "send_messages", lambda task, ids, **more: sent.append((task, list(ids))))
    switch(strict, live, "DISABLE")
    assert strict.settle()
    push = switch(strict, live, "ENABLE")
    client = strict.road.open_client

    def stop_meanwhile(connection: Any) -> Any:
        made = client(connection)
        plain = made.update_status

        def update_status(*args: Any, **more: Any) -> Any:
            answer = plain(*args, **more)
            if more["status"] == "ENABLE":
                switch(strict, live, "DISABLE")
                Push.objects.filter(pk=push.pk).update(nudged_at=strict.now)  # and its message was consumed
            return answer

        made.update_status = update_status
        return made

    from dataclasses import replace

    advance(push.pk, replace(strict.road, open_client=stop_meanwhile))
    assert (outbox.PUSH_TASK, [push.pk]) in sent
