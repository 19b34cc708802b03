"""One advertiser's way to TikTok: its token, the shared meter, and whole lists instead of pages.

Raises TikTokError only; a meter without room is a throttle of our own, with the time to wait.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings

from campaigns.contract.levels import Level
from campaigns.models import Advertiser, Connection, Post
from campaigns.rules.policy import house_policy
from campaigns.sync import meter
from campaigns.sync.clock import read_real_time
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.transport import Transport, keep_session
from campaigns.tiktok.wire import Answer, Page

T = TypeVar("T")
Clock = Callable[[], datetime]


class OutOfRoom(TikTokError):
    """Our own meter has no room; nothing was sent."""

    def __init__(self, endpoint: str, wait: timedelta) -> None:
        super().__init__(Meaning.THROTTLED, "the shared quota is used up for a moment", endpoint=endpoint)
        self.wait = wait


def open_client(connection: Connection) -> TikTokClient:
    """A client with the connection's token, speaking to the server that the settings name."""
    return TikTokClient(
        Transport(
            base_url=settings.TIKTOK_API_URL,
            token=connection.access_token,
            timeout=settings.SMARTPLUS_HTTP_TIMEOUT,
            session=keep_session(now=time.monotonic()),
        )
    )


@dataclass(frozen=True, slots=True)
class Road:
    """What the way to TikTok is made of: a clock (real time: leases and the meter live by it), clients, and waiting."""

    clock: Clock = read_real_time
    open_client: Callable[[Connection], TikTokClient] = open_client
    sleep: Callable[[float], None] = time.sleep


PLAIN_ROAD = Road()


class Gateway:
    """Calls for one advertiser."""

    def __init__(self, advertiser: Advertiser, road: Road) -> None:
        self.advertiser = advertiser
        self.now = road.clock
        self._sleep = road.sleep
        self._client = road.open_client(advertiser.connection)

    def pace(self) -> TikTokClient:
        """The client itself, for whoever reads many things one after the other: each call waits its turn among readings.

        Raises OutOfRoom only where a turn does not come within `meter.longest_wait`.
        """
        return self._client.pace(self._wait_for_turn)

    def _wait_for_turn(self, endpoint: str) -> None:
        left = house_policy().seconds("meter.longest_wait")
        while True:
            try:
                self._leave(self._take_room("read", endpoint))
            except OutOfRoom as full:
                left -= full.wait
                if left < timedelta(0):
                    raise
                self._sleep(full.wait.total_seconds())
            else:
                return

    def take_room_to_create(self, level: Level) -> datetime:
        """Books the moment of a create and waits until just before it: what is left is for marking its row as sent, so that
        the call leaves on its moment, however long the database takes."""
        early = house_policy().seconds("meter.mark_ahead")
        return self._take_room("write", f"smart_plus/{level}/create/", early=early)

    def create(self, level: Level, body: Mapping[str, Any], *, at: datetime) -> Answer:
        """The room was taken before: the call leaves `at` its moment."""
        self._leave(at)
        return self._client.create(level, body)

    def update(self, level: Level, body: Mapping[str, Any]) -> Answer:
        return self._metered("write", f"smart_plus/{level}/update/", lambda: self._client.update(level, body))

    def update_budgets(self, budgets: Mapping[str, Any]) -> Answer:
        """`budgets` are amounts by TikTok's ids of the ad groups."""
        advertiser_id = self.advertiser.advertiser_id
        return self._metered(
            "write",
            "smart_plus/adgroup/budget/update/",
            lambda: self._client.update_budgets(advertiser_id=advertiser_id, budgets=budgets),
        )

    def update_status(self, level: Level, ids: Sequence[str], status: str, *, urgent: bool) -> Answer:
        """`urgent` calls (stops) go before all that wait."""
        group = "stop" if urgent else "write"
        advertiser_id = self.advertiser.advertiser_id
        return self._metered(
            group,
            f"smart_plus/{level}/status/update/",
            lambda: self._client.update_status(level, advertiser_id=advertiser_id, ids=ids, status=status),
        )

    def read_all(self, level: Level, filtering: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Every object that a filter finds, to the end of the list. Raises when the rows do not add up to the total."""
        return [row for page in self.walk(level, filtering) for row in page.rows]

    def walk(self, level: Level, filtering: Mapping[str, Any]) -> Iterator[Page]:
        """The same page by page. Raises after the last one when the rows do not add up to the total, or one came twice."""
        advertiser_id = self.advertiser.advertiser_id
        path = f"smart_plus/{level}/get/"

        def read(page: int) -> Page:
            return self._metered(
                "read",
                path,
                lambda: self._client.get_page(
                    level, advertiser_id=advertiser_id, filtering=filtering, page=page
                ),
            )

        seen: set[str] = set()
        count = 0
        for page in walk_pages(path, read):
            seen |= {str(row.get(level.id_member)) for row in page.rows}
            count += len(page.rows)
            yield page
        if len(seen) != count:
            # one came twice: something was made or deleted between two pages, and another one may be missing
            raise TikTokError(Meaning.UNSURE, "the list moved while it was read", endpoint=path)

    def read_reviews(self, ids: Sequence[str]) -> dict[str, Any]:
        """What the review said of up to 100 ads, with its reasons."""
        advertiser_id = self.advertiser.advertiser_id
        path = "smart_plus/ad/review_info/"
        return self._metered(
            "read", path, lambda: self._client.review_ads(advertiser_id=advertiser_id, ids=ids)
        ).data

    def find_media(self, kind: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Videos or pictures by their ids, with addresses that are good for the hour."""
        advertiser_id = self.advertiser.advertiser_id
        return self._metered(
            "read",
            f"file/{kind}/ad/info/",
            lambda: self._client.describe_media(advertiser_id=advertiser_id, kind=kind, ids=ids),
        )

    def find_post(self, post: Post) -> dict[str, Any]:
        advertiser_id = self.advertiser.advertiser_id
        return self._metered(
            "read",
            "identity/video/info/",
            lambda: self._client.describe_post(
                advertiser_id=advertiser_id,
                identity_type=post.identity_type,
                identity_id=post.identity_id,
                bc_id=post.bc_id,
                item_id=post.item_id,
            ),
        ).data

    def walk_report(self, question: Mapping[str, Any]) -> Iterator[Page]:
        """A synchronous report to its end; goes behind everything else. Raises when the rows do not add up."""
        advertiser_id = self.advertiser.advertiser_id
        path = "report/integrated/get/"

        def read(page: int) -> Page:
            ask = {"advertiser_id": advertiser_id, **question}
            return self._metered("report", path, lambda: self._client.get_report(ask, page=page))

        return walk_pages(path, read)

    def walk_materials(self, question: Mapping[str, Any]) -> Iterator[Page]:
        """The creative report to its end, as walk_report."""
        advertiser_id = self.advertiser.advertiser_id
        path = "smart_plus/material_report/breakdown/"

        def read(page: int) -> Page:
            ask = {"advertiser_id": advertiser_id, **question}
            return self._metered("report", path, lambda: self._client.get_material_breakdown(ask, page=page))

        return walk_pages(path, read)

    def create_changelog_task(self, start: datetime, end: datetime) -> str:
        """Asks TikTok to write its log of changes, at most 30 days; returns the task's id. Repeating it does no harm."""
        advertiser_id = self.advertiser.advertiser_id
        path = "changelog/task/create/"
        answer = self._metered(
            "report",
            path,
            lambda: self._client.create_changelog_task(advertiser_id=advertiser_id, start=start, end=end),
        )
        if not answer.data.get("task_id"):
            raise TikTokError(
                Meaning.UNSURE, "the answer names no task", endpoint=path, request_id=answer.request_id
            )
        return str(answer.data["task_id"])

    def fetch_changelog(self, task_id: str) -> tuple[str, str]:
        """The state of a task (PROCESSING, SUCCESS, FAILED) and, once it is through, what it wrote."""
        advertiser_id = self.advertiser.advertiser_id
        answer = self._metered(
            "report",
            "changelog/task/download/",
            lambda: self._client.fetch_changelog(advertiser_id=advertiser_id, task_id=task_id),
        )
        return str(answer.data.get("status") or ""), str(answer.data.get("changelog") or "")

    def upload_picture(self, address: str, file_name: str) -> Answer:
        advertiser_id = self.advertiser.advertiser_id
        return self._metered(
            "write",
            "file/image/ad/upload/",
            lambda: self._client.upload_picture(
                advertiser_id=advertiser_id, address=address, file_name=file_name
            ),
        )

    def list_pictures(self) -> list[dict[str, Any]]:
        advertiser_id = self.advertiser.advertiser_id
        path = "file/image/ad/search/"
        return collect_pages(
            path,
            lambda page: self._metered(
                "read", path, lambda: self._client.list_pictures(advertiser_id=advertiser_id, page=page)
            ),
        )

    def penalise(self, pause: timedelta) -> None:
        """After a throttle every worker holds off."""
        meter.penalise(key=self._app_key, pause=pause, now=self.now())

    @property
    def _app_key(self) -> str:
        """TikTok counts by app. Whose app a token is that was not given here no call tells: the settings, or it is its own."""
        given = self.advertiser.connection.app_id or settings.TIKTOK_APP_ID
        return f"app:{given or f'connection-{self.advertiser.connection_id}'}"

    def _metered(self, group: str, endpoint: str, call: Callable[[], T]) -> T:
        self._leave(self._take_room(group, endpoint))
        return call()

    def _take_room(self, group: str, endpoint: str, *, early: timedelta = timedelta(0)) -> datetime:
        """Books one call and waits for its moment, at most two seconds (design section 4), and not for the last `early`.

        Raises OutOfRoom.
        """
        policy = house_policy()
        advertiser_rate, app_rate = float(policy.number("meter.advertiser_rate")), _read_rate()
        keys = [(self._app_key, app_rate)]
        if advertiser_rate < app_rate:  # else the app's own pace keeps to it
            keys.append((f"advertiser:{self.advertiser.pk}:{group}", advertiser_rate))
        # what goes behind waits in a shorter queue: publish before sync before report
        share = policy.number(_ROOM[group]) / 100 if group in _ROOM else 1
        longest = policy.seconds("meter.longest_sleep") * float(share)
        ahead = (
            policy.seconds("meter.mark_ahead") * 2 if group == "stop" else None
        )  # whose moment it is has not marked it
        moment = self.now()
        for key, rate in keys:
            moment = self._await(endpoint, key=key, rate=rate, longest=longest, early=early, ahead=ahead)
        return moment

    def _await(
        self,
        endpoint: str,
        *,
        key: str,
        rate: float,
        longest: timedelta,
        early: timedelta,
        ahead: timedelta | None,
    ) -> datetime:
        """Books one call and waits. What has to stop (`ahead` says how soon) goes before all that wait."""
        while True:
            now = self.now()
            taken = None if ahead is None else meter.overtake(key=key, rate=rate, now=now, ahead=ahead)
            wait = meter.reserve(key=key, rate=rate, now=now, longest=longest) if taken is None else taken
            if wait > longest:
                raise OutOfRoom(endpoint, wait)
            moment = now + wait
            self._wait_until(moment - early)
            is_firm = taken is not None or wait <= early  # nobody can have come in between
            if is_firm or not meter.give_way(key=key, at=moment, now=self.now()):
                return moment

    def _leave(self, at: datetime) -> None:
        """Waits for the moment itself. What comes later crowds the second after it: others make room."""
        self._wait_until(at)
        step = timedelta(seconds=1 / _read_rate())
        # a call at the pace that we keep may come this much later, and no second holds more than TikTok allows
        slack = timedelta(seconds=float(100 / house_policy().number("meter.fill")) - 1)
        late = self.now() - at - slack
        if late > timedelta(0):
            meter.make_room(key=self._app_key, by=min(late, step))

    def _wait_until(self, moment: datetime) -> None:
        left = (moment - self.now()).total_seconds()
        if left > 0:
            self._sleep(left)


def _read_rate() -> float:
    """Calls a second that we allow ourselves of what the app may do."""
    policy = house_policy()
    return float(policy.number("meter.app_rate") * policy.number("meter.fill")) / 100


_ROOM = {"read": "meter.room_read", "report": "meter.room_report"}


def collect_pages(endpoint: str, read: Callable[[int], Page]) -> list[dict[str, Any]]:
    """All rows of a paged list."""
    return [row for page in walk_pages(endpoint, read) for row in page.rows]


def walk_pages(endpoint: str, read: Callable[[int], Page]) -> Iterator[Page]:
    """A paged list to its end. The first page of ten is never taken for all: rows must add up to the total."""
    page = read(1)
    pages, count = page.total_pages, len(page.rows)
    yield page
    for number in range(2, pages + 1):
        page = read(number)
        count += len(page.rows)
        yield page
    if count != page.total_rows:
        raise TikTokError(
            Meaning.UNSURE, f"the list has {count} rows and says {page.total_rows}", endpoint=endpoint
        )
