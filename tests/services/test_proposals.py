"""A change inside learning is asked for, decided once, judged again and carried out exactly once (L2)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import Campaign, Change, ClientToken, Decision, Proposal, ProposalItem, Push
from campaigns.rules.authority import Scope
from campaigns.services import deciding
from campaigns.services.desk import list_cards
from campaigns.services.edits import Edit
from campaigns.services.errors import Forbidden, NotWellFormed, Refused, Stale, WrongState
from campaigns.services.proposing import change_or_propose, propose
from tests import factories
from tests.services.proposing import NOW, Team, make_team

pytestmark = pytest.mark.django_db(transaction=True)
State, Receipt = Proposal.State, ProposalItem.Receipt


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def campaign(team: Team) -> Campaign:
    return team.learn()


@pytest.fixture
def proposal(team: Team, campaign: Campaign) -> Proposal:
    return team.edit(campaign, budget="600.00")


def decide(what: str, proposal: Proposal, actor: Any, **given: Any) -> Proposal:
    members = {"door": "page", "version": proposal.version, "now": NOW} | given
    return getattr(deciding, what)(actor=actor, proposal=proposal, **members)


def budget_of(campaign: Campaign) -> Any:
    return Campaign.objects.get(pk=campaign.pk).wanted["budget"]


def move(campaign: Campaign, budget: str) -> None:
    """The live value moves: TikTok holds it and we want it."""
    campaign.refresh_from_db()
    campaign.wanted |= {"budget": budget}
    campaign.remote |= {"budget": budget}
    campaign.save(update_fields=["wanted", "remote"])


def test_a_budget_edit_in_week_one_becomes_a_proposal_and_changes_nothing(
    team: Team, campaign: Campaign
) -> None:
    proposal = team.edit(campaign, budget="600.00")
    assert isinstance(proposal, Proposal)
    assert budget_of(campaign) == "500.00"
    assert not Push.objects.filter(campaign=campaign).exclude(state=Push.State.DONE).exists()


def test_it_says_what_it_costs_and_what_can_be_spent(proposal: Proposal) -> None:
    item = proposal.items.get()
    assert (item.before, item.after) == ({"budget": "500.00"}, {"budget": "600.00"})
    assert "learning-locked" in {row["rule"] for row in item.findings}
    assert item.cost["expected_days"] >= 0 and item.cost["expected_money"] is not None
    assert Decimal(item.exposure["after"]["worst_day"]) == 750


def test_a_price_is_priced_for_every_ad_group_that_tiktok_carries_it_to(team: Team) -> None:
    campaign = team.learn(adgroups=3)
    for group in campaign.adgroups.all():
        group.wanted |= {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "10.00"}
        group.remote |= {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 10}
        group.save()
    proposal = team.ask(Edit(campaign.adgroups.first(), {"conversion_bid_price": "12.00"}))
    assert len(proposal.items.get().cost["adgroups"]) == 3


def test_a_harmless_edit_passes_inside_learning(team: Team, campaign: Campaign) -> None:
    booked = team.edit(campaign, campaign_name="Winter sale")
    assert [change.act for change in booked] == [Change.Act.EDITED]


def test_a_stop_passes_inside_learning(team: Team, campaign: Campaign) -> None:
    booked = team.edit(campaign.adgroups.get(), operation_status="DISABLE")
    assert [change.act for change in booked] == [Change.Act.STOPPED]


def test_an_emergency_lowering_goes_at_once_and_is_shown_to_the_manager(
    team: Team, campaign: Campaign
) -> None:
    given = {"actor": team.buyer, "door": "page", "edits": [Edit(campaign, {"budget": "300.00"})], "now": NOW}
    booked = change_or_propose(**given, emergency="the shop is down")
    assert [change.act for change in booked] == [Change.Act.EDITED]
    shown = Proposal.objects.get()
    assert (shown.emergency, shown.state, shown.items.get().receipt) == (True, State.APPLIED, Receipt.DONE)
    assert shown.items.get().cost is not None


def test_an_approval_applies_it_once_with_a_receipt(
    team: Team, campaign: Campaign, proposal: Proposal
) -> None:
    decide("approve", proposal, team.manager)
    item = proposal.items.get()
    assert (proposal.state, item.receipt, budget_of(campaign)) == (State.APPLIED, Receipt.DONE, "600.00")
    assert item.change.actor == team.manager
    assert Push.objects.get(campaign=campaign, aspect="body").state == Push.State.WAITING


@pytest.mark.parametrize("moves", [True, False])
def test_the_percent_counts_from_the_before_that_stands_on_the_card(
    team: Team, campaign: Campaign, proposal: Proposal, moves: bool
) -> None:
    if moves:
        move(campaign, "550.00")
    else:
        decide("approve", proposal, team.manager)
    ((_, (line,)),) = list_cards(team.manager, [proposal.pk])[0].items
    assert (line.before, line.percent) == ("500.00", Decimal(20))


def test_of_two_decisions_at_once_the_second_is_told_what_happened(team: Team, proposal: Proposal) -> None:
    version = proposal.version
    decide("approve", proposal, team.manager)
    with pytest.raises(WrongState, match="applied by Max already"):
        decide("refuse", proposal, team.boss, version=version, comment="no")


def test_a_decision_on_an_older_version_is_stale(team: Team, proposal: Proposal) -> None:
    with pytest.raises(Stale):
        decide("approve", proposal, team.manager, version=proposal.version - 1)


def test_nobody_approves_their_own(team: Team, campaign: Campaign) -> None:
    own = team.ask(Edit(campaign, {"budget": "600.00"}), actor=team.manager)
    with pytest.raises(Forbidden, match="two people"):
        decide("approve", own, team.manager)
    assert decide("approve", own, team.boss).state == State.APPLIED


def test_where_policy_asks_for_one_person_they_may(team: Team, campaign: Campaign) -> None:
    team.account.overrides.create(
        name="approval.people", value=1, actor=team.boss, reason="small shop", at=NOW
    )
    own = team.ask(Edit(campaign, {"budget": "600.00"}), actor=team.manager)
    assert decide("approve", own, team.manager).state == State.APPLIED


@pytest.mark.parametrize("people", [1, 2])
@pytest.mark.parametrize("what", ["approve", "wait"])
def test_no_token_lets_its_owner_approve_what_they_asked_for(
    team: Team, campaign: Campaign, people: int, what: str
) -> None:
    team.account.overrides.create(
        name="approval.people", value=people, actor=team.boss, reason="small shop", at=NOW
    )
    own = team.ask(Edit(campaign, {"budget": "600.00"}), actor=team.manager)
    team.manager.via = ClientToken(scopes=list(Scope))
    with pytest.raises(Forbidden, match="token counts as its owner"):
        decide(what, own, team.manager)
    assert Proposal.objects.get().state == State.OPEN


def test_a_buyer_decides_nothing(team: Team, proposal: Proposal) -> None:
    for what in ("approve", "wait", "refuse", "send_back"):
        with pytest.raises(Forbidden):
            decide(what, proposal, team.buyer, comment="please")


def test_another_value_is_offered_against_what_is_live_by_then(
    team: Team, campaign: Campaign, proposal: Proposal
) -> None:
    move(campaign, "550.00")
    decide("send_back", proposal, team.manager, comment="", counters={0: {"budget": "580.00"}})
    decide("accept", proposal, team.buyer)
    assert budget_of(campaign) == "580.00"


def test_an_approval_falls_when_the_live_value_moved(
    team: Team, campaign: Campaign, proposal: Proposal
) -> None:
    move(campaign, "550.00")
    with pytest.raises(Stale, match="550.00 now"):
        decide("approve", proposal, team.manager)
    proposal.refresh_from_db()
    assert (proposal.state, budget_of(campaign)) == (State.STALE, "550.00")
    assert proposal.items.get().receipt == Receipt.STALE


def test_what_is_wanted_already_falls_too(team: Team, campaign: Campaign, proposal: Proposal) -> None:
    move(campaign, "600.00")
    with pytest.raises(Stale):
        decide("approve", proposal, team.manager)


def test_within_bounds_the_live_value_may_move(team: Team, campaign: Campaign, proposal: Proposal) -> None:
    move(campaign, "550.00")
    bounds = {"member": "budget", "least": 500, "most": 560, "raise_by": 20}
    assert decide("approve", proposal, team.manager, bounds=bounds).state == State.APPLIED
    assert budget_of(campaign) == "600.00"


def test_out_of_bounds_it_waits_and_changes_nothing(
    team: Team, campaign: Campaign, proposal: Proposal
) -> None:
    bounds = {"member": "budget", "least": 540, "most": 600}
    assert decide("approve", proposal, team.manager, bounds=bounds).state == State.BOUNDED
    assert budget_of(campaign) == "500.00"


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"least": 600, "most": 500}, "at once"),
        ({"most": 400, "raise_by": 20}, "no more than 480"),
        ({"member": "bid_price", "most": 4}, "does not change bid_price"),
    ],
)
def test_bounds_that_no_value_can_meet_are_refused(
    team: Team, proposal: Proposal, bounds: Any, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        decide("approve", proposal, team.manager, bounds={"member": "budget"} | bounds)
    assert Proposal.objects.get().state == State.OPEN


@pytest.mark.parametrize(
    ("bounds", "path"),
    [
        ({"until": "2020-01-01T00:00:00Z", "most": 1}, "bounds/until"),
        ({"most": "much"}, "bounds/most"),
        ({"most": 700, "mots": 1}, "bounds/mots"),
        ({"member": "budget"}, "bounds"),
    ],
)
def test_bounds_that_cannot_be_read_are_named(team: Team, proposal: Proposal, bounds: Any, path: str) -> None:
    with pytest.raises(NotWellFormed) as raised:
        decide("approve", proposal, team.manager, bounds=bounds)
    assert raised.value.problems[0].path == path


def test_a_returned_one_is_accepted_with_the_other_value_in_one_press(
    team: Team, campaign: Campaign, proposal: Proposal
) -> None:
    decide("send_back", proposal, team.manager, comment="less", counters={0: {"budget": "550.00"}})
    assert (proposal.state, budget_of(campaign)) == (State.RETURNED, "500.00")
    decide("accept", proposal, team.buyer)
    assert (proposal.state, budget_of(campaign)) == (State.APPLIED, "550.00")
    assert proposal.items.get().change.actor == team.manager


def test_only_who_asked_accepts(team: Team, proposal: Proposal) -> None:
    decide("send_back", proposal, team.manager, comment="less", counters={0: {"budget": "550.00"}})
    with pytest.raises(Forbidden):
        decide("accept", proposal, team.boss)


def test_a_counter_value_that_the_rules_refuse_is_not_offered(team: Team, proposal: Proposal) -> None:
    with pytest.raises(Refused):
        decide("send_back", proposal, team.manager, comment="less", counters={0: {"budget": "1.00"}})
    assert Proposal.objects.get().state == State.OPEN


def test_a_refused_one_changes_nothing_and_says_why(
    team: Team, campaign: Campaign, proposal: Proposal
) -> None:
    decide("refuse", proposal, team.manager, comment="wait until Monday")
    assert (proposal.state, budget_of(campaign)) == (State.REFUSED, "500.00")
    assert Decision.objects.filter(act="refused").get().comment == "wait until Monday"


def test_who_asked_may_take_it_back(team: Team, proposal: Proposal) -> None:
    assert decide("withdraw", proposal, team.buyer).state == State.WITHDRAWN


def test_a_decision_after_its_time_is_refused(team: Team, proposal: Proposal) -> None:
    with pytest.raises(WrongState, match="valid until"):
        decide("approve", proposal, team.manager, now=NOW + timedelta(days=8))


def test_a_date_in_the_past_is_no_validity(team: Team, campaign: Campaign) -> None:
    with pytest.raises(NotWellFormed, match="in the past"):
        team.ask(Edit(campaign, {"budget": "600.00"}), valid_until=NOW)


def test_what_is_gone_cannot_be_asked_for(team: Team, campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    group.vanished_at = NOW
    group.save()
    with pytest.raises((WrongState, Refused)):
        team.ask(Edit(group, {"budget": "600.00"}))


def test_what_the_rules_refuse_cannot_be_asked_for(team: Team, campaign: Campaign) -> None:
    with pytest.raises(Refused) as raised:
        team.ask(Edit(campaign, {"budget": "1.00"}))
    assert raised.value.findings
    assert not Proposal.objects.exists()


def test_what_would_change_nothing_cannot_be_asked_for(team: Team, campaign: Campaign) -> None:
    with pytest.raises(Refused, match="nothing would change"):
        team.ask(Edit(campaign, {"budget": "500.00"}))


def test_a_stranger_asks_for_nothing(campaign: Campaign) -> None:
    with pytest.raises(Forbidden):
        propose(
            actor=factories.make_person(), door="rest", advertiser=campaign.advertiser,
            edits=[Edit(campaign, {"budget": "600.00"})], reason="mine", now=NOW,
        )  # fmt: skip


def test_a_bundle_goes_with_one_decision_and_a_receipt_each(team: Team) -> None:
    first, second = team.learn(), team.learn()
    bundle = team.ask(Edit(first, {"budget": "600.00"}), Edit(second, {"budget": "700.00"}))
    decide("approve", bundle, team.manager)
    assert [item.receipt for item in bundle.items.all()] == [Receipt.DONE, Receipt.DONE]
    assert (budget_of(first), budget_of(second)) == ("600.00", "700.00")


def test_a_bundle_stops_at_the_first_uncertain_item(team: Team) -> None:
    campaigns = [team.learn() for _ in range(3)]
    bundle = team.ask(*(Edit(campaign, {"budget": "600.00"}) for campaign in campaigns))
    Push.objects.filter(campaign=campaigns[1], aspect="body").update(state=Push.State.UNSURE)
    decide("approve", bundle, team.manager)
    assert [item.receipt for item in bundle.items.all()] == [Receipt.DONE, Receipt.UNSURE, Receipt.UNTRIED]
    assert (bundle.state, budget_of(campaigns[2])) == (State.STOPPED, "500.00")


def test_every_step_is_in_the_decisions_and_the_journal(
    team: Team, campaign: Campaign, proposal: Proposal
) -> None:
    decide("send_back", proposal, team.manager, comment="less", counters={0: {"budget": "550.00"}})
    decide("accept", proposal, team.buyer)
    assert [row.act for row in proposal.decisions.all()] == ["asked", "returned", "accepted", "applied"]
    acts = list(Change.objects.filter(campaign_ref=campaign.pk).order_by("pk").values_list("act", flat=True))
    assert acts == ["proposed", "decided", "decided", "edited"]
