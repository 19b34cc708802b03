"""Pace is measured over everybody's edits, and a budget's raise over what was really spent (L3, B4, R24)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import Campaign, Flip, Result
from campaigns.services.edits import Edit, judge_edits
from campaigns.services.pacing import list_offers, list_steps
from campaigns.services.wanted import reload
from tests import factories
from tests.services.proposing import NOW, Team, make_team

pytestmark = pytest.mark.django_db(transaction=True)
LEARNED = NOW + timedelta(days=6)


@pytest.fixture
def team() -> Team:
    return make_team()


def spend(campaign: Campaign, *amounts: int) -> None:
    """What the campaign spent day by day, the last of them yesterday."""
    for back, amount in enumerate(reversed(amounts), 1):
        day = (LEARNED - timedelta(days=back)).date()
        Result.objects.create(
            advertiser=campaign.advertiser, campaign=campaign, day=day, spend=amount, read_at=NOW
        )


def rules_of(campaign: Campaign, **changes: Any) -> set[str]:
    edits = [Edit(campaign, changes)]
    return {item.rule for item in judge_edits(campaign=reload(campaign), edits=edits, now=LEARNED).findings}


def test_a_step_made_elsewhere_counts_as_one_of_ours(team: Team) -> None:
    group = team.learn().adgroups.get()
    Flip.objects.create(
        advertiser=team.account, campaign_ref=group.campaign_id, target=f"adgroups/{group.pk}",
        member="body:conversion_bid_price", before="10", after="11", cause="elsewhere", at=NOW,
    )  # fmt: skip
    assert [(step.name, step.at) for step in list_steps(group)] == [("conversion_bid_price", NOW)]


def test_the_largest_free_step_of_a_bid_and_its_date_are_offered(team: Team) -> None:
    group = team.learn().adgroups.get()
    group.wanted |= {"conversion_bid_price": "10.00"}
    group.save()
    factories.make_change(
        group.campaign, target=f"adgroups/{group.pk}", after={"conversion_bid_price": "10.00"}, at=NOW
    )
    (offer,) = list_offers(group, now=NOW)
    assert (offer.step.least, offer.step.most) == (Decimal("8.50"), Decimal("11.50"))
    assert offer.step.free_at == NOW + timedelta(days=2)


def test_a_budget_used_up_day_after_day_may_rise(team: Team) -> None:
    campaign = team.learn()
    spend(campaign, 490, 495, 500)
    assert "budget-raise-unspent" not in rules_of(campaign, budget="600.00")


def test_a_budget_that_is_not_used_up_needs_no_raise(team: Team) -> None:
    campaign = team.learn()
    spend(campaign, 490, 200, 500)
    assert "budget-raise-unspent" in rules_of(campaign, budget="600.00")


def test_no_budget_goes_below_what_today_has_spent_already(team: Team) -> None:
    campaign = team.learn()
    Result.objects.create(
        advertiser=team.account, campaign=campaign, day=LEARNED.date(), spend=400, read_at=LEARNED
    )
    assert "budget-covers-spend" in rules_of(campaign, budget="410.00")
    assert "budget-covers-spend" not in rules_of(campaign, budget="430.00")


def test_where_nobody_knows_the_spend_nothing_is_claimed(team: Team) -> None:
    assert rules_of(team.learn(), budget="450.00") & {"budget-covers-spend", "budget-raise-unspent"} == set()
