"""Reads that lag behind, and faults that come in storms."""

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import Client, adgroup_body, campaign_body, done


def lag(client: Client, path: str = "smart_plus/*", **rule: object) -> None:
    client.control("faults", {"path": path, "kind": "stale", **rule})


def test_a_stale_list_misses_what_was_made_meanwhile_in_its_totals_too(open_sandbox: Open) -> None:
    client = open_sandbox()
    old = client.create(Level.CAMPAIGN, campaign_body())["campaign_id"]
    client.advance(21)
    new = client.create(Level.CAMPAIGN, campaign_body())["campaign_id"]
    lag(client)
    stale = done(client.get("smart_plus/campaign/get/"))
    assert [row["campaign_id"] for row in stale["list"]] == [old]
    assert stale["page_info"]["total_number"] == 1
    client.advance(20)
    assert [row["campaign_id"] for row in client.page(Level.CAMPAIGN)] == [new, old]


def test_a_stale_read_shows_old_values_switches_and_deleted_objects(open_sandbox: Open) -> None:
    client = open_sandbox()
    campaign_id, adgroup_id, [ad_id] = client.grow(campaign_name="Before")
    client.advance(30)
    for name in ("Middle", "After"):
        client.update(Level.CAMPAIGN, {"campaign_id": campaign_id, "campaign_name": name})
    done(client.switch(Level.ADGROUP, [adgroup_id], "DISABLE"))
    done(client.switch(Level.AD, [ad_id], "DELETE"))
    lag(client, seconds=10)
    assert client.find(Level.CAMPAIGN, campaign_id)["campaign_name"] == "Before"
    assert client.find(Level.ADGROUP, adgroup_id)["operation_status"] == "ENABLE"
    assert client.find(Level.AD, ad_id)["secondary_status"] == "AD_STATUS_DELIVERY_OK"
    client.advance(10)
    assert client.find(Level.CAMPAIGN, campaign_id)["campaign_name"] == "After"
    assert client.page(Level.AD) == []


def test_children_of_a_deleted_campaign_are_still_there_in_a_stale_read(open_sandbox: Open) -> None:
    client = open_sandbox()
    campaign_id, adgroup_id, _ = client.grow()
    client.advance(30)
    done(client.switch(Level.CAMPAIGN, [campaign_id], "DELETE"))
    lag(client)
    assert client.find(Level.ADGROUP, adgroup_id)["campaign_name"] == "Spring"


def test_writes_never_see_the_past(open_sandbox: Open) -> None:
    client = open_sandbox()
    lag(client)
    campaign_id = client.create(Level.CAMPAIGN, campaign_body())["campaign_id"]
    assert client.page(Level.CAMPAIGN) == []
    client.create(Level.ADGROUP, adgroup_body(campaign_id))


def test_which_reads_lag_comes_from_the_seed(open_sandbox: Open) -> None:
    runs = []
    for database in ("one.sqlite3", "two.sqlite3"):
        client = open_sandbox(database)
        client.create(Level.CAMPAIGN, campaign_body())
        lag(client, "smart_plus/campaign/get/", probability=0.4, seed=11)
        runs.append([len(client.page(Level.CAMPAIGN)) for _ in range(30)])
    assert runs[0] == runs[1] and set(runs[0]) == {0, 1}


def test_a_lag_longer_than_the_past_is_kept_is_refused(strict: Client) -> None:
    rule = {"path": "*", "kind": "stale", "seconds": 21}
    answer = strict.session.post(f"{strict.base_url}/control/faults", json=rule)
    assert (answer.status_code, "seconds" in answer.json()["error"]) == (400, True)


def test_a_storm_is_many_refusals_in_a_row(open_sandbox: Open) -> None:
    client = open_sandbox()
    rule = {"path": "*", "kind": "throttle", "probability": 0.05, "burst": 8, "seed": 3}
    client.control("faults", rule)
    codes = [client.get("smart_plus/ad/get/")["code"] for _ in range(100)]
    storms = "".join("x" if code else " " for code in codes).split()
    assert storms and all(len(storm) >= 8 for storm in storms[:-1])
    assert codes.count(0) > 20


def test_a_storm_on_order_starts_where_it_is_told(strict: Client) -> None:
    strict.control("faults", {"path": "*", "kind": "throttle", "skip": 2, "times": 5})
    codes = [strict.get("smart_plus/ad/get/")["code"] for _ in range(9)]
    assert codes == [0, 0, *[40100] * 5, 0, 0]
