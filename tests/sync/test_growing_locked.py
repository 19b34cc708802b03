"""What is added to a learning campaign waits for a manager, and goes live once one agrees."""

import copy
from typing import Any

import pytest

from campaigns.models import AdGroup, Campaign, Proposal, Result
from campaigns.services import deciding
from campaigns.services.errors import MustPropose
from campaigns.services.growing import grow
from campaigns.services.proposing import grow_or_propose
from tests.sync.conftest import World
from tests.sync.test_editing import go_live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def learning(strict: World, spark_tree: dict[str, Any]) -> Campaign:
    """Live, with a day of delivery read back."""
    campaign = go_live(strict, spark_tree)
    strict.pass_time(86_400)
    Result.objects.create(
        advertiser=strict.advertiser, adgroup=AdGroup.objects.get(), day=strict.now.date(), spend=100,
        impressions=9000, real_time_conversions=5, read_at=strict.now,
    )  # fmt: skip
    return campaign


def ask(world: World, parent: Any, child: dict[str, Any]) -> Any:
    given = {"actor": world.buyer, "door": "rest", "parent": parent, "children": [child], "now": world.now}
    yes = frozenset({("sent-otherwise-money-or-audience", None), ("custom-identity-closed", None)})
    return grow_or_propose(**given, acknowledged=yes, reason="a new clip")


def test_an_ad_added_inside_learning_waits_and_goes_live_when_it_is_approved(
    strict: World, learning: Campaign, spark_tree: dict[str, Any]
) -> None:
    ad = copy.deepcopy(spark_tree["adgroups"][0]["ads"][0]) | {"ad_name": "Second"}
    proposal = ask(strict, AdGroup.objects.get(), ad)
    assert isinstance(proposal, Proposal)
    item = proposal.items.get()
    assert item.cost["chance"] > 0 and AdGroup.objects.get().ads.count() == 1
    deciding.approve(actor=strict.manager, door="rest", proposal=proposal, version=1, now=strict.now)
    item.refresh_from_db()
    assert (proposal.state, item.receipt) == ("applied", "done")
    assert strict.settle()
    assert sorted(row["operation_status"] for row in strict.remote("ad")) == ["ENABLE", "ENABLE"]


def test_an_ad_group_added_inside_learning_waits_too(
    strict: World, learning: Campaign, spark_tree: dict[str, Any]
) -> None:
    group = copy.deepcopy(spark_tree["adgroups"][0]) | {"adgroup_name": "Second"}
    with pytest.raises(MustPropose):
        grow(actor=strict.manager, door="rest", parent=learning, children=[group], now=strict.now,
             acknowledged=frozenset({("sent-otherwise-money-or-audience", None)}))  # fmt: skip
    assert AdGroup.objects.count() == 1
    assert isinstance(ask(strict, learning, group), Proposal)


def test_what_the_rules_refuse_cannot_be_added_by_asking(
    strict: World, learning: Campaign, spark_tree: dict[str, Any]
) -> None:
    proposal = ask(strict, learning, copy.deepcopy(spark_tree["adgroups"][0]) | {"adgroup_name": "Second"})
    Proposal.objects.filter(pk=proposal.pk).update(state="open")
    item = proposal.items.get()
    item.after = {"adgroups": [item.after["adgroups"][0] | {"bid_type": "BID_TYPE_CUSTOM"}]}
    item.save()
    deciding.approve(actor=strict.manager, door="rest", proposal=proposal, version=1, now=strict.now)
    item.refresh_from_db()
    assert (proposal.state, item.receipt, AdGroup.objects.count()) == ("stopped", "refused", 1)
