"""What waits for its lock goes by itself when it opens: together, judged again, once."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.models import Campaign, Change, Proposal, Push
from campaigns.services import deciding
from campaigns.services.edits import Edit
from campaigns.services.openings import run_due
from tests.services.proposing import NOW, Team, make_team
from tests.services.test_proposals import budget_of, decide, move

pytestmark = pytest.mark.django_db(transaction=True)
State = Proposal.State
OPEN = NOW + timedelta(days=5)  # the lock of seven days is open then


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def campaign(team: Team) -> Campaign:
    return team.learn()


def wait(team: Team, *edits: Edit, **given: Any) -> Proposal:
    proposal = team.ask(*edits, **({"valid_until": NOW + timedelta(days=12)} | given))
    return decide("wait", proposal, team.manager)


def test_while_the_lock_holds_nothing_goes(team: Team, campaign: Campaign) -> None:
    proposal = wait(team, Edit(campaign, {"budget": "600.00"}))
    assert run_due(now=NOW + timedelta(days=1)) == 0
    proposal.refresh_from_db()
    assert (proposal.state, budget_of(campaign)) == (State.WAITING, "500.00")


def test_when_it_opens_it_goes_by_itself_and_once(team: Team, campaign: Campaign) -> None:
    proposal = wait(team, Edit(campaign, {"budget": "600.00"}))
    assert (run_due(now=OPEN), run_due(now=OPEN)) == (1, 0)
    proposal.refresh_from_db()
    change = proposal.items.get().change
    assert (proposal.state, budget_of(campaign)) == (State.APPLIED, "600.00")
    assert (change.actor, change.door) == (team.manager, Change.Door.MACHINE)
    assert Push.objects.get(campaign=campaign, aspect="body").state == Push.State.WAITING


def test_a_value_that_moved_meanwhile_lets_it_fall(team: Team, campaign: Campaign) -> None:
    proposal = wait(team, Edit(campaign, {"budget": "600.00"}))
    move(campaign, "550.00")
    run_due(now=OPEN)
    proposal.refresh_from_db()
    assert (proposal.state, budget_of(campaign)) == (State.STALE, "550.00")


def test_what_speaks_against_it_by_then_brings_it_back_to_the_manager(team: Team, campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    for side in ("wanted", "remote"):
        setattr(
            group,
            side,
            getattr(group, side) | {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "10.00"},
        )
    group.save()
    proposal = wait(
        team, Edit(group, {"conversion_bid_price": "15.00"})
    )  # after learning a step of 15 % is the most
    run_due(now=OPEN)
    proposal.refresh_from_db()
    assert proposal.state == State.OPEN
    assert "bid-step-size" in {row["rule"] for row in proposal.items.get().findings}
    assert deciding.approve(
        actor=team.manager, door="page", proposal=proposal, version=proposal.version, now=OPEN
    ).state == State.APPLIED  # fmt: skip


def test_all_that_waits_for_an_ad_group_goes_together(team: Team, campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    first = wait(team, Edit(campaign, {"budget": "900.00"}))  # so large that it begins anew
    second = wait(team, Edit(group, {"targeting_spec": {"location_ids": ["6252001"], "languages": ["en"]}}))
    assert run_due(now=OPEN) == 2
    assert {first.items.get().receipt, second.items.get().receipt} == {"done"}


def test_of_two_that_change_the_same_the_later_falls(team: Team, campaign: Campaign) -> None:
    first = wait(team, Edit(campaign, {"budget": "600.00"}))
    second = wait(team, Edit(campaign, {"budget": "550.00"}))
    run_due(now=OPEN)
    states = [Proposal.objects.get(pk=item.pk).state for item in (first, second)]
    assert (states, budget_of(campaign)) == ([State.APPLIED, State.STALE], "600.00")


def test_what_nobody_decided_expires(team: Team, campaign: Campaign) -> None:
    proposal = team.ask(Edit(campaign, {"budget": "600.00"}), valid_until=NOW + timedelta(hours=1))
    run_due(now=NOW + timedelta(hours=2))
    proposal.refresh_from_db()
    assert proposal.state == State.EXPIRED
    assert proposal.decisions.last().actor is None


def test_a_bounded_one_goes_when_the_live_value_comes_into_its_bounds(team: Team, campaign: Campaign) -> None:
    proposal = team.ask(Edit(campaign, {"budget": "600.00"}))
    decide("approve", proposal, team.manager, bounds={"least": 540, "most": 600})
    assert run_due(now=NOW) == 0
    move(campaign, "550.00")
    assert (run_due(now=NOW), budget_of(campaign)) == (1, "600.00")


def test_a_bounded_one_ends_with_its_time(team: Team, campaign: Campaign) -> None:
    proposal = team.ask(Edit(campaign, {"budget": "600.00"}))
    until = (NOW + timedelta(hours=1)).isoformat()
    decide("approve", proposal, team.manager, bounds={"least": 540, "until": until})
    move(campaign, "550.00")
    run_due(now=NOW + timedelta(hours=2))
    proposal.refresh_from_db()
    assert (proposal.state, budget_of(campaign)) == (State.EXPIRED, "550.00")
