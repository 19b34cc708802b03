"""No order of edits, switches and hours breaks what reports promise: levels agree, bounds hold, the past stays."""

import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from tests.sandbox.life import HOUR, edit, report, settle, sum_of
from tests.sandbox.support import US, Client

ALL = {"start_date": "2026-03-11", "end_date": "2026-04-09"}


class Delivery(RuleBasedStateMachine):
    """One campaign under a shared budget, beside the highest budget of each day."""

    @initialize(seed=st.integers(0, 1000), scenario=st.sampled_from(["none", "mixed", "greedy"]))
    def open(self, seed: int, scenario: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        file = str(Path(self.folder.name) / "s.sqlite3")
        now = datetime(2026, 3, 12, 4, tzinfo=UTC)  # midnight in New York
        self.app = make_app(Config.for_tests(file, now=now, seed=seed, scenario=scenario))
        self.client = Client(open_session(self.app), BASE_URL, self.app.token)
        self.campaign_id = settle(self.client, groups=2, ads=1)
        self.hours = 0
        self.budget = 500.0
        self.most: dict[int, float] = defaultdict(float, {0: 500.0})
        self.told: dict[str, str] = {}

    @rule(hours=st.integers(min_value=1, max_value=40))
    def live(self, hours: int) -> None:
        self.client.advance(hours * HOUR)
        for day in range(self.hours // 24, (self.hours + hours) // 24 + 1):
            self.most[day] = max(self.most[day], self.budget)
        self.hours += hours

    @rule(budget=st.sampled_from([50, 120, 500, 3000]))
    def give(self, budget: float) -> None:
        body = {"advertiser_id": US, "campaign_id": self.campaign_id, "budget": budget}
        if self.client.post("smart_plus/campaign/update/", body)["code"] == 0:
            self.budget = budget
            self.most[self.hours // 24] = max(self.most[self.hours // 24], budget)

    @rule(
        operation=st.sampled_from(["ENABLE", "DISABLE"]),
        level=st.sampled_from(Level),
        index=st.integers(0, 9),
    )
    def switch(self, operation: str, level: Level, index: int) -> None:
        rows = self.client.page(level)
        edit(self.client, level, rows[index % len(rows)][level.id_member], operation_status=operation)

    @invariant()
    def days_keep_their_bound(self) -> None:
        if not hasattr(self, "client"):
            return
        for row in report(self.client, "campaign_id", "stat_time_day", **ALL):
            day = datetime.fromisoformat(row["dimensions"]["stat_time_day"]).toordinal()
            most = self.most[day - datetime(2026, 3, 12).toordinal()]
            assert float(row["metrics"]["spend"]) <= 1.25 * most + 0.005

    @invariant()
    def levels_agree(self) -> None:
        if not hasattr(self, "client"):
            return
        for metric in ("spend", "clicks", "conversion"):
            sums = {
                round(sum_of(report(self.client, name, **ALL), metric), 2)
                for name in ("advertiser_id", "campaign_id", "adgroup_id", "ad_id_v2", "ad_id")
            }
            assert len(sums) == 1

    @invariant()
    def impressions_of_the_past_stay(self) -> None:
        if not hasattr(self, "client"):
            return
        rows = report(self.client, "campaign_id", "stat_time_day", metrics=["impressions"], **ALL)
        now = {row["dimensions"]["stat_time_day"]: row["metrics"]["impressions"] for row in rows}
        assert all(int(now[day]) >= int(number) for day, number in self.told.items())
        self.told = now

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.client.session.close()
            self.app.close()
            self.folder.cleanup()


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(
    max_examples=6, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
)
