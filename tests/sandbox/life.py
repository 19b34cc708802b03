"""Worlds to live in: a campaign that delivers, and what its reports say."""

from typing import Any

from campaigns.contract.levels import Level
from tests.sandbox.support import US, Client, ad_body, adgroup_body, campaign_body, done

DAY = 86_400
HOUR = 3_600
SEED = 7
FIRST_DAY = "2026-03-12"
CAPPED = {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 1}
OWN_BUDGET = {"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": 80}


def settle(
    client: Client, *, groups: int = 2, ads: int = 2, campaign: dict[str, Any] | None = None, **adgroup: Any
) -> str:
    """A campaign that may deliver from its review on; tells its id."""
    campaign_id = client.create(Level.CAMPAIGN, campaign_body(**(campaign or {})))["campaign_id"]
    for _ in range(groups):
        grown = client.create(Level.ADGROUP, adgroup_body(campaign_id, **adgroup))["adgroup_id"]
        for _ in range(ads):
            client.create(Level.AD, ad_body(grown))
    return str(campaign_id)


def ask(client: Client, *dimensions: str, **changes: Any) -> dict[str, Any]:
    """The envelope of an integrated report; by campaign where nothing is said."""
    names = list(dimensions or ("campaign_id",))
    levels = {
        "advertiser_id": "AUCTION_ADVERTISER",
        "campaign_id": "AUCTION_CAMPAIGN",
        "adgroup_id": "AUCTION_ADGROUP",
    }
    question = {
        "report_type": "BASIC",
        "data_level": next((levels[name] for name in names if name in levels), "AUCTION_AD"),
        "dimensions": names,
        "metrics": ["spend", "impressions", "clicks", "conversion"],
        "start_date": FIRST_DAY,
        "end_date": "2026-03-31",
        "page_size": 1000,
        **changes,
    }
    return client.get(
        "report/integrated/get/", **{name: value for name, value in question.items() if value is not None}
    )


def report(client: Client, *dimensions: str, **changes: Any) -> list[dict[str, Any]]:
    return list(done(ask(client, *dimensions, **changes))["list"])


def sum_of(rows: list[dict[str, Any]], metric: str) -> float:
    return sum(float(row["metrics"][metric]) for row in rows)


def find_truth(client: Client) -> list[dict[str, Any]]:
    return list(client.control("truth")["adgroups"])


def edit(client: Client, level: Level, key: str, **body: Any) -> None:
    """Behind everybody's back, so that no judge is in the way."""
    client.control("status", {"level": level.value, "id": key, **body})


__all__ = [
    "CAPPED",
    "DAY",
    "HOUR",
    "OWN_BUDGET",
    "SEED",
    "US",
    "ask",
    "edit",
    "find_truth",
    "report",
    "settle",
    "sum_of",
]
