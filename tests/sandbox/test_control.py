"""The control side: clock, foreign edits, state, reset, the Ads Manager page, and who may use it."""

from datetime import UTC, datetime

import pytest
from werkzeug.test import Client as WsgiClient

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from tests.sandbox.conftest import Open
from tests.sandbox.support import Client


def test_the_clock_is_told_set_and_moved(open_sandbox: Open) -> None:
    client = open_sandbox()
    assert client.control("clock") == {"now": "2026-03-12T00:00:00Z", "speed": 0.0}
    assert client.control("clock", {"advance": 90})["now"] == "2026-03-12T00:01:30Z"
    assert client.control("clock", {"now": "2026-04-01 08:00:00"})["now"] == "2026-04-01T08:00:00Z"
    assert client.control("clock", {"speed": 86_400})["speed"] == 86_400


def test_a_new_file_keeps_wall_time(open_sandbox: Open) -> None:
    told = open_sandbox(now=None, speed=None).control("clock")
    assert abs(datetime.fromisoformat(told["now"]) - datetime.now(UTC)).total_seconds() < 5
    assert told["speed"] == 1


def test_a_foreign_edit_shows_in_the_next_read(strict: Client) -> None:
    campaign_id, adgroup_id, [ad_id] = strict.grow()
    strict.control("status", {"level": "campaign", "id": campaign_id, "budget": 750, "name": "Renamed"})
    campaign = strict.find(Level.CAMPAIGN, campaign_id)
    assert (campaign["budget"], campaign["campaign_name"]) == (750, "Renamed")
    strict.control("status", {"level": "adgroup", "id": adgroup_id, "operation_status": "DISABLE"})
    assert strict.find(Level.ADGROUP, adgroup_id)["secondary_status"] == "ADGROUP_STATUS_DISABLE"
    strict.control("review", {"smart_plus_ad_id": ad_id, "verdict": "denied", "reason": "No."})
    strict.control("status", {"level": "adgroup", "id": adgroup_id, "operation_status": "ENABLE"})
    assert strict.find(Level.AD, ad_id)["secondary_status"] == "AD_STATUS_AUDIT_DENY"
    strict.control("review", {"smart_plus_ad_id": ad_id, "verdict": "auto"})
    assert strict.find(Level.AD, ad_id)["secondary_status"] == "AD_STATUS_AUDIT"


def test_state_tells_everything_and_reset_forgets_it(strict: Client) -> None:
    strict.grow()
    state = strict.control("state")
    assert [len(state[f"{level.value}s"]) for level in Level] == [1, 1, 1]
    assert state["ads"][0]["parent_id"] == state["adgroups"][0]["id"]
    strict.control("reset", {})
    assert strict.control("state")["campaigns"] == []
    assert strict.grow()[0] == "1800000000000001"
    assert strict.control("token")["token"] == strict.token


def test_mistakes_are_answered_with_the_member(strict: Client) -> None:
    campaign_id, _, _ = strict.grow(ads=0)
    for path, body in (
        ("clock", {"speed": -1}),
        ("clock", {"pace": 1}),
        ("clock", {"now": "tomorrow"}),
        ("status", {"level": "planet", "id": "1"}),
        ("status", {"level": "ad", "id": "1", "operation_status": "ENABLE"}),
        ("review", {"smart_plus_ad_id": "1", "verdict": "approved"}),
        ("account", {"advertiser_id": "1"}),
        ("status", {"level": "campaign", "id": campaign_id, "budget": "nan"}),
        ("status", {"level": "campaign", "id": campaign_id, "budget": []}),
    ):
        answer = strict.session.post(f"{strict.base_url}/control/{path}", json=body)
        assert answer.status_code == 400 and answer.json()["error"], path


@pytest.mark.parametrize(
    ("remote", "host", "origin", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8810", None, 200),
        ("::1", "localhost:8810", None, 200),
        ("127.0.0.1", "evil.example", None, 403),
        ("10.0.0.7", "10.0.0.1:8810", None, 403),
        ("127.0.0.1", "127.0.0.1:8810", "https://evil.example", 403),
        ("127.0.0.1", "127.0.0.1:8810", "http://127.0.0.1:8810", 200),
    ],
)
def test_only_this_machine_controls(
    tmp_path, remote: str, host: str, origin: str | None, status: int
) -> None:
    app = make_app(Config.for_tests(str(tmp_path / "s.sqlite3")))
    headers = {"Host": host} | ({"Origin": origin} if origin else {})
    answer = WsgiClient(app).post(
        "/control/clock", json={"advance": 1}, headers=headers, environ_base={"REMOTE_ADDR": remote}
    )
    assert answer.status_code == status
    app.close()


def test_open_control_lets_containers_in(tmp_path) -> None:
    app = make_app(Config.for_tests(str(tmp_path / "s.sqlite3"), open_control=True))
    assert WsgiClient(app).get("/", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 200
    app.close()


def test_health_is_told_to_anyone(open_sandbox: Open) -> None:
    client = open_sandbox()
    assert client.session.get(f"{client.base_url}/healthz").json() == {"status": "ok"}
