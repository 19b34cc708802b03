"""The three permissions that the product needs are found out by asking, and each is told by name (P8)."""

from typing import Any

from campaigns.models import Advertiser
from campaigns.services.readiness import refresh_account
from tests.sync.conftest import World, example_1, open_world, world  # noqa: F401 - fixtures

ALL = {
    "Ads Management › Upgraded Smart Plus Ads",
    "Reporting › Upgraded Smart+ Report",
    "Creative Management › Creative tool",
}


def read_scopes(world: World) -> dict[str, Any]:  # noqa: F811
    refresh_account(advertiser=world.advertiser, now=world.now, road=world.road)
    scopes = Advertiser.objects.get(pk=world.advertiser.pk).readiness["scopes"]
    return {row["scope"]: row["ok"] for row in scopes}


def test_without_an_ad_the_creative_tool_is_unknown_and_the_others_are_there(world: World) -> None:  # noqa: F811
    found = read_scopes(world)
    assert set(found) == ALL
    assert found["Creative Management › Creative tool"] is None
    assert found["Ads Management › Upgraded Smart Plus Ads"] is True
    assert found["Reporting › Upgraded Smart+ Report"] is True


def test_with_an_ad_all_three_are_known(world: World, example_1: dict[str, Any]) -> None:  # noqa: F811
    world.launch(world.draft(example_1))
    assert world.settle()
    assert set(read_scopes(world).values()) == {True}


def test_an_outage_is_no_missing_permission(world: World) -> None:  # noqa: F811
    world.strike("smart_plus/material_report/overview/", "http-500")
    assert read_scopes(world)["Reporting › Upgraded Smart+ Report"] is None


def test_a_permission_that_is_missing_is_told(world: World) -> None:  # noqa: F811
    world.strike("smart_plus/material_report/overview/", "throttle", code=40001)
    assert read_scopes(world)["Reporting › Upgraded Smart+ Report"] is False
