"""An old backup put back against a TikTok that went on: nothing is made twice, nothing outdated is sent, stops go on.

The database goes back by a savepoint; the sandbox has a file of its own and keeps what it holds.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from campaigns import queries
from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import AdGroup, Campaign, Change, Launch, Notice, Push
from campaigns.services import editing, steering, switches
from campaigns.services.errors import WrongState
from campaigns.services.restoring import Put, find_backup_time, note_restored
from campaigns.sync.drain import drain_once
from campaigns.sync.drift import find_drift
from campaigns.sync.pull import pull_account
from tests.sync.conftest import World
from tests.sync.test_editing import change, go_live

LEVELS = ("campaign", "adgroup", "ad")


class Backup:
    """The database as it stands when this is made."""

    def __init__(self, world: World) -> None:
        self.world, self.at = world, world.now
        self.savepoint = transaction.savepoint()

    def put_back(self) -> Put:
        transaction.savepoint_rollback(self.savepoint)
        return note_restored(backup_at=self.at, now=self.world.now)


def count_remote(world: World) -> list[int]:
    return [len(world.remote(level)) for level in LEVELS]


def look(world: World) -> None:
    """Until whoever may exist was looked for; the launch rests meanwhile."""
    for _ in range(40):
        while drain_once(world.road):
            pass
        world.pass_time(5)


def resume(world: World) -> None:
    campaign = Campaign.objects.get()
    steering.unpause_launch(actor=world.buyer, door="page", campaign=campaign, now=world.now)


def state_of(world: World) -> str:
    return str(queries.visible_campaigns(world.buyer).get().state)


def done(*levels: str) -> Callable[[], bool]:
    made = Push.objects.filter(aspect="body", state="done")
    return lambda: made.count() >= len(levels)


@pytest.mark.parametrize("made", [(), ("campaign", "adgroup")])
def test_what_was_made_since_the_backup_is_found_and_not_made_again(
    strict: World, spark_tree: dict[str, Any], made: tuple[str, ...]
) -> None:
    strict.launch(strict.draft(spark_tree))
    strict.work_until(done(*made))
    backup = Backup(strict)
    assert strict.settle()
    strict.pass_time(3600)
    backup.put_back()
    look(strict)
    assert count_remote(strict) == [1, 1, 1]
    assert not Push.objects.filter(aspect="body").exclude(state="done").exists()
    resume(strict)
    assert strict.settle()
    assert (state_of(strict), count_remote(strict)) == ("live", [1, 1, 1])


def test_what_was_not_made_since_the_backup_is_made_once_a_person_resumes(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    strict.work_until(done("campaign"))
    Backup(strict).put_back()
    look(strict)
    assert count_remote(strict) == [1, 0, 0]
    resume(strict)
    assert strict.settle()
    assert (state_of(strict), count_remote(strict)) == ("live", [1, 1, 1])


def test_a_call_that_may_still_land_is_waited_for(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.launch(strict.draft(spark_tree))
    Backup(strict).put_back()
    push = strict.push("campaign")
    assert (push.state, push.not_before > strict.now) == ("unsure", True)


def test_what_was_stopped_since_the_backup_is_not_switched_on_again(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    strict.work_until(done("campaign"))
    backup = Backup(strict)
    assert strict.settle()
    stop(strict, Campaign.objects.get())
    assert strict.settle()
    backup.put_back()
    look(strict)
    assert strict.remote("campaign")[0]["operation_status"] == DISABLE
    assert "put back from a backup" in Notice.objects.filter(kind="needs_person").latest("at").text


def test_a_draft_that_was_launched_since_the_backup_is_found_when_it_is_launched_again(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    draft = strict.draft(spark_tree)
    backup = Backup(strict)
    strict.launch(draft)
    assert strict.settle()
    backup.put_back()
    pull_account(strict.gateway, now=strict.now)  # books it as made elsewhere
    strict.launch(draft)
    assert strict.settle()
    assert (state_of(strict), count_remote(strict)) == ("live", [1, 1, 1])


def test_one_that_was_edited_before_its_launch_needs_a_person(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    draft = strict.draft(spark_tree)
    backup = Backup(strict)
    editing.save_members(
        actor=strict.buyer, door="page", thing=draft, version=1, changes={"budget": "700.00"}, now=strict.now
    )
    strict.launch(draft)
    assert strict.settle()
    backup.put_back()
    strict.launch(Campaign.objects.get())
    look(strict)
    push = strict.push("campaign")
    assert push.state == "needs_person"
    assert strict.remote("campaign")[0]["campaign_id"] in (push.error or {})["message"]
    assert count_remote(strict) == [1, 1, 1]


def test_what_was_refused_then_and_made_since_is_found_when_it_is_launched_again(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    draft = strict.draft(spark_tree)
    strict.launch(draft)
    Push.objects.filter(campaign=draft, aspect="body").update(state="refused")
    backup = Backup(strict)
    strict.launch(draft)
    assert strict.settle()
    backup.put_back()
    strict.launch(draft)
    assert strict.settle()
    assert (state_of(strict), count_remote(strict)) == ("live", [1, 1, 1])


def test_an_outdated_change_is_told_and_not_sent(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = go_live(strict, spark_tree)
    change(strict, campaign, budget="550.00")
    backup = Backup(strict)
    assert strict.settle()
    strict.pass_time(60)
    change(strict, Campaign.objects.get(), budget="600.00")
    assert strict.settle()
    put = backup.put_back()
    look(strict)
    assert put.told == 1
    assert float(strict.remote("campaign")[0]["budget"]) == 600
    strict.pass_time(60)
    pull_account(strict.gateway, now=strict.now)
    assert [(row.member, row.wanted) for row in find_drift(Campaign.objects.get())] == [("budget", 550)]


def stop(world: World, thing: Campaign | AdGroup) -> None:
    switches.set_switch(actor=world.buyer, door="page", thing=thing, status=DISABLE, now=world.now)


def test_a_stop_goes_on(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = go_live(strict, spark_tree)
    stop(strict, campaign)
    Backup(strict).put_back()
    assert strict.settle()
    assert strict.remote("campaign")[0]["operation_status"] == DISABLE


def test_a_start_does_not(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = go_live(strict, spark_tree)
    stop(strict, campaign)
    assert strict.settle()
    switches.set_switch(
        actor=strict.manager, door="page", thing=Campaign.objects.get(), status=ENABLE, now=strict.now
    )
    Backup(strict).put_back()
    assert strict.settle()
    assert strict.remote("campaign")[0]["operation_status"] == DISABLE


def test_what_is_begun_later_waits_for_nothing(strict: World, spark_tree: dict[str, Any]) -> None:
    Backup(strict).put_back()
    strict.launch(strict.draft(spark_tree))
    assert strict.push("campaign").state == "waiting"


def test_the_journal_of_every_account_says_so(strict: World) -> None:
    Backup(strict).put_back()
    assert Change.objects.filter(act="restored").count() == 2


def test_a_backup_is_not_from_the_future(strict: World) -> None:
    with pytest.raises(WrongState):
        note_restored(backup_at=datetime.max.replace(tzinfo=strict.now.tzinfo), now=strict.now)


def test_the_last_call_tells_when_the_backup_was_taken(strict: World, spark_tree: dict[str, Any]) -> None:
    assert find_backup_time() is None
    strict.launch(strict.draft(spark_tree))
    strict.work_until(done("campaign"))
    assert find_backup_time() == strict.push("campaign").sent_at
    assert Launch.objects.count() == 1
