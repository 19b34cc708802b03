"""No order of calls breaks totals, parentage or the derivation of statuses."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaigns.contract.levels import Level
from campaigns.contract.statuses import find_primary
from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from tests.sandbox.support import Client, ad_body, adgroup_body, campaign_body, done

PICK = st.integers(min_value=0, max_value=99)
OPERATION = st.sampled_from(["ENABLE", "DISABLE", "DELETE"])


class Life(RuleBasedStateMachine):
    """Campaigns, ad groups and ads made, switched, edited and deleted in any order, beside a model of who lives."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        now = datetime(2026, 3, 12, tzinfo=UTC)
        self.app = make_app(Config.for_tests(str(Path(self.folder.name) / "s.sqlite3"), now=now))
        self.client = Client(open_session(self.app), BASE_URL, self.app.token)
        self.parents: dict[Level, dict[str, str]] = {level: {} for level in Level}

    def pick(self, level: Level, index: int) -> str:
        keys = list(self.parents[level])
        return keys[index % len(keys)]

    @rule()
    def make_campaign(self) -> None:
        self.parents[Level.CAMPAIGN][self.client.create(Level.CAMPAIGN, campaign_body())["campaign_id"]] = ""

    @precondition(lambda self: self.parents[Level.CAMPAIGN])
    @rule(index=PICK)
    def make_adgroup(self, index: int) -> None:
        parent = self.pick(Level.CAMPAIGN, index)
        made = self.client.create(Level.ADGROUP, adgroup_body(parent))
        self.parents[Level.ADGROUP][made["adgroup_id"]] = parent

    @precondition(lambda self: self.parents[Level.ADGROUP])
    @rule(index=PICK, text=st.sampled_from(["Fine", "Bad [deny]"]))
    def make_ad(self, index: int, text: str) -> None:
        parent = self.pick(Level.ADGROUP, index)
        made = self.client.create(Level.AD, ad_body(parent, ad_text_list=[{"ad_text": text}]))
        self.parents[Level.AD][made["smart_plus_ad_id"]] = parent

    @rule(level=st.sampled_from(Level), index=PICK, operation=OPERATION)
    def switch(self, level: Level, index: int, operation: str) -> None:
        if not self.parents[level]:
            return
        self.client.advance(5)
        key = self.pick(level, index)
        data = done(self.client.switch(level, [key], operation))
        assert not data.get("error_list")
        if operation == "DELETE":
            self.forget(level, key)

    def forget(self, level: Level, key: str) -> None:
        del self.parents[level][key]
        if level.child:
            for child, parent in list(self.parents[level.child].items()):
                if parent == key:
                    self.forget(level.child, child)

    @rule(seconds=st.sampled_from([1, 20, 86_400]))
    def wait(self, seconds: int) -> None:
        # Schedules started at the first moment stay valid to add to for twelve hours only (R65)
        self.client.advance(min(seconds, 20))

    @invariant()
    def totals_and_parents_agree(self) -> None:
        if not hasattr(self, "client"):
            return
        for level in Level:
            answer = done(self.client.get(f"smart_plus/{level.value}/get/", page_size=3))
            assert answer["page_info"]["total_number"] == len(self.parents[level])
            assert len(answer["list"]) == min(3, len(self.parents[level]))
            for row in self.client.page(level):
                self.check_row(level, row)

    def check_row(self, level: Level, row: dict[str, Any]) -> None:
        key = row[level.id_member]
        if level.parent:
            assert row[level.parent.id_member] == self.parents[level][key]
        primary = find_primary(level, row["secondary_status"])
        assert primary is not None
        if primary == "STATUS_DELIVERY_OK":
            assert row["operation_status"] == "ENABLE"
        assert primary != "STATUS_DELETE"

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.client.session.close()
            self.app.close()
            self.folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
