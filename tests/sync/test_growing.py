"""Ad groups and ads added to a live campaign: made off, read back, switched on under a campaign that stays on."""

import copy
from typing import Any

import pytest

from campaigns import queries
from campaigns.models import AdGroup, Campaign, Change, Notice, Push
from campaigns.queries.attention import count_trouble
from campaigns.rules.findings import FindingLevel
from campaigns.services import growing
from campaigns.services.errors import Refused, Unconfirmed, WrongState
from tests.sync.conftest import World
from tests.sync.test_editing import go_live


@pytest.fixture
def live(strict: World, spark_tree: dict[str, Any]) -> Campaign:
    return go_live(strict, spark_tree)


def grow(world: World, parent: Any, child: dict[str, Any]) -> Any:
    """Adds one object, with a yes to every confirm."""
    given: dict[str, Any] = {
        "actor": world.manager,
        "door": "rest",
        "parent": parent,
        "children": [child],
        "now": world.now,
    }
    try:
        return growing.grow(**given)
    except Unconfirmed as error:
        yes = frozenset((item.rule, item.path) for item in error.findings)
        return growing.grow(**given, acknowledged=yes)


def another(tree: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(tree["adgroups"][0]), "adgroup_name": "Second", **members}


def state_of(world: World) -> str:
    return str(queries.visible_campaigns(world.buyer).get().state)


def test_an_ad_group_with_its_ad_goes_live_under_a_campaign_that_is_on(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    grow(strict, live, another(spark_tree))
    assert strict.settle()
    assert {row["operation_status"] for row in strict.remote("adgroup")} == {"ENABLE"}
    assert len(strict.remote("adgroup")) == len(strict.remote("ad")) == 2
    assert state_of(strict) == "live"


def test_nothing_added_is_on_before_all_of_it_was_read_back(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/*/get/", "http-500")
    grow(strict, live, another(spark_tree))
    strict.work_until(
        lambda: not Push.objects.filter(launch__grows=True, aspect="body").exclude(state="done").exists()
    )
    strict.control("faults", method="DELETE")
    new = AdGroup.objects.get(name="Second")
    held = {row["adgroup_id"]: row["operation_status"] for row in strict.remote("adgroup")}
    assert held[str(new.remote_id)] == "DISABLE"
    assert state_of(strict) == "live"
    assert strict.settle()


def test_an_ad_is_added_to_a_live_ad_group(strict: World, live: Campaign, spark_tree: dict[str, Any]) -> None:
    group = live.adgroups.get()
    grow(strict, group, {**spark_tree["adgroups"][0]["ads"][0], "ad_name": "Second"})
    assert strict.settle()
    assert {row["operation_status"] for row in strict.remote("ad")} == {"ENABLE"}
    assert Change.objects.filter(act="grew").count() == 1


def test_one_that_is_unlike_its_live_siblings_is_refused_and_leaves_no_row(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    unlike = another(spark_tree, optimization_goal="CLICK", billing_event="CPC")
    for name in ("optimization_event", "pixel_id"):
        unlike.pop(name)
    with pytest.raises(Refused) as refused:
        grow(strict, live, unlike)
    rules = {item.rule for item in refused.value.findings if item.level is FindingLevel.REFUSE}
    assert "uniform-with-cbo" in rules
    assert live.adgroups.count() == 1


def test_several_unlike_the_one_that_is_live_are_refused_too(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    unlike = another(spark_tree, optimization_goal="CLICK", billing_event="CPC")
    for name in ("optimization_event", "pixel_id"):
        unlike.pop(name)
    with pytest.raises(Refused):
        growing.grow(
            actor=strict.manager,
            door="rest",
            parent=live,
            children=[unlike, {**unlike, "adgroup_name": "Third"}],
            now=strict.now,
        )


def test_a_lost_answer_makes_no_second_ad_group(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/adgroup/create/", "answer-lost", times=1)
    grow(strict, live, another(spark_tree))
    assert strict.settle()
    assert len(strict.remote("adgroup")) == 2


def test_what_was_switched_off_elsewhere_stays_off_while_it_grows(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    group = live.adgroups.get()
    strict.control("status", {"level": "adgroup", "id": group.remote_id, "operation_status": "DISABLE"})
    grow(strict, live, another(spark_tree))
    assert strict.settle()
    held = {row["adgroup_id"]: row["operation_status"] for row in strict.remote("adgroup")}
    assert held[str(group.remote_id)] == "DISABLE"


def test_a_drift_of_what_is_live_does_not_hold_up_what_is_added(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    strict.control("status", {"level": "campaign", "id": live.remote_id, "budget": 900})
    grow(strict, live, another(spark_tree))
    assert strict.settle()
    assert len([row for row in strict.remote("adgroup") if row["operation_status"] == "ENABLE"]) == 2


def test_a_second_growth_waits_for_the_first(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    grow(strict, live, another(spark_tree))
    with pytest.raises(WrongState):
        grow(strict, live, another(spark_tree, adgroup_name="Third"))


def test_a_campaign_can_be_stopped_and_started_while_it_grows(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    from campaigns.services.switches import set_switch

    grow(strict, live, another(spark_tree))
    for status in ("DISABLE", "ENABLE"):
        set_switch(actor=strict.manager, door="page", thing=live, status=status, now=strict.now)
        live = Campaign.objects.get(pk=live.pk)
    assert strict.settle()
    assert strict.remote("campaign")[0]["operation_status"] == "ENABLE"


def test_the_end_of_a_growth_speaks_of_what_was_added_alone(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    grow(strict, live, another(spark_tree))
    assert strict.settle()
    text = Notice.objects.filter(kind=Notice.Kind.LAUNCH_FINISHED).latest("pk").text
    assert "what was added stands at TikTok as planned" in text


def test_what_is_refused_of_a_growth_leaves_the_campaign_live_and_says_so(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/adgroup/create/", "throttle", code=40002, times=1)
    grow(strict, live, another(spark_tree))
    strict.work_until(lambda: Push.objects.filter(state="refused").exists())
    campaign = queries.visible_campaigns(strict.buyer).get()
    assert (campaign.state, campaign.mends) == ("live", True)
    progress = queries.read_progress(campaign, real_now=strict.now)
    assert progress is not None and progress.state == "failed"
    assert count_trouble(strict.buyer).refused == 1


def test_what_was_refused_of_a_growth_is_made_by_launching_again(
    strict: World, live: Campaign, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/adgroup/create/", "throttle", code=40002, times=1)
    grow(strict, live, another(spark_tree))
    strict.work_until(lambda: Push.objects.filter(state="refused").exists())
    strict.launch(Campaign.objects.get(pk=live.pk))
    assert strict.settle()
    campaign = queries.visible_campaigns(strict.buyer).get()
    assert (campaign.state, campaign.mends, len(strict.remote("adgroup"))) == ("live", False, 2)
