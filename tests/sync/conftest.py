"""A small world: one account, one buyer, the sandbox in-process, and one clock for both parties."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns.models import Advertiser, Campaign, Change, Connection, Launch, Membership, Push
from campaigns.rules.findings import FindingLevel
from campaigns.services import accounts, drafts, judging, launches
from campaigns.sync.drain import drain, drain_once
from campaigns.sync.gateway import Gateway, Road
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.transport import Transport
from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from tests.factories import make_person

START = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
STEP = 1.0  # seconds; an idle round of the outbox lets this much pass
GUIDE = Path(__file__).parents[1] / "fixtures" / "guide"


class World:
    def __init__(self, app: Any, session: Any) -> None:
        self.app, self.session = app, session
        self.now = START
        self.road = Road(
            clock=lambda: self.now,
            open_client=self._open_client,
            sleep=lambda seconds: self.pass_time(max(seconds, STEP)),
        )
        self.buyer, self.manager = make_person("ana"), make_person("marcus")
        self.advertiser = self.connect()

    def _open_client(self, connection: Connection) -> TikTokClient:
        return TikTokClient(
            Transport(
                base_url=f"{BASE_URL}/open_api/v1.3/",
                token=connection.access_token,
                timeout=10,
                session=self.session,
            )
        )

    def connect(self) -> Advertiser:
        made = accounts.connect_accounts(
            actor=make_person("noor"),
            door="rest",
            name="Sandbox",
            token=self.app.token,
            now=self.now,
            road=self.road,
        )
        for person, role in ((self.buyer, "buyer"), (self.manager, "manager")):
            Membership.objects.create(person=person, advertiser=made[0], role=role)
        return Advertiser.objects.select_related("connection").get(pk=made[0].pk)

    def pass_time(self, seconds: float) -> None:
        """Both clocks move together; nobody waits."""
        self.now += timedelta(seconds=seconds)
        self.control("clock", {"advance": seconds})

    def control(self, path: str, body: Mapping[str, Any] | None = None, method: str = "") -> Any:
        answer = self.session.request(
            method or ("POST" if body else "GET"), f"{BASE_URL}/control/{path}", json=body
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def strike(self, path: str, kind: str, **more: Any) -> None:
        """From now on calls to a path meet a fault."""
        self.control("faults", {"faults": [{"path": path, "kind": kind, **more}]})

    def remote(self, level: str) -> list[dict[str, Any]]:
        """Everything the sandbox holds of a level, deleted objects too."""
        account = self.advertiser.advertiser_id
        filtering = json.dumps({"primary_status": "STATUS_ALL"})
        answer = self.session.get(
            f"{BASE_URL}/open_api/v1.3/smart_plus/{level}/get/",
            params={"advertiser_id": account, "filtering": filtering, "page_size": 100},
            headers={"Access-Token": self.app.token},
        ).json()
        assert answer["code"] == 0, answer
        return list(answer["data"]["list"])

    def make_elsewhere(self, level: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Another tool makes an object; returns it as TikTok answers."""
        answer = self.session.post(
            f"{BASE_URL}/open_api/v1.3/smart_plus/{level}/create/",
            json={"advertiser_id": self.advertiser.advertiser_id, **body},
            headers={"Access-Token": self.app.token},
        ).json()
        assert answer["code"] == 0, answer
        return dict(answer["data"])

    def draft(self, tree: Mapping[str, Any]) -> Campaign:
        return drafts.create_draft(
            actor=self.buyer, door=Change.Door.REST, advertiser=self.advertiser, tree=tree, now=self.now
        )

    def launch(self, campaign: Campaign) -> Launch:
        """Launches with a yes to every confirm."""
        campaign = Campaign.objects.get(pk=campaign.pk)
        judgement = judging.judge_campaign(campaign=campaign, now=self.now)
        confirms = [item for item in judgement.findings if item.level is FindingLevel.CONFIRM]
        return launches.start_launch(
            actor=self.buyer,
            door=Change.Door.REST,
            campaign=campaign,
            version=campaign.tree_version,
            acknowledged=frozenset((item.rule, item.path) for item in confirms),
            now=self.now,
        )

    def settle(self, *, seconds: float = 300) -> bool:
        """Runs the outbox until nothing is open; tells whether it came to that within so much time."""
        return drain(self.road, rounds=int(seconds / STEP))

    def work_until(self, reached: Callable[[], bool]) -> None:
        for _ in range(400):
            if reached():
                return
            if not drain_once(self.road):
                self.pass_time(STEP)
        raise AssertionError("it never came to that")

    @property
    def gateway(self) -> Gateway:
        return Gateway(self.advertiser, self.road)

    def push(self, level: str, aspect: str = "body") -> Push:
        return Push.objects.filter(**{f"{level}__isnull": False}, aspect=aspect).get()


@pytest.fixture
def open_world(db: None, tmp_path: Path) -> Iterator[Callable[..., World]]:
    closers: list[Callable[[], None]] = []

    def open_one(**settings: Any) -> World:
        config = Config.for_tests(
            str(tmp_path / "sandbox.sqlite3"), **{"now": START, "mode": "guide", **settings}
        )
        app = make_app(config)
        session = open_session(app)
        closers.extend((session.close, app.close))
        return World(app, session)

    yield open_one
    for close in closers:
        close()


@pytest.fixture
def world(open_world: Callable[..., World]) -> World:
    """The sandbox in guide mode: the worked examples run as printed."""
    return open_world()


@pytest.fixture
def strict(open_world: Callable[..., World]) -> World:
    return open_world(mode="strict")


def read_guide(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((GUIDE / f"{name}.json").read_text("utf-8"))
    return body


@pytest.fixture
def example_1() -> dict[str, Any]:
    """Automatic: CBO, dynamic daily 500.00, maximum delivery; in the guides' own spelling."""
    return {
        **read_guide("1-campaign"),
        "adgroups": [{**read_guide("1-adgroup"), "ads": [read_guide("1-ad")]}],
    }


@pytest.fixture
def example_2() -> dict[str, Any]:
    """Manual targeting with a cost cap, CBO off; in the guides' own spelling."""
    return {
        **read_guide("2-campaign"),
        "adgroups": [{**read_guide("2-adgroup"), "ads": [read_guide("1-ad")]}],
    }


@pytest.fixture
def spark_tree(example_1: dict[str, Any], strict: World) -> dict[str, Any]:
    """Example 1 as a strict server takes it: under a TikTok account instead of a custom identity."""
    account = strict.advertiser.identities.filter(identity_type="TT_USER").get()
    ad = example_1["adgroups"][0]["ads"][0]
    ad["creative_list"][0]["creative_info"] |= {
        "identity_type": "TT_USER",
        "identity_id": account.identity_id,
    }
    return example_1
