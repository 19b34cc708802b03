"""How the sandbox lives: what is delivered and when, whatever order it is asked in."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.life import CAPPED, DAY, HOUR, OWN_BUDGET, SEED, edit, find_truth, report, settle, sum_of
from tests.sandbox.support import Client, done


@pytest.fixture
def world(open_sandbox: Open) -> Client:
    return open_sandbox(seed=SEED)


def read_history(path: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as db:
        return [
            *db.execute("SELECT * FROM shown"),
            *db.execute("SELECT * FROM result ORDER BY ad_id, hour, at"),
        ]


def test_a_reviewed_campaign_delivers_and_reports(open_sandbox: Open) -> None:
    client = open_sandbox(seed=SEED)
    settle(client)
    client.advance(3 * DAY)
    [row] = report(client)
    assert float(row["metrics"]["spend"]) > 0
    assert int(row["metrics"]["conversion"]) > 0


def test_one_seed_is_one_history_however_often_it_is_asked(open_sandbox: Open, tmp_path: Path) -> None:
    at_once, often = open_sandbox("at-once.sqlite3", seed=SEED), open_sandbox("often.sqlite3", seed=SEED)
    for client in (at_once, often):
        settle(client)
    at_once.advance(4 * DAY)
    for _ in range(32):
        often.advance(3 * HOUR)
        report(often)
    assert read_history(tmp_path / "at-once.sqlite3") == read_history(tmp_path / "often.sqlite3")


def test_a_long_pause_is_the_same_however_often_it_is_looked_at(open_sandbox: Open, tmp_path: Path) -> None:
    files = {1: tmp_path / "at-once.sqlite3", 24: tmp_path / "often.sqlite3"}
    for looks, file in files.items():
        client = open_sandbox(file.name, seed=SEED)
        campaign_id = settle(client)
        for operation, days in (("ENABLE", 2), ("DISABLE", 9), ("ENABLE", 3)):
            edit(client, Level.CAMPAIGN, campaign_id, operation_status=operation)
            for _ in range(looks):
                client.advance(days * DAY / looks)
    at_once, often = files.values()
    assert read_history(at_once) == read_history(often)


def test_two_seeds_are_two_histories(open_sandbox: Open) -> None:
    spends = set()
    for seed in (1, 2):
        client = open_sandbox(f"{seed}.sqlite3", seed=seed)
        settle(client)
        client.advance(2 * DAY)
        spends.add(sum_of(report(client), "spend"))
    assert len(spends) == 2


def test_an_edit_changes_nothing_before_it_and_nothing_elsewhere(open_sandbox: Open, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("kept.sqlite3", "edited.sqlite3")]
    for file in files:
        client = open_sandbox(file.name, seed=SEED)
        touched, _ = settle(client), settle(client)
        client.advance(2 * DAY)
        if file is files[1]:
            edit(client, Level.CAMPAIGN, touched, budget=2000)
        client.advance(2 * DAY)
        other = [row for row in report(client) if row["dimensions"]["campaign_id"] != touched]
        before = report(client, end_date="2026-03-12")
        if file is files[0]:
            kept = (other, before)
    assert (other, before) == kept
    assert read_history(files[0]) != read_history(files[1])


@pytest.mark.parametrize("level", Level)
def test_nothing_is_delivered_below_a_switch_that_is_off(world: Client, level: Level) -> None:
    campaign_id = settle(world, groups=1, ads=1)
    key = campaign_id if level is Level.CAMPAIGN else world.page(level)[0][level.id_member]
    edit(world, level, key, operation_status="DISABLE")
    world.advance(2 * DAY)
    assert report(world) == []


def test_a_pause_in_the_middle_of_an_hour_keeps_the_part_before(world: Client) -> None:
    campaign_id = settle(world)
    world.advance(DAY + HOUR // 2)
    before = sum_of(report(world), "spend")
    done(world.switch(Level.CAMPAIGN, [campaign_id], "DISABLE"))
    world.advance(6 * HOUR)
    after = sum_of(report(world), "spend")
    assert after > before
    shown = sum_of(report(world), "impressions")
    world.advance(12 * HOUR)
    assert sum_of(report(world), "impressions") == shown


def test_a_denied_ad_is_never_shown(world: Client) -> None:
    campaign_id = settle(world, groups=1, ads=2)
    assert campaign_id
    denied = world.page(Level.AD)[0]["smart_plus_ad_id"]
    world.control("review", {"smart_plus_ad_id": denied, "verdict": "denied"})
    world.advance(DAY)
    shown = {row["dimensions"]["ad_id_v2"] for row in report(world, "ad_id_v2")}
    assert shown and denied not in shown


def test_dayparting_keeps_to_the_accounts_hours(world: Client) -> None:
    morning = ("0" * 16 + "1" * 8 + "0" * 24) * 7  # 8 to 12
    settle(world, dayparting=morning)
    world.advance(2 * DAY)
    rows = report(world, "adgroup_id", "stat_time_hour", start_date="2026-03-13", end_date="2026-03-13")
    hours = {row["dimensions"]["stat_time_hour"][11:13] for row in rows if int(row["metrics"]["impressions"])}
    assert hours == {"08", "09", "10", "11"}


def test_a_cost_cap_that_the_market_does_not_meet_stops_spending(world: Client) -> None:
    settle(world, **CAPPED)
    world.advance(3 * DAY)
    assert sum_of(report(world), "spend") == 0


def test_a_schedule_ends_delivery(world: Client) -> None:
    settle(
        world,
        schedule_type="SCHEDULE_START_END",
        schedule_end_time="2026-03-13 04:00:00",
    )
    world.advance(4 * DAY)
    rows = report(world, "campaign_id", "stat_time_day", start_date="2026-03-11", end_date="2026-03-31")
    days = {row["dimensions"]["stat_time_day"][:10] for row in rows if int(row["metrics"]["impressions"])}
    assert days == {"2026-03-11", "2026-03-12"}  # 04:00 UTC is midnight in New York


def test_a_used_up_budget_shows_in_the_statuses_until_midnight(world: Client) -> None:
    campaign_id = settle(world, campaign={"budget": 1000})
    world.advance(20 * HOUR)
    edit(world, Level.CAMPAIGN, campaign_id, budget=50)
    world.advance(2 * HOUR)
    assert world.find(Level.CAMPAIGN, campaign_id)["secondary_status"] == "CAMPAIGN_STATUS_BUDGET_EXCEED"
    assert {row["secondary_status"] for row in world.page(Level.ADGROUP)} == {
        "ADGROUP_STATUS_CAMPAIGN_EXCEED"
    }
    world.advance(8 * HOUR)
    assert world.find(Level.CAMPAIGN, campaign_id)["secondary_status"] == "CAMPAIGN_STATUS_ENABLE"


def test_a_new_budget_is_measured_against_what_was_spent_today(world: Client) -> None:
    campaign_id = settle(world, campaign={"budget": 1000})
    world.advance(20 * HOUR)
    body = {"advertiser_id": "7000000000000000001", "campaign_id": campaign_id, "budget": 60}
    refused = world.post("smart_plus/campaign/update/", body)
    assert refused["code"] == 40002 and "105%" in refused["message"]


def test_automatic_increase_shows_its_live_budget_and_falls_back(world: Client) -> None:
    campaign_id = settle(
        world, campaign={"budget": 300, "budget_auto_adjust_strategy": "AUTO_BUDGET_INCREASE"}
    )
    seen = []
    for _ in range(30):
        world.advance(HOUR)
        seen.append(world.find(Level.CAMPAIGN, campaign_id)["current_budget"])
    assert max(seen) > 300
    assert min(seen[seen.index(max(seen)) :]) == 300


def test_truth_tells_learning_and_the_api_does_not(world: Client) -> None:
    campaign_id = settle(world, campaign={"budget": 2000})
    world.advance(20 * DAY)
    learning = [group["learning"] for group in find_truth(world)]
    assert {row["state"] for row in learning} == {"left"}
    assert learning[0]["events"][0]["kind"] == "started"
    told = {**world.find(Level.CAMPAIGN, campaign_id), **world.page(Level.ADGROUP)[0]}
    assert [name for name in told if "learning" in name] == ["skip_learning_phase"]


def test_a_large_edit_throws_learning_back_and_a_small_one_does_not(world: Client) -> None:
    settle(world, groups=1, campaign={"budget_optimize_on": False, "budget": None}, **OWN_BUDGET)
    [group] = world.page(Level.ADGROUP)
    world.advance(2 * DAY)
    edit(world, Level.ADGROUP, group["adgroup_id"], budget=81)
    world.advance(DAY)
    edit(world, Level.ADGROUP, group["adgroup_id"], budget=400)
    world.advance(DAY)
    [truth] = find_truth(world)
    kinds = [(event["kind"], event["cause"]) for event in truth["learning"]["events"]]
    assert kinds[:3] == [("started", ""), ("harmless", "budget"), ("reset", "budget")]


def test_hours_that_dayparting_leaves_out_are_no_pause_and_a_long_pause_is(open_sandbox: Open) -> None:
    client = open_sandbox(seed=SEED)
    campaign_id = settle(client, dayparting=("0" * 16 + "1" * 8 + "0" * 24) * 7)
    client.advance(4 * DAY)
    assert {group["learning"]["resets"] for group in find_truth(client)} == {0}
    edit(client, Level.CAMPAIGN, campaign_id, operation_status="DISABLE")
    client.advance(8 * DAY)
    edit(client, Level.CAMPAIGN, campaign_id, operation_status="ENABLE")
    client.advance(DAY)
    assert {group["learning"]["events"][-1]["cause"] for group in find_truth(client)} == {"pause"}


@pytest.mark.parametrize(
    ("cause", "metric", "rises"),
    [
        ("auction-price-up", "cpm", True),
        ("creative-fatigue", "ctr", False),
        ("pixel-broken", "conversion", False),
        ("page-slow", "landing_page_view_rate", False),
        ("audience-exhausted", "frequency", True),
    ],
)
def test_a_cause_shows_where_it_works(world: Client, cause: str, metric: str, rises: bool) -> None:
    settle(world, groups=1, ads=1)
    world.advance(8 * DAY)
    [group] = world.page(Level.ADGROUP)
    world.control("cause", {"id": group["adgroup_id"], "cause": cause})
    world.advance(9 * DAY)

    def read(first: str, last: str) -> float:
        [row] = report(world, start_date=first, end_date=last, metrics=[metric])
        return float(row["metrics"][metric])

    before, after = read("2026-03-16", "2026-03-19"), read("2026-03-25", "2026-03-28")
    assert after > before * 1.3 if rises else after < before * 0.7
    [truth] = find_truth(world)
    assert [row["name"] for row in truth["causes"]] == [cause] and truth["causes"][0]["active"]


def test_a_cure_ends_a_cause(world: Client) -> None:
    settle(world, groups=1, ads=1)
    [group] = world.page(Level.ADGROUP)
    world.control("cause", {"id": group["adgroup_id"], "cause": "page-slow"})
    world.control(f"cause?id={group['adgroup_id']}", method="DELETE")
    assert world.control("life")["causes"][0]["until"] is not None


def test_a_mixed_world_draws_its_causes_from_the_seed(open_sandbox: Open) -> None:
    client = open_sandbox(seed=SEED, scenario="mixed")
    settle(client, groups=12, ads=1)
    client.advance(DAY)
    counts = {len(group["causes"]) for group in find_truth(client)}
    assert counts == {0, 1, 2}


def test_an_unknown_cause_is_refused_by_name(world: Client) -> None:
    campaign_id = settle(world, groups=1)
    answer = world.session.post(
        f"{world.base_url}/control/cause", json={"id": campaign_id, "cause": "gremlins"}
    )
    assert answer.status_code == 400 and "cause: one of" in answer.json()["error"]


def test_a_leap_does_not_wait_for_the_next_call(world: Client) -> None:
    settle(world)
    world.advance(5 * DAY)
    assert world.control("truth")["lived_until"].startswith("2026-03-17")


def test_ads_manager_shows_what_was_spent(world: Client) -> None:
    settle(world, groups=1)
    world.advance(2 * DAY)
    page = world.session.get(f"{world.base_url}/").text
    [group] = find_truth(world)
    assert f"{group['spent']:.2f} in all" in page


def test_a_world_without_life_delivers_nothing(open_sandbox: Open) -> None:
    client = open_sandbox(lives=False)
    settle(client)
    client.advance(3 * DAY)
    assert report(client) == [] and find_truth(client) == []
