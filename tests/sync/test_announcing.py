"""What people and machines are told of both roads: ends, needs, statuses, refusals, and what was changed elsewhere."""

from typing import Any

import pytest

from campaigns.models import Campaign, Notice
from campaigns.sync.pull import refresh_tree
from tests.sync.conftest import World

pytestmark = pytest.mark.django_db


def list_kinds() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def live(world: World, example_1: dict[str, Any]) -> Campaign:
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    return Campaign.objects.get(pk=campaign.pk)


def test_the_end_of_a_launch_is_told_once(live: Campaign) -> None:
    assert list_kinds().count("launch_finished") == 1
    notice = Notice.objects.get(kind="launch_finished")
    assert (notice.campaign_ref, notice.data["campaign_id"]) == (live.pk, live.remote_id)


def test_what_somebody_changed_at_tiktok_is_told(world: World, live: Campaign) -> None:
    world.pass_time(600)
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 900})
    refresh_tree(world.gateway, live)
    notice = Notice.objects.get(kind="drift_found")
    assert [item["member"] for item in notice.data["moved"]] == ["body:budget"]


def test_a_reading_without_news_tells_nothing(world: World, live: Campaign) -> None:
    before = list_kinds()
    world.pass_time(600)
    refresh_tree(world.gateway, live)
    assert list_kinds() == before
