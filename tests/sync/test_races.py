"""Two workers at once, on the real database of the lane: PostgreSQL takes them side by side, SQLite one after another."""

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from campaigns.contract.levels import Level
from campaigns.models import Ad, Campaign, Change, Launch, Push
from campaigns.services.switches import set_switch
from campaigns.sync import drift, leases, mirror, outbox
from campaigns.sync.gateway import Gateway
from campaigns.sync.pull import pull_account
from campaigns.sync.push import advance, settle_made
from campaigns.sync.settling import Deleted, settlement
from campaigns.sync.switching import switch_batch
from campaigns.sync.transitions import Event
from tests.sync.conftest import World

MOMENT = 0.5  # seconds of real time: long enough for the other thread to come to where it must wait


class Beside:
    """Runs a call in a thread of its own with a connection of its own."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(call,))
        self._thread.start()
        self._thread.join(MOMENT)

    def _run(self, call: Callable[[], Any]) -> None:
        try:
            self.result = call()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.error = error
        finally:
            connection.close()

    def end(self) -> Any:
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error
        return self.result


@pytest.fixture
def db(transactional_db: None) -> None:
    """Commits are real here: threads see each other's."""


def two_ads(tree: dict[str, Any]) -> dict[str, Any]:
    ads = tree["adgroups"][0]["ads"]
    ads.append({**copy.deepcopy(ads[0]), "ad_name": "Second"})
    return tree


def test_two_workers_cannot_take_one_row(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.launch(strict.draft(spark_tree))
    row = strict.push("campaign")
    with transaction.atomic():
        mine = leases.claim(row.pk, now=strict.now)
        beside = Beside(lambda: leases.claim(row.pk, now=strict.now))
    assert mine is not None
    assert beside.end() is None
    assert Push.objects.get(pk=row.pk).lease_token == mine.lease_token


def test_the_last_two_objects_made_at_once_still_lead_to_the_reading_back(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    launch = strict.launch(strict.draft(two_ads(spark_tree)))
    bodies = Push.objects.filter(ad__isnull=False, aspect="body")
    strict.work_until(lambda: strict.push("adgroup").state == "done")
    first, second = (leases.claim(pk, now=strict.now) for pk in bodies.values_list("pk", flat=True))
    assert first is not None and second is not None
    body = {"operation_status": "DISABLE"}
    with transaction.atomic():
        settle_made(first, {**body, "smart_plus_ad_id": "1"}, strict.gateway)
        beside = Beside(lambda: settle_made(second, {**body, "smart_plus_ad_id": "2"}, strict.gateway))
    beside.end()
    assert Launch.objects.get(pk=launch.pk).verify_at is not None


@pytest.fixture
def live(strict: World, spark_tree: dict[str, Any]) -> Campaign:
    campaign = strict.draft(spark_tree)
    strict.launch(campaign)
    assert strict.settle()
    return Campaign.objects.get(pk=campaign.pk)


def switch(world: World, thing: Any, status: str) -> Push:
    return set_switch(actor=world.manager, door=Change.Door.PAGE, thing=thing, status=status, now=world.now)


def test_a_switch_is_done_where_somebody_removed_the_campaign_while_it_waited_for_its_turn(
    strict: World, live: Campaign
) -> None:
    """TikTok refuses to change what went along with its campaign; the row was read before."""
    push = switch(strict, live.adgroups.get(), "DISABLE")
    row = leases.claim(push.pk, now=strict.now)
    assert row is not None
    Campaign.objects.filter(pk=live.pk).update(wanted={**live.wanted, "operation_status": "DELETE"})
    strict.gateway.update_status(Level.CAMPAIGN, [str(live.remote_id)], "DELETE", at=strict.now)
    switch_batch(row, strict.gateway)
    assert Push.objects.get(pk=push.pk).state == "done"


def test_a_row_whose_object_was_deleted_here_is_worked_no_further(strict: World, live: Campaign) -> None:
    push = switch(strict, live.adgroups.get(), "DISABLE")
    row = leases.claim(push.pk, now=strict.now)
    assert row is not None
    live.adgroups.get().delete()
    with pytest.raises(Deleted), settlement(row):
        raise AssertionError("there is nothing to settle")


def test_a_start_that_becomes_a_stop_while_it_is_taken_along_is_looked_at(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    """Else the stop would stay leased by a worker that does not know of it, for as long as a lease lasts. PostgreSQL alone
    can tell: on SQLite the worker finds the row changed before it takes it."""
    strict.launch(strict.draft(two_ads(spark_tree)))
    assert strict.settle()
    first, second = Ad.objects.order_by("pk")
    for status in ("DISABLE", "ENABLE"):
        strict.pass_time(60)
        rows = [switch(strict, Ad.objects.get(pk=ad.pk), status) for ad in (first, second)]
        if status == "DISABLE":
            assert strict.settle()
    lead = leases.claim(rows[0].pk, now=strict.now)
    assert lead is not None
    with transaction.atomic():
        stop = outbox.open_push(thing=second, aspect="switch", lane=Push.Lane.STOP, launch=None)
        worker = Beside(lambda: leases.claim_alike(lead, now=strict.now))
    taken = worker.end()
    assert [row.pk for row in taken] == ([stop.pk] if Push.objects.get(pk=stop.pk).lease_token else [])
    assert [row.lane for row in taken] in ([], [Push.Lane.STOP])


@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
@pytest.mark.parametrize("moment", ["before it is settled", "while it is settled"])
def test_a_stop_in_the_moment_a_start_is_settled_is_not_lost(
    strict: World, live: Campaign, monkeypatch: pytest.MonkeyPatch, level: str, moment: str
) -> None:
    thing: Any = {"campaign": live, "adgroup": live.adgroups.get(), "ad": live.adgroups.get().ads.get()}[
        level
    ]
    switch(strict, thing, "DISABLE")
    assert strict.settle()
    strict.pass_time(10)
    push = switch(strict, thing, "ENABLE")
    stops: list[Beside] = []

    def stop_once() -> None:
        if not stops:
            stops.append(Beside(lambda: switch(strict, type(thing).objects.get(pk=thing.pk), "DISABLE")))

    if moment == "before it is settled":
        plain_update = leases.update_under_lease

        def update_under_lease(row: Push, event: Event | None = None, **values: Any) -> bool:
            if event is Event.ANSWERED:
                stop_once()
            return plain_update(row, event, **values)

        monkeypatch.setattr(leases, "update_under_lease", update_under_lease)
    else:
        plain_fold = mirror.fold_switch

        def fold_switch(*args: Any, **more: Any) -> None:
            stop_once()
            plain_fold(*args, **more)

        monkeypatch.setattr(mirror, "fold_switch", fold_switch)
    advance(push.pk, strict.road)
    stops[0].end()
    monkeypatch.undo()
    assert strict.settle()
    assert strict.remote(level)[0]["operation_status"] == "DISABLE"


def test_what_is_made_true_while_a_reading_compares_is_not_told_as_drift(
    strict: World, live: Campaign
) -> None:
    strict.pass_time(60)
    held = dict(live.remote or {})
    mirror.fold(live, {**held, "budget": 750}, now=strict.now, read_at=strict.now)
    with transaction.atomic():
        Campaign.objects.hold(live.pk)
        reading = Beside(lambda: drift.note_drift([live.pk], now=strict.now))
        mirror.fold(live, held, now=strict.now)
    assert not reading.end()
    assert Campaign.objects.get(pk=live.pk).drifting_since is None


def test_a_slow_reading_does_not_bring_back_what_was_before_a_switch(strict: World, live: Campaign) -> None:
    strict.pass_time(30)
    begun = strict.now
    stopped: list[bool] = []

    class SlowGateway(Gateway):
        def walk(self, level: Any, filtering: Any) -> Any:
            for page in super().walk(level, filtering):
                if not stopped and level.value == "campaign":
                    strict.pass_time(1)
                    switch(strict, live, "DISABLE")
                    stopped.append(strict.settle())
                yield page

    pull_account(SlowGateway(strict.advertiser, strict.road), now=begun)
    live.refresh_from_db()
    assert live.operation_status == "DISABLE"


def test_a_settled_switch_keeps_what_a_pull_read_meanwhile(
    strict: World, live: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = switch(strict, live, "DISABLE")
    plain = Gateway.update_status

    def update_status(self: Gateway, *args: Any, **more: Any) -> Any:
        answer = plain(self, *args, **more)
        Campaign.objects.filter(pk=live.pk).update(remote={**(live.remote or {}), "budget": 750})
        return answer

    monkeypatch.setattr(Gateway, "update_status", update_status)
    monkeypatch.setattr("campaigns.sync.push._show_outcome", lambda *args: None)
    advance(push.pk, strict.road)
    live.refresh_from_db()
    assert (live.remote or {})["budget"] == 750
    assert live.operation_status == "DISABLE"
