"""A new demo has lived: past days with numbers, and decisions on them, before the first look."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import requests
from django.core.management import call_command
from pytest_django import Settings

from campaigns.analysis.learning import State
from campaigns.management.past import Past
from campaigns.models import Campaign, Proposal, Result
from campaigns.queries import with_tree
from campaigns.services.desk import read_campaign
from campaigns.sync.drift import find_drift
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.server import Served, serve_in_thread


@pytest.fixture
def sandbox(db: None, settings: Settings, tmp_path: Path) -> Iterator[Served]:
    """A new one, as the demo's supervisor starts it."""
    config = Config.for_tests(str(tmp_path / "sandbox.sqlite3"), mode="guide", speed=1)
    with serve_in_thread(config) as served:
        settings.TIKTOK_API_URL, settings.SMARTPLUS_SANDBOX_TOKEN = served.api_url, served.token
        yield served


def seed() -> None:
    call_command("seed_demo", stdout=StringIO())


def read_clock(sandbox: Served) -> datetime:
    shown = requests.get(f"{sandbox.base_url}/control/clock", timeout=5).json()["now"]
    return datetime.fromisoformat(shown)


def test_a_new_demo_shows_weeks_that_were_lived_and_comes_back_to_the_present(sandbox: Served) -> None:
    seed()
    spent = Result.objects.filter(campaign__isnull=False, spend__gt=0)
    assert spent.values("day").distinct().count() >= 20
    assert abs(read_clock(sandbox) - datetime.now(UTC)) < timedelta(seconds=30)
    now = datetime.now(UTC)
    states = {
        standing.ledger.state
        for campaign in with_tree(Campaign.objects.with_state().select_related("advertiser"))
        for standing in read_campaign(campaign, now=now).values()
    }
    assert {State.LEARNING, State.LEFT} <= states


def test_a_new_demo_leaves_a_change_and_a_drift_for_somebody_to_decide(sandbox: Served) -> None:
    seed()
    asked = Proposal.objects.get(state=Proposal.State.OPEN).items.get()
    assert asked.campaign.name == "Matcha starter set"
    drifting = [campaign.name for campaign in Campaign.objects.all() if find_drift(campaign)]
    assert drifting == ["Trail jackets · prospecting"]


def test_a_sandbox_that_was_left_behind_comes_to_the_present(sandbox: Served) -> None:
    behind = datetime.now(UTC) - timedelta(days=2)
    requests.post(f"{sandbox.base_url}/control/clock", json={"now": behind.isoformat()}, timeout=5)
    Past.end()
    assert abs(read_clock(sandbox) - datetime.now(UTC)) < timedelta(seconds=30)
