"""Whatever is in the way: the launch says so on its row and goes on when it can."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django import db as database

from campaigns import queries
from campaigns.contract.codes import DUPLICATE_FILE_NAME
from campaigns.contract.levels import Level
from campaigns.models import Advertiser, Connection, Reservation
from campaigns.rules.policy import house_policy
from campaigns.sync import meter
from campaigns.sync.drain import drain_once
from campaigns.sync.gateway import Gateway, Road
from campaigns.sync.pictures import find_pictures
from campaigns.sync.turns import OutOfRoom, Turns
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.transport import Transport
from campaigns.tiktok.wire import Answer, Page
from tests.sync.conftest import World


def test_a_throttled_call_is_made_later(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.strike("smart_plus/adgroup/create/", "throttle", times=2)
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert queries.visible_campaigns(strict.buyer).get().state == "live"


def test_a_refused_token_is_said_on_the_row_and_the_launch_goes_on_once_it_works(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/campaign/create/", "token-revoked", times=1)
    strict.launch(strict.draft(spark_tree))
    strict.work_until(lambda: strict.push("campaign").error is not None)
    assert strict.push("campaign").error["meaning"] == "token"
    assert Advertiser.objects.get(pk=strict.advertiser.pk).connection.refused_at is not None
    assert strict.settle()


def test_an_account_that_is_not_allowlisted_is_told_so(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.strike("smart_plus/campaign/create/", "allowlist-off", times=1)
    strict.launch(strict.draft(spark_tree))
    strict.settle()
    assert strict.push("campaign").error["meaning"] == "allowlist"


def test_a_server_that_cannot_be_reached_is_said_and_tried_again(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    closed = Road(
        clock=strict.road.clock,
        # port 9 (discard) is closed on any machine that runs tests
        open_client=lambda _: TikTokClient(Transport(base_url="http://127.0.0.1:9/", token="x", timeout=2)),
        sleep=strict.pass_time,
    )
    drain_once(closed)
    assert strict.push("campaign").error["meaning"] == "unreachable"
    assert strict.push("campaign").state == "waiting"
    assert strict.settle()


def test_who_waits_for_our_own_pace_is_in_no_trouble(strict: World, spark_tree: dict[str, Any]) -> None:
    """Nothing was sent, and TikTok said nothing."""
    strict.launch(strict.draft(spark_tree))
    turns = Turns(strict.advertiser, now=lambda: strict.now, sleep=strict.pass_time)
    turns.penalise(timedelta(seconds=30))
    drain_once(strict.road)
    row = strict.push("campaign")
    assert (row.state, row.error, row.not_before > strict.now) == ("waiting", None, True)
    assert not queries.list_stuck(strict.buyer)


def test_calls_go_at_an_even_pace(db: None, world: World) -> None:
    """A burst beside a full second would be too many: TikTok counts by the second."""
    longest = timedelta(seconds=2)
    waits = [meter.reserve(key="k", rate=10, now=world.now, longest=longest) for _ in range(11)]
    assert waits == [timedelta(seconds=0.1) * number for number in range(11)]


def test_a_meter_without_room_books_nothing(db: None, world: World) -> None:
    key, now = "k", world.now
    meter.penalise(key=key, pause=timedelta(seconds=30), now=now)
    first = meter.reserve(key=key, rate=10, now=now, longest=timedelta(seconds=2))
    second = meter.reserve(key=key, rate=10, now=now, longest=timedelta(seconds=2))
    assert first == second > timedelta(seconds=2)


def test_a_stop_takes_the_next_moment_and_one_who_waited_books_another(db: None, world: World) -> None:
    longest, ahead = timedelta(seconds=2), timedelta(seconds=0.06)
    waits = [meter.reserve(key="k", rate=10, now=world.now, longest=longest) for _ in range(5)]
    taken = meter.overtake(key="k", rate=10, now=world.now, ahead=ahead, longest=longest)
    gave = [meter.give_way(key="k", at=world.now + wait, now=world.now) for wait in waits]
    assert (taken, gave) == (timedelta(seconds=0.1), [False, True, False, False, False])


def test_stops_at_once_take_one_moment_each(db: None, world: World) -> None:
    longest, ahead = timedelta(seconds=2), timedelta(seconds=0.06)
    for _ in range(4):
        meter.reserve(key="k", rate=10, now=world.now, longest=longest)
    taken = [meter.overtake(key="k", rate=10, now=world.now, ahead=ahead, longest=longest) for _ in range(5)]
    assert taken == [timedelta(seconds=0.1), timedelta(seconds=0.2), timedelta(seconds=0.3), None, None]


def test_a_stop_that_came_between_reading_and_writing_keeps_its_moment(db: None, world: World) -> None:
    longest, ahead = timedelta(seconds=2), timedelta(seconds=0.06)
    for _ in range(4):
        meter.reserve(key="k", rate=10, now=world.now, longest=longest)
    first: list[timedelta | None] = []

    def stop() -> timedelta | None:
        return meter.overtake(key="k", rate=10, now=world.now, ahead=ahead, longest=longest)

    def come_between(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and not first:
            first.append(None)
            first[0] = stop()
        return execute(sql, *rest)

    with database.connection.execute_wrapper(come_between):
        second = stop()
    assert [*first, second] == [timedelta(seconds=0.1), timedelta(seconds=0.2)]


def test_a_stop_takes_no_moment_that_it_would_not_wait_for(db: None, world: World) -> None:
    longest = timedelta(seconds=2)
    for _ in range(30):
        meter.reserve(key="k", rate=10, now=world.now, longest=timedelta(seconds=30))
    for _ in range(30):
        meter.overtake(key="k", rate=10, now=world.now, ahead=timedelta(0), longest=longest)
    assert Reservation.objects.get(key="k").owed == 21


def test_a_stop_takes_no_moment_of_a_pause(db: None, world: World) -> None:
    """TikTok said that we were too fast; the next call of all it would turn away, too."""
    key, pause, longest = "k", timedelta(seconds=1), timedelta(seconds=2)
    meter.penalise(key=key, pause=pause, now=world.now)
    stop = {"key": key, "rate": 10, "now": world.now, "ahead": timedelta(0), "longest": longest}
    alone = meter.overtake(**stop)
    waiting = meter.reserve(key=key, rate=10, now=world.now, longest=longest)
    assert (alone, waiting, meter.overtake(**stop)) == (None, pause, pause)


class Pausing:
    """One who calls, with a clock of its own. TikTok says that we were too fast whenever somebody begins to wait."""

    def __init__(self, world: World, pause: float, times: int) -> None:
        self.now, self.pause, self.left = world.now, timedelta(seconds=pause), times
        self.turns = Turns(world.advertiser, now=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        if self.left:
            self.left -= 1
            self.turns.penalise(self.pause)
        self.now += timedelta(seconds=seconds)


@pytest.mark.parametrize("group", ["stop", "write"])
def test_nobody_calls_inside_a_pause_that_came_while_they_waited(db: None, world: World, group: str) -> None:
    caller = Pausing(world, 1.0, 1)
    for _ in range(4):
        caller.turns.take("write", "x", early=timedelta(seconds=9))
    caller.turns.wait(group, "x")
    assert caller.now >= world.now + timedelta(seconds=1)


def test_nobody_waits_through_one_pause_after_the_other(db: None, world: World) -> None:
    """It is put off and somebody else's turn comes."""
    caller = Pausing(world, 1.0, 99)
    caller.turns.take("write", "x", early=timedelta(seconds=9))
    with pytest.raises(OutOfRoom):
        caller.turns.wait("write", "x")
    assert caller.now <= world.now + timedelta(seconds=4)


@pytest.mark.parametrize("group", ["stop", "write"])
def test_who_waits_when_a_pause_comes_waits_for_its_end(db: None, world: World, group: str) -> None:
    """As long as the product's own: nobody is put off by it, and no batch is parted."""
    pause = house_policy().seconds("meter.throttle_pause")
    caller = Pausing(world, pause.total_seconds(), 1)
    caller.turns.take("write", "x", early=timedelta(seconds=9))
    caller.turns.wait(group, "x")
    assert pause <= caller.now - world.now <= pause + timedelta(seconds=0.5)


def test_after_a_pause_nobody_gives_way_for_a_stop_that_books_anew(db: None, world: World) -> None:
    longest = timedelta(seconds=2)
    for _ in range(5):
        meter.reserve(key="k", rate=10, now=world.now, longest=longest)
    meter.overtake(key="k", rate=10, now=world.now, ahead=timedelta(0), longest=longest)
    meter.penalise(key="k", pause=timedelta(seconds=1), now=world.now)
    after = world.now + meter.reserve(key="k", rate=10, now=world.now, longest=longest)
    assert not meter.give_way(key="k", at=after, now=world.now)


def test_a_call_whose_moment_is_long_over_does_not_leave(db: None, world: World) -> None:
    turns = Turns(world.advertiser, now=lambda: world.now, sleep=world.pass_time)
    with pytest.raises(OutOfRoom):
        turns.leave(world.now - timedelta(seconds=5), "x")


def test_who_booked_before_a_pause_books_anew(db: None, world: World) -> None:
    longest = timedelta(seconds=2)
    waits = [meter.reserve(key="k", rate=1, now=world.now, longest=longest) for _ in range(3)]
    meter.penalise(key="k", pause=timedelta(seconds=1.5), now=world.now)
    gave = [meter.give_way(key="k", at=world.now + wait, now=world.now) for wait in waits]
    assert gave == [True, True, False]


def test_a_shorter_pause_ends_no_longer_one(db: None, world: World) -> None:
    for seconds in (30, 2):
        meter.penalise(key="k", pause=timedelta(seconds=seconds), now=world.now)
    assert Reservation.objects.get(key="k").quiet_until == world.now + timedelta(seconds=30)


def test_nobody_gives_way_for_a_stop_of_a_quiet_minute_ago(db: None, world: World) -> None:
    longest = timedelta(seconds=2)
    for _ in range(3):
        meter.reserve(key="k", rate=10, now=world.now, longest=longest)
    meter.overtake(key="k", rate=10, now=world.now, ahead=timedelta(0), longest=longest)
    later = world.now + timedelta(minutes=1)
    meter.reserve(key="k", rate=10, now=later, longest=longest)
    assert not meter.give_way(key="k", at=later, now=later)


def test_workers_told_to_slow_down_at_once_wait_together(db: None, world: World) -> None:
    key, now = "k", world.now
    for _ in range(10):
        meter.penalise(key=key, pause=timedelta(seconds=2), now=now)
    assert meter.reserve(key=key, rate=10, now=now, longest=timedelta(seconds=2)) <= timedelta(seconds=2)


def test_a_row_that_was_throttled_often_holds_the_others_up_no_longer_than_at_first(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/campaign/create/", "throttle", times=6)
    strict.launch(strict.draft(spark_tree))
    strict.work_until(lambda: strict.push("campaign").attempts == 5)
    row = strict.push("campaign")
    assert row.not_before - strict.now > timedelta(seconds=10)
    assert Reservation.objects.get(key__startswith="app").arrival - strict.now <= timedelta(seconds=2)


def test_rapid_ad_creates_that_tiktok_pushes_back_are_looked_for_and_made_later(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/ad/create/", "throttle", code=41021, times=1)  # in no list; scripts retry it
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert queries.visible_campaigns(strict.buyer).get().state == "live"


class Shifting:
    """A client whose list moves by one row between two pages."""

    def get_page(self, level: Level, *, page: int, **given: Any) -> Page:
        rows = [{"campaign_id": number} for number in (("1", "2") if page == 1 else ("2", "3"))]
        return Page(rows, page, 2, 4)


def test_a_list_that_moved_while_it_was_read_is_not_taken_for_whole(db: None, world: World) -> None:
    road = Road(clock=world.road.clock, open_client=lambda _: Shifting(), sleep=world.pass_time)  # type: ignore[arg-type,return-value]
    with pytest.raises(TikTokError, match="moved"):
        Gateway(world.advertiser, road).read_all(Level.CAMPAIGN, {})


class Library:
    """A library that took a picture already, and does not list it yet."""

    def __init__(self, advertiser: Advertiser) -> None:
        self.advertiser = advertiser

    def upload_picture(self, address: str, file_name: str) -> Answer:
        raise TikTokError(Meaning.REFUSED, "name taken", endpoint="x", code=DUPLICATE_FILE_NAME)

    def list_pictures(self) -> list[dict[str, Any]]:
        return []


def test_a_picture_that_is_not_listed_yet_is_asked_for_again(db: None, world: World) -> None:
    with pytest.raises(TikTokError) as caught:
        find_pictures(Library(world.advertiser), ["https://example.com/a.jpg"])  # type: ignore[arg-type]
    assert caught.value.meaning is Meaning.UNSURE


def book_calls(world: World, *connections: Connection) -> list[float]:
    """Two calls in a row, each by the account of one connection; how long each waited."""
    waited: list[float] = []
    now = world.now
    road = replace(world.road, clock=lambda: now, sleep=waited.append)
    for number, connection in enumerate(connections):
        advertiser = Advertiser.objects.create(
            advertiser_id=f"{number}", name="Shop", currency="USD", zone="UTC", connection=connection
        )
        Gateway(advertiser, road).take_room(Level.AD, "create")
    return waited


@pytest.fixture
def connections(world: World) -> list[Connection]:
    return [
        Connection.objects.create(
            name=name, access_token="t", connected_by=world.manager, connected_at=world.now
        )
        for name in ("North", "South")
    ]


def test_two_connections_of_one_app_share_its_rate(
    world: World, connections: list[Connection], settings: Any
) -> None:
    settings.TIKTOK_APP_ID = "7080000000000000001"
    assert len(book_calls(world, *connections)) == 1


def test_connections_of_which_nobody_says_the_app_have_a_rate_each(
    world: World, connections: list[Connection], settings: Any
) -> None:
    settings.TIKTOK_APP_ID = ""
    assert book_calls(world, *connections) == []
