"""Keep ours, take theirs: one act for the fields that are chosen, judged, booked, and sent only where there is a need."""

from typing import Any

import pytest

from campaigns.models import AdGroup, Campaign, Change, Launch, Proposal, Push, Stranger, Surprise
from campaigns.services.deciding import approve
from campaigns.services.desk import Card, list_cards
from campaigns.services.drifting import KEPT, Kept, keep_ours, take_theirs
from campaigns.services.edits import Edit
from campaigns.services.errors import Forbidden, NotWellFormed, Unconfirmed, WrongState
from campaigns.services.judging import judge_campaign
from campaigns.sync.drift import find_drift
from campaigns.sync.mirror import fold
from tests import factories
from tests.factories import NOW
from tests.services.proposing import Team, make_team

LATER = NOW.replace(hour=13)


@pytest.fixture
def live(db: None) -> Campaign:
    """A live campaign that learning does not lock."""
    account = factories.make_advertiser(people={factories.make_person("marcus"): "manager"})
    factories.add_assets(account)
    return factories.make_live(factories.make_campaign(advertiser=account))


def boss(campaign: Campaign) -> Any:
    return campaign.advertiser.people.get()


def edit_elsewhere(thing: Any, **members: Any) -> None:
    """Somebody changes it at TikTok, and a reading finds it."""
    fold(thing, {**(thing.remote or {}), **members}, now=LATER, read_at=LATER)


def read(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def keep(campaign: Campaign, *paths: str, **more: Any) -> Kept:
    return keep_ours(
        actor=boss(campaign),
        door="page",
        campaign=read(campaign),
        paths=paths or None,
        now=LATER,
        **more,
    )


def take(campaign: Campaign, *paths: str) -> Any:
    return take_theirs(
        actor=boss(campaign), door="page", campaign=read(campaign), paths=paths or None, now=LATER
    )


def test_taking_theirs_wants_what_tiktok_holds_and_sends_nothing(live: Campaign) -> None:
    edit_elsewhere(live, budget=300)
    take(live, "budget")
    assert read(live).wanted["budget"] == "300"
    assert find_drift(read(live)) == ()
    assert not Push.objects.exclude(state=Push.State.DONE).exists()


def test_taking_theirs_is_booked_with_both_values(live: Campaign) -> None:
    edit_elsewhere(live, budget=300)
    take(live, "budget")
    change = Change.objects.get(act=Change.Act.TOOK)
    assert (change.before, change.after, change.target) == (
        {"budget": "500.00"},
        {"budget": "300"},
        "campaign",
    )


def test_keeping_ours_sends_the_object_again_and_leaves_wanted_as_it_is(live: Campaign) -> None:
    edit_elsewhere(live, budget=300)
    with pytest.raises(Unconfirmed) as asked:  # the budget goes up again: that needs a yes
        keep(live, "budget")
    keep(live, "budget", acknowledged=frozenset((item.rule, item.path) for item in asked.value.findings))
    assert read(live).wanted["budget"] == "500.00"
    push = Push.objects.get(campaign=live, aspect=Push.Aspect.BODY)
    assert push.state == Push.State.WAITING
    change = Change.objects.latest("pk")
    assert change.note == "Kept against what TikTok held."
    assert change.before is not None
    assert change.before["budget"].startswith("300")


def test_several_objects_are_decided_in_one_act(live: Campaign) -> None:
    group = live.adgroups.get()
    edit_elsewhere(live, budget=300)
    edit_elsewhere(group, adgroup_name="Theirs")
    take(live)
    assert find_drift(read(live)) == ()
    assert Change.objects.filter(act=Change.Act.TOOK).count() == 2
    assert AdGroup.objects.get().name == "Theirs"


def test_a_switch_thrown_elsewhere_can_be_accepted(live: Campaign) -> None:
    edit_elsewhere(live, operation_status="DISABLE", secondary_status="CAMPAIGN_STATUS_DISABLE")
    take(live, "operation_status")
    assert read(live).wanted_switch == "DISABLE"
    assert find_drift(read(live)) == ()


def test_what_is_gone_can_be_accepted_and_not_kept(live: Campaign) -> None:
    edit_elsewhere(live.adgroups.get(), secondary_status="ADGROUP_STATUS_DELETE")
    with pytest.raises(WrongState):
        keep(live, "adgroups/0")
    take(live, "adgroups/0")
    assert find_drift(read(live)) == ()


def test_a_path_that_does_not_drift_is_named(live: Campaign) -> None:
    edit_elsewhere(live, budget=300)
    with pytest.raises(NotWellFormed, match="budget_mode"):
        take(live, "budget", "budget_mode")
    assert read(live).wanted["budget"] == "500.00"


def test_nothing_to_decide_is_said(live: Campaign) -> None:
    with pytest.raises(WrongState):
        take(live)


def test_a_viewer_decides_nothing(live: Campaign) -> None:
    edit_elsewhere(live, budget=300)
    viewer = factories.make_person("vera")
    factories.add_member(viewer, live.advertiser, "viewer")
    with pytest.raises(Forbidden):
        take_theirs(actor=viewer, door="page", campaign=read(live), paths=None, now=LATER)


def test_theirs_that_our_rules_refuse_is_taken_and_kept_as_a_surprise(live: Campaign) -> None:
    edit_elsewhere(live.adgroups.get(), billing_event="CPC")
    taken = take(live)
    assert any(item.level == "refuse" for item in taken.findings)
    surprise = Surprise.objects.get()
    assert (surprise.kind, surprise.campaign_ref) == ("accepted", live.pk)
    assert surprise.rules_version


def add_stranger(live: Campaign) -> Stranger:
    body = {
        **factories.adgroup_members(adgroup_name="Theirs"),
        "adgroup_id": "1900",
        "campaign_id": live.remote_id,
        "operation_status": "ENABLE",
        "secondary_status": "ADGROUP_STATUS_DELIVERY_OK",
    }
    return Stranger.objects.create(
        advertiser=live.advertiser,
        level="adgroup",
        remote_id="1900",
        campaign=live,
        name="Theirs",
        operation_status="ENABLE",
        remote=body,
        seen_at=LATER,
        read_at=LATER,
    )


def remove(live: Campaign, stranger: Stranger) -> Kept:
    yes = frozenset({("removes-for-good", f"strangers/{stranger.pk}/operation_status")})
    return keep(live, f"strangers/{stranger.pk}", acknowledged=yes)


def test_an_ad_group_made_elsewhere_becomes_ours_when_taken_by_name(live: Campaign) -> None:
    stranger = add_stranger(live)
    assert [item.path for item in find_drift(read(live))] == [f"strangers/{stranger.pk}"]
    take(live, f"strangers/{stranger.pk}")
    made = AdGroup.objects.get(remote_id="1900")
    assert (made.name, made.position, made.wanted_switch) == ("Theirs", 2, "ENABLE")
    assert find_drift(read(live)) == ()
    assert not Stranger.objects.exists()


def test_keeping_ours_against_an_ad_group_made_elsewhere_asks_before_it_removes_it(live: Campaign) -> None:
    stranger = add_stranger(live)
    with pytest.raises(Unconfirmed) as asked:
        keep(live, f"strangers/{stranger.pk}")
    assert "“Theirs” (1900) is removed at TikTok" in asked.value.findings[0].message
    assert Stranger.objects.filter(pk=stranger.pk).exists()


def test_a_yes_sends_the_removal_before_everything_else(live: Campaign) -> None:
    remove(live, add_stranger(live))
    push = Push.objects.get(adgroup__remote_id="1900")
    assert (push.aspect, push.state, push.lane) == ("switch", "waiting", Push.Lane.STOP)
    assert push.target.wanted_switch == "DELETE"


def test_a_removal_is_booked_with_what_it_was(live: Campaign) -> None:
    (change,) = remove(live, add_stranger(live)).changes
    assert (change.act, change.before) == ("removed", {"operation_status": "ENABLE"})
    assert change.note == "Ad group “Theirs”: made elsewhere."


@pytest.mark.parametrize("decide", [keep, take])
def test_all_of_it_says_nothing_of_what_was_made_elsewhere(live: Campaign, decide: Any) -> None:
    edit_elsewhere(live, operation_status="DISABLE", secondary_status="CAMPAIGN_STATUS_DISABLE")
    stranger = add_stranger(live)
    did = decide(live)
    assert [item.drift.path for item in did.left] == [f"strangers/{stranger.pk}"]
    assert not AdGroup.objects.filter(remote_id="1900").exists()


@pytest.mark.parametrize("decide", [keep, take])
def test_where_all_of_it_is_made_elsewhere_a_name_is_asked_for(live: Campaign, decide: Any) -> None:
    add_stranger(live)
    with pytest.raises(WrongState, match="Name it"):
        decide(live)


def test_what_a_call_without_an_answer_may_have_made_is_not_removed(live: Campaign) -> None:
    stranger, group = add_stranger(live), factories.add_adgroup(live)
    Push.objects.create(
        adgroup=group,
        aspect="body",
        advertiser=live.advertiser,
        depth=1,
        state="unsure",
        sent_at=NOW,
        not_before=NOW,
        opened_at=NOW,
    )
    with pytest.raises(WrongState, match="without an answer"):
        remove(live, stranger)


def test_what_can_be_kept_is_kept_beside_what_is_gone(live: Campaign) -> None:
    edit_elsewhere(live, operation_status="DISABLE", secondary_status="CAMPAIGN_STATUS_DISABLE")
    edit_elsewhere(live.adgroups.get().ads.get(), secondary_status="AD_STATUS_DELETE")
    kept = keep(live)
    assert [change.act for change in kept.changes] == ["started"]
    assert [item.drift.member for item in kept.left] == ["existence"]


def test_what_no_call_of_tiktoks_changes_is_left_and_told(live: Campaign) -> None:
    edit_elsewhere(live.adgroups.get(), optimization_goal="CLICK")
    with pytest.raises(WrongState, match="no call that changes it"):
        keep(live)


def test_a_buyer_who_keeps_a_campaign_on_asks_a_manager(live: Campaign) -> None:
    edit_elsewhere(live, operation_status="DISABLE", secondary_status="CAMPAIGN_STATUS_DISABLE")
    buyer = factories.make_person("ana")
    factories.add_member(buyer, live.advertiser, "buyer")
    kept = keep_ours(actor=buyer, door="page", campaign=read(live), paths=None, now=LATER)
    assert kept.changes == ()
    assert kept.proposal is not None
    assert kept.proposal.reason == KEPT
    item = kept.proposal.items.get()
    assert (item.before, item.after) == ({"operation_status": "DISABLE"}, {"operation_status": "ENABLE"})
    assert not Push.objects.exclude(state=Push.State.DONE).exists()


def find_yes(campaign: Campaign, buyer: Any) -> frozenset[tuple[str, str | None]]:
    """What keeping ours asks a yes for."""
    with pytest.raises(Unconfirmed) as asked:
        keep_ours(actor=buyer, door="page", campaign=read(campaign), paths=None, now=LATER)
    return frozenset((finding.rule, finding.path) for finding in asked.value.findings)


def test_keeping_ours_inside_learning_is_proposed_and_goes_when_a_manager_agrees(db: None) -> None:
    team = make_team()
    campaign = team.learn()
    edit_elsewhere(campaign, budget=300)
    kept = keep_ours(
        actor=team.buyer,
        door="page",
        campaign=read(campaign),
        paths=None,
        acknowledged=find_yes(campaign, team.buyer),
        now=LATER,
    )
    assert kept.proposal is not None
    assert find_drift(read(campaign))
    assert not Push.objects.exclude(state=Push.State.DONE).exists()
    approve(actor=team.manager, door="page", proposal=kept.proposal, version=kept.proposal.version, now=LATER)
    push = Push.objects.get(campaign=campaign, aspect=Push.Aspect.BODY)
    assert (push.state, read(campaign).wanted["budget"]) == ("waiting", "500.00")


def ask_to_keep(team: Team, campaign: Campaign) -> Proposal:
    """The buyer keeps ours inside learning: a manager is asked."""
    kept = keep_ours(
        actor=team.buyer,
        door="page",
        campaign=read(campaign),
        paths=None,
        acknowledged=find_yes(campaign, team.buyer),
        now=LATER,
    )
    assert kept.proposal is not None
    return kept.proposal


@pytest.fixture
def asked(db: None) -> tuple[Team, Campaign, Proposal]:
    """A budget, an ad's name and an ad's switch, all changed elsewhere, and kept by somebody who has to ask."""
    team = make_team()
    campaign = team.learn()
    ad = campaign.adgroups.get().ads.get()
    edit_elsewhere(campaign, budget=300)
    edit_elsewhere(ad, ad_name="Theirs", operation_status="DISABLE", secondary_status="AD_STATUS_DISABLE")
    return team, campaign, ask_to_keep(team, campaign)


def show(proposal: Proposal, person: Any) -> Card:
    return list_cards(person, [proposal.pk])[0]


def test_what_keeping_ours_asks_for_is_not_stale_while_tiktok_holds_theirs(
    asked: tuple[Team, Campaign, Proposal],
) -> None:
    team, _, proposal = asked
    card = show(proposal, team.manager)
    assert [line.path for _, lines in card.items for line in lines if line.moved] == []


def test_what_keeping_ours_asks_for_is_stale_once_theirs_moved_again(
    asked: tuple[Team, Campaign, Proposal],
) -> None:
    team, campaign, proposal = asked
    edit_elsewhere(campaign.adgroups.get().ads.get(), ad_name="Theirs again")
    card = show(proposal, team.manager)
    assert [(line.path, line.live) for _, lines in card.items for line in lines if line.moved] == [
        ("ad_name", "Theirs again")
    ]


def test_what_waits_for_a_manager_is_not_asked_for_a_second_time(
    asked: tuple[Team, Campaign, Proposal],
) -> None:
    team, campaign, proposal = asked
    with pytest.raises(WrongState, match=f"waits in proposal {proposal.pk} already"):
        keep_ours(actor=team.buyer, door="page", campaign=read(campaign), paths=None, now=LATER)
    assert Proposal.objects.count() == 1


def test_beside_what_waits_the_rest_is_kept(asked: tuple[Team, Campaign, Proposal]) -> None:
    team, campaign, _ = asked
    edit_elsewhere(campaign.adgroups.get(), adgroup_name="Theirs")
    kept = keep_ours(actor=team.buyer, door="page", campaign=read(campaign), paths=None, now=LATER)
    assert [change.after for change in kept.changes] == [{"adgroup_name": campaign.adgroups.get().name}]


def test_what_moved_again_since_it_was_asked_for_may_be_asked_for_anew(
    asked: tuple[Team, Campaign, Proposal],
) -> None:
    team, campaign, proposal = asked
    edit_elsewhere(campaign, budget=310)
    assert ask_to_keep(team, campaign) != proposal


def test_taking_theirs_ends_what_asked_for_ours_and_says_why(asked: tuple[Team, Campaign, Proposal]) -> None:
    team, campaign, proposal = asked
    taken = take_theirs(actor=team.manager, door="page", campaign=read(campaign), paths=["budget"], now=LATER)
    assert taken.ended == (proposal,)
    step = proposal.decisions.latest("pk")
    assert (step.act, step.actor) == ("fell_stale", team.manager)
    assert step.comment == "TikTok's value was taken instead: budget of Autumn sale."


def test_what_taking_theirs_ended_cannot_be_approved(asked: tuple[Team, Campaign, Proposal]) -> None:
    team, campaign, proposal = asked
    take_theirs(actor=team.manager, door="page", campaign=read(campaign), paths=["budget"], now=LATER)
    proposal.refresh_from_db()
    with pytest.raises(WrongState):
        approve(actor=team.boss, door="page", proposal=proposal, version=proposal.version, now=LATER)


def test_taking_theirs_leaves_open_what_asks_for_another_value(db: None) -> None:
    team = make_team()
    campaign = team.learn()
    edit_elsewhere(campaign, budget=300)
    proposal = team.ask(Edit(campaign, {"budget": "360.00"}))
    take_theirs(actor=team.manager, door="page", campaign=read(campaign), paths=["budget"], now=LATER)
    proposal.refresh_from_db()
    assert proposal.is_open


def test_of_what_is_being_removed_no_rule_says_anything(live: Campaign) -> None:
    remove(live, add_stranger(live))
    told = judge_campaign(campaign=read(live), now=LATER)
    assert [item for item in told.findings if item.path.startswith("adgroups/1")] == []


@pytest.mark.parametrize("state", ["refused", "needs_person"])
def test_an_edit_of_ours_that_came_to_nothing_can_be_sent_again(live: Campaign, state: str) -> None:
    Campaign.objects.filter(pk=live.pk).update(wanted={**live.wanted, "budget": "450.00"})
    Push.objects.filter(campaign=live, aspect="body").update(state=state, launch=None)
    keep(live, "budget")
    assert Push.objects.get(campaign=live, aspect="body").state == Push.State.WAITING


def test_while_calls_are_on_their_way_nobody_is_told_that_tiktok_holds_what_we_want(live: Campaign) -> None:
    Push.objects.filter(campaign=live, aspect="body").update(state="waiting")
    with pytest.raises(WrongState, match="still on their way"):
        take(live)


def test_what_holds_a_launch_up_is_named_and_not_taken(live: Campaign) -> None:
    Launch.objects.filter(campaign=live).update(finished_at=None)
    Push.objects.filter(campaign=live).update(state="needs_person")
    edit_elsewhere(live, budget=300, operation_status="DISABLE")
    assert [item.path for item in find_drift(read(live))] == ["budget"]
    with pytest.raises(WrongState, match="under way"):
        take(live)
