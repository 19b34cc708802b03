"""Adding to a live campaign: inside learning a manager decides, and what is gone at TikTok counts no more (design section 4)."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from campaigns.models import AdGroup, Campaign, Change, Launch, Proposal, ProposalItem, Push
from campaigns.services import deciding, openings
from campaigns.services.edits import Edit, judge_edits
from campaigns.services.errors import Forbidden, NotWellFormed, Refused, Unconfirmed
from campaigns.services.proposing import grow_or_propose
from campaigns.services.wanted import show_raw
from tests import factories
from tests.services.proposing import NOW, Team, make_team, make_whole

pytestmark = pytest.mark.django_db(transaction=True)
State = Proposal.State


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def campaign(team: Team) -> Campaign:
    return make_whole(team.learn())


def another(campaign: Campaign, name: str = "Second") -> dict[str, Any]:
    return {**copy.deepcopy(show_raw(campaign.adgroups.first())), "adgroup_name": name}


def add(team: Team, parent: Any, child: dict[str, Any], actor: Any = None, **given: Any) -> Any:
    """Adds one object, with a yes to every confirm."""
    members = {
        "actor": actor or team.manager, "door": "rest", "parent": parent, "children": [child],
        "reason": "sells well", "now": NOW,
    } | given  # fmt: skip
    try:
        return grow_or_propose(**members)
    except Unconfirmed as error:
        yes = frozenset((item.rule, item.path) for item in error.findings)
        return grow_or_propose(**members, acknowledged=yes)


def decide(what: str, proposal: Proposal, actor: Any, **given: Any) -> Proposal:
    return getattr(deciding, what)(
        **({"actor": actor, "door": "page", "proposal": proposal, "version": proposal.version, "now": NOW} | given)
    )  # fmt: skip


def test_inside_learning_it_is_asked_for_and_nothing_is_made(team: Team, campaign: Campaign) -> None:
    proposal = add(team, campaign, another(campaign))
    assert isinstance(proposal, Proposal)
    item = proposal.items.get()
    assert "learning-locked" in {row["rule"] for row in item.findings}
    assert item.cost["adgroups"] and item.exposure["after"]["worst_day"]
    assert campaign.adgroups.count() == 1


def test_an_approval_makes_it_as_a_launch_does_and_gives_a_receipt(team: Team, campaign: Campaign) -> None:
    proposal = add(team, campaign, another(campaign))
    decide("approve", proposal, team.boss)
    new = campaign.adgroups.get(name="Second")
    assert Push.objects.get(adgroup=new, aspect="body").state == Push.State.WAITING
    item = proposal.items.get()
    assert (proposal.state, item.receipt) == (State.APPLIED, ProposalItem.Receipt.DONE)
    assert (item.change.act, item.change.actor) == (Change.Act.GREW, team.boss)


def test_what_waits_is_made_by_itself_once_the_lock_opens(team: Team, campaign: Campaign) -> None:
    proposal = decide("wait", add(team, campaign, another(campaign)), team.boss)
    openings.run_due(now=NOW)
    assert campaign.adgroups.count() == 1
    later = NOW + timedelta(days=6)
    Proposal.objects.update(valid_until=later + timedelta(days=1))
    openings.run_due(now=later)
    proposal.refresh_from_db()
    assert (proposal.state, campaign.adgroups.count()) == (State.APPLIED, 2)


def test_an_ad_added_inside_learning_is_asked_for_too(team: Team, campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    (ad,) = another(campaign)["ads"]
    proposal = add(team, group, {**ad, "ad_name": "Second"})
    assert proposal.items.get().after == {"ads": [{**ad, "ad_name": "Second"}]}


def test_what_the_rules_refuse_is_never_asked_for(team: Team, campaign: Campaign) -> None:
    with pytest.raises(Refused):
        add(team, campaign, another(campaign) | {"adgroup_name": "Second 😀"})
    assert not Proposal.objects.exists()


def test_another_launch_under_way_stops_an_approval_and_makes_nothing(team: Team, campaign: Campaign) -> None:
    proposal = add(team, campaign, another(campaign))
    Launch.objects.filter(campaign=campaign).update(finished_at=None)
    decide("approve", proposal, team.boss)
    assert (proposal.state, campaign.adgroups.count()) == (State.STOPPED, 1)
    assert "under way" in proposal.items.get().note


def test_no_other_value_can_be_offered_for_what_is_added(team: Team, campaign: Campaign) -> None:
    proposal = add(team, campaign, another(campaign))
    with pytest.raises(NotWellFormed):
        decide("send_back", proposal, team.boss, comment="smaller", counters={0: {"adgroups": []}})


def test_whoever_may_not_launch_cannot_ask_to_add(team: Team, campaign: Campaign) -> None:
    with pytest.raises(Forbidden):
        add(team, campaign, another(campaign), actor=factories.make_person())


def test_before_anything_delivers_it_goes_at_once(team: Team) -> None:
    campaign = make_whole(factories.make_live(factories.make_campaign(advertiser=team.account), now=NOW))
    (made,) = add(team, campaign, another(campaign))
    assert isinstance(made, AdGroup)


def test_what_is_gone_at_tiktok_takes_no_place_of_the_thirty(team: Team) -> None:
    campaign = make_whole(team.learn(adgroups=30))
    with pytest.raises(Refused):
        add(team, campaign, another(campaign))
    gone = campaign.adgroups.first()
    gone.vanished_at = NOW
    gone.save()
    assert isinstance(add(team, campaign, another(campaign, "Thirty-first")), Proposal)


def test_nothing_is_said_of_what_is_gone_and_the_others_keep_their_paths(team: Team) -> None:
    campaign = make_whole(team.learn(adgroups=2))
    first, second = campaign.adgroups.all()
    first.vanished_at = NOW
    first.wanted |= {"adgroup_name": "😀"}
    first.save()
    judgement = judge_edits(campaign=campaign, edits=[Edit(second, {"adgroup_name": "Sale 😀"})], now=NOW)
    assert {item.path for item in judgement.findings if item.rule == "name-fits"} == {
        "adgroups/1/adgroup_name"
    }


def test_what_is_gone_can_spend_no_more(team: Team) -> None:
    members = {"budget_optimize_on": False, "budget_mode": "BUDGET_MODE_INFINITE", "budget": None}
    campaign = make_whole(team.learn(adgroups=2, **members))
    for group in campaign.adgroups.all():
        group.wanted |= {"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": "100.00"}
        group.save()
    first, second = campaign.adgroups.all()
    first.vanished_at = NOW
    first.save()
    judgement = judge_edits(campaign=campaign, edits=[Edit(second, {"budget": "200.00"})], now=NOW)
    assert (judgement.exposure_before.day, judgement.exposure_after.day) == (125, 250)
