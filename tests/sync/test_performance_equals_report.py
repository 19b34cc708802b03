"""What the Performance tab counts is what TikTok's own report says of the same days."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from campaigns.contract.levels import Level
from campaigns.models import Campaign
from campaigns.queries import with_tree
from campaigns.queries.performance import read_series
from campaigns.sync.results import DIMENSIONS, Span, read_results
from smartplus_admin.sandbox.inprocess import BASE_URL
from tests.sync.conftest import World

FIRST, LAST = date(2026, 3, 12), date(2026, 3, 17)
SAME = {  # our measure → TikTok's, and the digits that it writes
    "spend": ("spend", 2),
    "results": ("result", 0),
    "cost": ("cost_per_result", 2),
    "roas": ("complete_payment_roas", 2),
    "impressions": ("impressions", 0),
    "clicks": ("clicks", 0),
    "ctr": ("ctr", 2),
}


def ask(world: World, level: Level, *, by_day: bool) -> dict[tuple[str, str], dict[str, str]]:
    """TikTok's integrated report, asked for its own ratios, by id and day ("" for all days together)."""
    dimensions = [DIMENSIONS[level], *(["stat_time_day"] if by_day else [])]
    answer = world.session.get(
        f"{BASE_URL}/open_api/v1.3/report/integrated/get/",
        params={
            "advertiser_id": world.advertiser.advertiser_id,
            "report_type": "BASIC",
            "data_level": f"AUCTION_{level.upper()}",
            "dimensions": json.dumps(dimensions),
            "metrics": json.dumps([name for name, _ in SAME.values()]),
            "start_date": FIRST.isoformat(),
            "end_date": LAST.isoformat(),
            "page_size": 1000,
        },
        headers={"Access-Token": world.app.token},
    ).json()
    assert answer["code"] == 0, answer
    return {
        (row["dimensions"][DIMENSIONS[level]], row["dimensions"].get("stat_time_day", "")[:10]): row[
            "metrics"
        ]
        for row in answer["data"]["list"]
    }


def differ(numbers: Any, told: dict[str, str]) -> dict[str, tuple[Decimal, str]]:
    """Where ours lies further from TikTok's than its own rounding. It writes a click rate in percent, and 0 for n/0."""
    found = {}
    for name, (metric, digits) in SAME.items():
        value = Decimal(getattr(numbers, name) or 0) * (100 if name == "ctr" else 1)
        if abs(value - Decimal(told[metric])) > Decimal(5).scaleb(-digits - 1):
            found[metric] = (value, told[metric])
    return found


@pytest.mark.parametrize("level", list(Level))
def test_every_day_and_all_days_together_equal_tiktoks_report(
    open_world: Callable[..., World], example_1: dict[str, Any], level: Level
) -> None:
    world = open_world(seed=7)
    world.launch(world.draft(example_1))
    assert world.settle()
    world.pass_time(4 * 86_400)
    read_results(world.gateway, Span(FIRST, LAST), now=world.now)
    campaign = with_tree(Campaign.objects.select_related("advertiser")).get()
    ours = {item.remote_id: item for item in read_series(campaign, level, first=FIRST, last=LAST)}
    by_day, together = ask(world, level, by_day=True), ask(world, level, by_day=False)
    assert len(by_day) >= 4
    for (key, day), told in by_day.items():
        assert differ(ours[key].days[date.fromisoformat(day)], told) == {}
    for (key, _), told in together.items():
        assert differ(ours[key].total, told) == {}
