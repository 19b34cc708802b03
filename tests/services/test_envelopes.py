"""The envelope of an account: approvals hold their room, and no two take the same."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import Campaign, Change, Envelope, Hold, Proposal
from campaigns.services import deciding
from campaigns.services.edits import Edit
from campaigns.services.envelopes import measure_account, set_envelope
from campaigns.services.errors import Forbidden, Refused, ServiceError
from campaigns.services.openings import run_due
from tests.api.test_races import run_at_once
from tests.services.proposing import NOW, Team, make_team
from tests.services.test_proposals import decide

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team() -> Team:
    return make_team()


def enclose(team: Team, amount: str, **given: Any) -> Envelope:
    members = {"actor": team.boss, "door": "page", "reason": "the client's cap", "now": NOW} | given
    return set_envelope(advertiser=team.account, amount=Decimal(amount), **members)


def ask(team: Team, campaign: Campaign, budget: str = "600.00") -> Proposal:
    return team.ask(Edit(campaign, {"budget": budget}), valid_until=NOW + timedelta(days=10))


def test_only_an_administrator_sets_it_and_it_is_in_the_journal(team: Team) -> None:
    with pytest.raises(Forbidden):
        enclose(team, "1000", actor=team.manager)
    enclose(team, "1000")
    assert Change.objects.get(act="envelope").after == {"amount": "1000"}


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "Infinity", "1000000000000", "0.00001", "12.345"])
def test_an_envelope_holds_an_amount_above_nothing_that_its_currency_knows(team: Team, amount: str) -> None:
    with pytest.raises(Refused):
        enclose(team, amount)


def test_what_is_live_counts_with_its_worst_day(team: Team) -> None:
    team.learn()
    assert measure_account(team.account, now=NOW).day == Decimal("625")


def test_an_approval_beyond_it_is_refused_and_applies_nothing(team: Team) -> None:
    campaign = team.learn()
    enclose(team, "700")
    proposal = ask(team, campaign)  # 600 a day may spend 750 on its worst
    with pytest.raises(Refused, match="75.00 are left and this adds 125.00"):
        decide("approve", proposal, team.manager)
    assert Proposal.objects.get().state == "open"
    assert Campaign.objects.get().wanted["budget"] == "500.00"


def test_an_approval_within_it_uses_its_hold(team: Team) -> None:
    campaign = team.learn()
    enclose(team, "800")
    decide("approve", ask(team, campaign), team.manager)
    assert (Hold.objects.get().state, Envelope.objects.get().held) == ("used", 0)
    assert measure_account(team.account, now=NOW).day == Decimal("750")


def test_what_waits_holds_its_room_until_it_is_used(team: Team) -> None:
    first, second = team.learn(), team.learn()
    enclose(team, "1400")  # 1250 live, room for one raise of 125
    decide("wait", ask(team, first), team.manager)
    assert Envelope.objects.get().held == 125
    with pytest.raises(Refused):
        decide("approve", ask(team, second), team.manager)
    run_due(now=NOW + timedelta(days=5))
    assert (Hold.objects.get().state, Envelope.objects.get().held) == ("used", 0)


@pytest.mark.parametrize("what", ["refuse", "send_back", "expire"])
def test_what_comes_to_nothing_gives_its_room_back(team: Team, what: str) -> None:
    proposal = ask(team, team.learn())
    enclose(team, "800")
    decide("wait", proposal, team.manager)
    if what == "expire":
        Proposal.objects.update(valid_until=NOW + timedelta(hours=1))
        run_due(now=NOW + timedelta(hours=2))
    else:
        decide(what, proposal, team.manager, comment="not now")
    assert (Hold.objects.get().state, Envelope.objects.get().held) == ("freed", 0)


def test_a_lowering_needs_no_room(team: Team) -> None:
    campaign = team.learn()
    enclose(team, "100")
    decide("approve", ask(team, campaign, "300.00"), team.manager)
    assert not Hold.objects.exists()


def test_approvals_at_once_cannot_take_the_same_room(team: Team) -> None:
    """Three raises of 125 each, and room for two."""
    proposals = [ask(team, team.learn()) for _ in range(3)]
    enclose(team, str(3 * 625 + 260))

    def approve(proposal: Proposal, how: str) -> str:
        fresh = Proposal.objects.get(pk=proposal.pk)
        try:
            getattr(deciding, how)(
                actor=team.manager, door="rest", proposal=fresh, version=fresh.version, now=NOW
            )
        except ServiceError as error:
            return type(error).__name__
        return "done"

    hows = ("approve", "wait", "approve")
    answers = run_at_once(
        *[lambda row=row, how=how: approve(row, how) for row, how in zip(proposals, hows, strict=True)]
    )
    assert sorted(answers) == ["Refused", "done", "done"]
    envelope = Envelope.objects.get()
    live = measure_account(team.account, now=NOW).day
    assert live is not None and live + envelope.held <= envelope.amount


def test_of_many_approvals_of_one_proposal_at_once_one_applies_it(team: Team) -> None:
    campaign = team.learn()
    proposal = ask(team, campaign)

    def approve() -> str:
        fresh = Proposal.objects.get(pk=proposal.pk)
        try:
            deciding.approve(actor=team.manager, door="rest", proposal=fresh, version=1, now=NOW)
        except ServiceError as error:
            return type(error).__name__
        return "done"

    answers = run_at_once(approve, approve, approve)
    assert answers.count("done") == 1
    assert Change.objects.filter(act="edited", campaign_ref=campaign.pk).count() == 1


def test_an_opening_on_two_workers_at_once_applies_once(team: Team) -> None:
    campaign = team.learn()
    decide("wait", ask(team, campaign), team.manager)
    late = NOW + timedelta(days=5)
    assert sorted(run_at_once(lambda: run_due(now=late), lambda: run_due(now=late))) == [0, 1]
    assert Change.objects.filter(act="edited", campaign_ref=campaign.pk).count() == 1
