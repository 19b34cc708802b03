"""One advertiser's way to TikTok: its token, its turn (turns.py), and whole lists instead of pages.

Raises TikTokError only; a meter without room is a pace of our own, with the time to wait.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings

from campaigns.contract.levels import Level
from campaigns.contract.limits import STATUS_IDS
from campaigns.contract.statuses import DISABLE
from campaigns.models import Advertiser, Connection, Post
from campaigns.rules.policy import house_policy
from campaigns.sync.clock import read_real_time
from campaigns.sync.turns import Clock, Turns
from campaigns.tiktok.client import Switched, TikTokClient
from campaigns.tiktok.errors import CERTAIN, Meaning, TikTokError
from campaigns.tiktok.transport import Transport, keep_session
from campaigns.tiktok.wire import Answer, Page

T = TypeVar("T")


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
        self._turns = Turns(advertiser, now=road.clock, sleep=road.sleep)
        self._client = road.open_client(advertiser.connection)

    def pace(self, *, in_all: bool = False) -> TikTokClient:
        """The client itself, for whoever reads many things one after the other: each call waits its turn among readings.

        Raises OutOfRoom only where a turn does not come within `meter.longest_wait`; `in_all`: all of them, beyond their pace.
        """
        return self._client.pace(self._turns.keep_pace(in_all=in_all))

    def take_room(self, level: Level, call: str, *, urgent: bool = False) -> datetime:
        """Books the moment of a write and waits until just before it: what is left is for marking its rows as sent, so that
        the call leaves on its moment, however long the database takes, and nothing is marked that has to wait.

        `call`: its address below the level, such as "status/update". `urgent` calls (stops) go before all that wait.
        Raises OutOfRoom.
        """
        return self._turns.take(
            "stop" if urgent else "write",
            f"smart_plus/{level}/{call}/",
            early=house_policy().seconds("meter.mark_ahead"),
        )

    def create(self, level: Level, body: Mapping[str, Any], *, at: datetime) -> Answer:
        """The room was taken before: the call leaves `at` its moment. So do all writes."""
        self._turns.leave(at, f"smart_plus/{level}/create/")
        return self._client.create(level, body)

    def update(self, level: Level, body: Mapping[str, Any], *, at: datetime) -> Answer:
        self._turns.leave(at, f"smart_plus/{level}/update/")
        return self._client.update(level, body)

    def update_budgets(self, budgets: Mapping[str, Any], *, at: datetime) -> Answer:
        """`budgets` are amounts by TikTok's ids of the ad groups."""
        self._turns.leave(at, "smart_plus/adgroup/budget/update/")
        return self._client.update_budgets(advertiser_id=self.advertiser.advertiser_id, budgets=budgets)

    def update_status(self, level: Level, ids: Sequence[str], status: str, *, at: datetime) -> Switched:
        self._turns.leave(at, f"smart_plus/{level}/status/update/")
        advertiser_id = self.advertiser.advertiser_id
        return self._client.update_status(level, advertiser_id=advertiser_id, ids=ids, status=status)

    def stop(self, level: Level, ids: Sequence[str]) -> dict[str, TikTokError]:
        """Switches off what no row asks for, such as surplus. Returns why single ones could not be, by TikTok's id: they may
        be on and spending. Raises TikTokError where the call tells nothing of the ids themselves."""
        failed: dict[str, TikTokError] = {}
        for start in range(0, len(ids), STATUS_IDS):
            failed |= self._stop_some(level, ids[start : start + STATUS_IDS])
        return failed

    def _stop_some(self, level: Level, ids: Sequence[str]) -> dict[str, TikTokError]:
        at = self.take_room(level, "status/update", urgent=True)
        try:
            return dict(self.update_status(level, ids, DISABLE, at=at).failed)
        except TikTokError as error:
            if error.meaning not in CERTAIN:
                raise
            if len(ids) == 1:
                return {ids[0]: error}
        # one bad id fails the call for all ads (R88): each is stopped alone, so that the bad one keeps none of them on
        return {key: error for one in ids for key, error in self._stop_some(level, [one]).items()}

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
        self._turns.penalise(pause)

    def _metered(self, group: str, endpoint: str, call: Callable[[], T]) -> T:
        self._turns.wait(group, endpoint)
        return call()


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
