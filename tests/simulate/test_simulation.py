"""A short run of the simulation in every test run, and proof that its judge can find something."""

import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.app import Sandbox, make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.entities import Entity, add_entity
from tests.factories import make_advertiser, make_campaign
from tests.simulate.judge import Judge, Violation
from tests.simulate.network import Flight

ACCOUNT = "7000000000000000001"
TREE = {
    "campaign_name": "Sale",
    "adgroups": [{"adgroup_name": "Group", "ads": [{"ad_name": "Ad"}, {"ad_name": "Other"}]}],
}


def simulate(*arguments: str) -> str:
    """A process of its own: the simulation sets up Django for itself."""
    command = [sys.executable, "-m", "tests.simulate", "--processes", "1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_launches_and_edits_under_every_fault_keep_the_promise_and_a_seed_gives_the_same_trace_again() -> (
    None
):
    first, second = (simulate("--launches", "4", "--seed", "7").splitlines() for _ in range(2))
    assert "rounds that broke the promise: 0 of 2" in first
    assert first[1:] == second[1:]  # the first line tells how long it took
    assert any("same traces" in line for line in first)


def test_a_product_that_sends_again_what_was_lost_is_found_out() -> None:
    said = simulate("--launches", "20", "--seed", "1", "--acts", "0", "--mutant", "resend-from-unsure")
    assert "duplicate" in said


@pytest.fixture
def judge(db: None, tmp_path: Path) -> Judge:
    app = make_app(Config.for_tests(str(tmp_path / "sandbox.sqlite3")))
    judge = Judge(app, ACCOUNT)
    judge.ledger.expect(TREE)
    return judge


def add(
    app: Sandbox, level: Level, name: str, *, campaign: str = "", group: str = "", on: bool = False
) -> str:
    entity = Entity(
        level=level,
        id="",
        advertiser_id=ACCOUNT,
        campaign_id=campaign,
        adgroup_id=group,
        name=name,
        created_at=0.0,
        body={},
        operation_status="ENABLE" if on else "DISABLE",
    )
    with app.store.write() as db:
        return add_entity(db, entity).id


def look(judge: Judge, *, late: bool = False, **body: str) -> None:
    judge.watch(Flight("smart_plus/ad/create/", body, marked_at=0.0, is_late=late))


def grow(judge: Judge, *ads: str, on: bool = False) -> tuple[str, str]:
    campaign = add(judge.app, Level.CAMPAIGN, "Sale", on=on)
    group = add(judge.app, Level.ADGROUP, "Group", campaign=campaign, on=on)
    for name in ads:
        add(judge.app, Level.AD, name, campaign=campaign, group=group, on=on)
    return campaign, group


def test_a_second_object_for_one_wanted_is_a_duplicate(judge: Judge) -> None:
    grow(judge, "Ad", "Ad")
    with pytest.raises(Violation, match="duplicate"):
        look(judge)


def test_a_twin_from_after_the_bound_is_counted_apart(judge: Judge) -> None:
    _, group = grow(judge, "Ad", "Ad")
    look(judge, late=True, adgroup_id=group, ad_name="Ad")
    assert sum(judge.late.values()) == 1


def test_a_campaign_that_is_on_without_all_its_ads_is_a_half_tree(judge: Judge) -> None:
    grow(judge, "Ad", on=True)
    with pytest.raises(Violation, match="half-tree: ad Other"):
        look(judge)


def test_a_campaign_that_is_on_above_an_ad_that_is_off_is_a_half_tree(judge: Judge) -> None:
    campaign, group = grow(judge, "Ad", on=True)
    add(judge.app, Level.AD, "Other", campaign=campaign, group=group)
    with pytest.raises(Violation, match="half-tree"):
        look(judge)


def test_a_whole_tree_that_is_on_is_what_was_wanted(judge: Judge) -> None:
    grow(judge, "Ad", "Other", on=True)
    look(judge)


def test_nothing_of_what_is_added_is_on_before_all_of_it_is_there(judge: Judge) -> None:
    campaign, group = grow(judge, "Ad", "Other", on=True)
    [root] = judge.ledger.roots
    judge.ledger.grow(root.children[0], [{"ad_name": "Third"}, {"ad_name": "Fourth"}])
    add(judge.app, Level.AD, "Third", campaign=campaign, group=group)
    look(judge)
    add(judge.app, Level.AD, "Fourth", campaign=campaign, group=group, on=True)
    look(judge)
    judge.ledger.grow(root.children[0], [{"ad_name": "Fifth"}, {"ad_name": "Sixth"}])
    add(judge.app, Level.AD, "Fifth", campaign=campaign, group=group, on=True)
    with pytest.raises(Violation, match="half-tree: ad Sixth"):
        look(judge)


def test_a_value_that_leaves_long_after_it_was_undone_is_told(judge: Judge) -> None:
    row = make_campaign(advertiser=make_advertiser(), name="Sale")
    row.remote_id = add(judge.app, Level.CAMPAIGN, "Sale")
    row.save()
    [root] = judge.ledger.roots
    judge.ledger.know(root, row.pk)
    for moment, value in ((0.0, 600), (10.0, 650)):
        said = judge.ledger.say(root, "budget", value, moment)
        judge.ledger.settle(root, "budget", said, now=moment, order=int(moment))
    body = {"campaign_id": row.remote_id, "budget": 600}
    judge.watch(Flight("smart_plus/campaign/update/", body, marked_at=20.0))
    with pytest.raises(Violation, match="undone"):
        judge.watch(Flight("smart_plus/campaign/update/", body, marked_at=100.0))


def test_an_object_that_no_row_holds_is_an_orphan(judge: Judge) -> None:
    grow(judge)
    with pytest.raises(Violation, match="orphan"):
        judge.judge_settled()
