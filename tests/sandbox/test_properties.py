"""No order of calls breaks totals, parentage, the derivation of statuses, lagging reads, the change log, or spend bounds."""

import ast
import csv
import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from tests.sandbox.life import report
from tests.sandbox.model import Model, Thing
from tests.sandbox.support import US, Client, ad_body, adgroup_body, campaign_body, done

START = datetime(2026, 3, 12, tzinfo=UTC)
PICK = st.integers(min_value=0, max_value=99)
LEVEL = st.sampled_from(Level)
TEXT = st.sampled_from(["Fine", "Bad [deny]"])
NAME = st.sampled_from(["Spring", "Summer", "星野茶"])
GATE = 5  # seconds between two writes to one ad


class Sandboxed(RuleBasedStateMachine):
    """A fresh sandbox for each run."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.app = make_app(Config.for_tests(str(Path(self.folder.name) / "s.sqlite3"), now=START))
        self.client = Client(open_session(self.app), BASE_URL, self.app.token)
        self.model = Model()

    def pick(self, level: Level, index: int) -> str:
        keys = self.model.keys(level)
        return keys[index % len(keys)] if keys else ""

    def pass_time(self, seconds: float) -> None:
        self.client.advance(seconds)
        self.model.now += seconds

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.client.session.close()
            self.app.close()
            self.folder.cleanup()


class Life(Sandboxed):
    """Objects made, switched, edited, judged and deleted in any order, from the API and by hand, beside a model of them."""

    @rule(name=NAME)
    def make_campaign(self, name: str) -> None:
        made = self.client.create(Level.CAMPAIGN, campaign_body(campaign_name=name))
        self.model.things[made["campaign_id"]] = Thing(Level.CAMPAIGN, "", name)
        self.model.keep()

    @precondition(lambda self: self.model.keys(Level.CAMPAIGN))
    @rule(index=PICK)
    def make_adgroup(self, index: int) -> None:
        parent = self.pick(Level.CAMPAIGN, index)
        made = self.client.create(Level.ADGROUP, adgroup_body(parent))
        self.model.things[made["adgroup_id"]] = Thing(Level.ADGROUP, parent, "Everyone")
        self.model.keep()

    @precondition(lambda self: self.model.keys(Level.ADGROUP))
    @rule(index=PICK, text=TEXT)
    def make_ad(self, index: int, text: str) -> None:
        parent = self.pick(Level.ADGROUP, index)
        made = self.client.create(Level.AD, ad_body(parent, ad_text_list=[{"ad_text": text}]))
        thing = Thing(Level.AD, parent, "First look", denied="deny" in text, submitted=self.model.now)
        self.model.things[made["smart_plus_ad_id"]] = thing
        self.model.keep()

    @rule(
        level=LEVEL,
        index=PICK,
        operation=st.sampled_from(["ENABLE", "DISABLE", "DELETE"]),
        by_hand=st.booleans(),
    )
    def switch(self, level: Level, index: int, operation: str, by_hand: bool) -> None:
        key = self.pick(level, index)
        if not key:
            return
        self.pass_time(GATE)
        if by_hand:
            edit = {"level": level.value, "id": key, "operation_status": operation}
            self.client.control("status", edit)
        else:
            assert not done(self.client.switch(level, [key], operation)).get("error_list")
        if operation == "DELETE":
            self.model.remove(key)
        else:
            self.model.things[key].on = operation == "ENABLE"
        self.model.keep()

    @rule(level=LEVEL, index=PICK, name=NAME, by_hand=st.booleans())
    def rename(self, level: Level, index: int, name: str, by_hand: bool) -> None:
        key = self.pick(level, index)
        if not key:
            return
        self.pass_time(GATE)
        if by_hand:
            self.client.control("status", {"level": level.value, "id": key, "name": name})
        else:
            self.client.update(level, {level.id_member: key, level.name_member: name})
            if level is Level.AD:
                self.model.submit(key, self.model.things[key].denied)
        self.model.things[key].name = name
        self.model.keep()

    @precondition(lambda self: self.model.keys(Level.AD))
    @rule(index=PICK, text=TEXT)
    def rewrite(self, index: int, text: str) -> None:
        key = self.pick(Level.AD, index)
        self.pass_time(GATE)
        self.client.update(Level.AD, {"smart_plus_ad_id": key, "ad_text_list": [{"ad_text": text}]})
        self.model.submit(key, "deny" in text)
        self.model.keep()

    @precondition(lambda self: self.model.keys(Level.AD))
    @rule(index=PICK, verdict=st.sampled_from(["approved", "denied", "auto"]))
    def decide(self, index: int, verdict: str) -> None:
        key = self.pick(Level.AD, index)
        self.client.control("review", {"smart_plus_ad_id": key, "verdict": verdict})
        self.model.things[key].by_hand = "" if verdict == "auto" else verdict
        self.model.keep()

    @rule(seconds=st.sampled_from([1, 10, 20]))
    def wait(self, seconds: int) -> None:
        self.pass_time(seconds)
        self.model.keep()

    @rule(seconds=st.sampled_from([1, 7, 20]))
    def read_late(self, seconds: int) -> None:
        """A lagging list is the list of then: no older, no newer, nothing mixed."""
        fault = {"path": "smart_plus/*/get/", "kind": "stale", "seconds": seconds}
        self.client.control("faults", {"faults": [fault]})
        then = self.model.look_back(seconds)
        for level in Level:
            shown = {row[level.id_member]: row[level.name_member] for row in self.client.page(level)}
            assert shown == {key: thing.name for key, thing in then.items() if thing.level is level}
        self.client.control("faults", method="DELETE")

    @invariant()
    def lists_tell_what_lives(self) -> None:
        if not hasattr(self, "client"):
            return
        for level in Level:
            keys = self.model.keys(level)
            few = done(self.client.get(f"smart_plus/{level.value}/get/", page_size=3))
            assert few["page_info"]["total_number"] == len(keys)
            assert len(few["list"]) == min(3, len(keys))
            for row in self.client.page(level):
                thing = self.model.things[row[level.id_member]]
                assert row[level.name_member] == thing.name
                assert row["operation_status"] == ("ENABLE" if thing.on else "DISABLE")
                assert row["secondary_status"] == self.model.status(row[level.id_member])
                if level.parent:
                    assert row[level.parent.id_member] == thing.parent

    def teardown(self) -> None:
        try:
            if hasattr(self, "client"):
                self.compare_the_log()
        finally:
            super().teardown()

    def compare_the_log(self) -> None:
        """Every object's creation is in the log once, and its last name is the one it has."""
        asked = {"start_time": "2026-03-12 00:00:00", "end_time": "2026-03-13 00:00:00"}
        task = done(self.client.post("changelog/task/create/", {"advertiser_id": US, **asked}))
        told = ast.literal_eval(done(self.client.get("changelog/task/download/", **task))["changelog"])
        rows = list(csv.DictReader(io.StringIO(told["file_data"].decode().partition("\r\n\r\n")[2])))
        made = [row["Object ID"] for row in rows if '"Create"' in row["Activity details"]]
        assert len(made) == len(set(made)) and set(self.model.things) <= set(made)
        last = {row["Object ID"]: row["Object"] for row in reversed(rows)}
        for key, thing in self.model.things.items():
            assert last[key] == thing.name


class Spending(Sandboxed):
    """Budgets moved, campaigns switched and days lived in any order; then the bounds of each day and week (R17)."""

    def __init__(self) -> None:
        super().__init__()
        self.budgets: dict[str, list[float]] = {}  # every one that a campaign ever had

    @rule(budget=st.sampled_from([60, 200, 900]))
    def make_tree(self, budget: int) -> None:
        campaign_id = self.client.create(Level.CAMPAIGN, campaign_body(budget=budget))["campaign_id"]
        start = f"{START + timedelta(seconds=self.model.now):%Y-%m-%d %H:%M:%S}"
        made = self.client.create(Level.ADGROUP, adgroup_body(campaign_id, schedule_start_time=start))
        self.client.create(Level.AD, ad_body(made["adgroup_id"]))
        self.model.things[campaign_id] = Thing(Level.CAMPAIGN, "", "Spring")
        self.budgets[campaign_id] = [budget]

    @precondition(lambda self: self.model.things)
    @rule(index=PICK, budget=st.sampled_from([50, 120, 2_000]), by_hand=st.booleans())
    def move_budget(self, index: int, budget: int, by_hand: bool) -> None:
        key = self.pick(Level.CAMPAIGN, index)
        if by_hand:
            self.client.control("status", {"level": "campaign", "id": key, "budget": budget})
        else:
            body = {"advertiser_id": US, "campaign_id": key, "budget": budget}
            if self.client.post("smart_plus/campaign/update/", body)["code"]:
                return  # below 105 % of what is spent (R24)
        self.budgets[key].append(budget)

    @precondition(lambda self: self.model.things)
    @rule(index=PICK, operation=st.sampled_from(["ENABLE", "DISABLE"]))
    def switch(self, index: int, operation: str) -> None:
        done(self.client.switch(Level.CAMPAIGN, [self.pick(Level.CAMPAIGN, index)], operation))

    @rule(hours=st.sampled_from([1, 5, 24, 50]))
    def live(self, hours: int) -> None:
        self.pass_time(hours * 3_600)

    def teardown(self) -> None:
        try:
            if hasattr(self, "client"):
                self.pass_time(3 * 86_400)  # spend is corrected the next noon
                self.check_bounds()
        finally:
            super().teardown()

    def check_bounds(self) -> None:
        asked = {"start_date": "2026-03-11", "end_date": "2026-04-09"}
        spent: dict[str, dict[str, float]] = {key: {} for key in self.budgets}
        for row in report(self.client, "campaign_id", "stat_time_day", **asked):
            days = spent[row["dimensions"]["campaign_id"]]
            days[row["dimensions"]["stat_time_day"]] = float(row["metrics"]["spend"])
        for key, days in spent.items():
            most = max(self.budgets[key])
            assert all(spend <= 1.25 * most + 0.01 for spend in days.values()), days
            line = [days[day] for day in sorted(days)]
            weeks = [sum(line[first : first + 7]) for first in range(len(line))]
            assert all(week <= 7 * most + 0.01 for week in weeks), line


def bounded(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


TestLife = Life.TestCase
TestLife.settings = bounded(25, 20)
TestSpending = Spending.TestCase
TestSpending.settings = bounded(15, 12)
