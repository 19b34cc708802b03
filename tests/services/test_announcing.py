"""What people wait for about proposals and locks is told: with what happened, once, and only if it held."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign, Notice, Proposal
from campaigns.services.announcing import announce_openings
from campaigns.services.edits import Edit
from campaigns.services.errors import Stale
from campaigns.services.openings import run_due
from tests.services.proposing import LAUNCHED, NOW, Team, make_team
from tests.services.test_proposals import decide, move

pytestmark = pytest.mark.django_db(transaction=True)
Kind = Notice.Kind


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def campaign(team: Team) -> Campaign:
    return team.learn()


@pytest.fixture
def proposal(team: Team, campaign: Campaign) -> Proposal:
    return team.edit(campaign, budget="600.00")


def list_told(kind: Notice.Kind) -> list[str]:
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("text", flat=True))


def test_what_was_asked_for_waits_for_a_manager(proposal: Proposal) -> None:
    assert list_told(Kind.PROPOSAL_WAITING) == ["Bea asks for a change of Autumn sale: sells well"]


def test_an_approval_is_told_by_what_came_of_it(team: Team, proposal: Proposal) -> None:
    decide("approve", proposal, team.manager)
    assert list_told(Kind.PROPOSAL_DECIDED) == [
        "The change of Autumn sale that Bea asked for goes out, decided by Max."
    ]


def test_a_return_is_told_with_its_comment(team: Team, proposal: Proposal) -> None:
    decide("send_back", proposal, team.manager, comment="too much")
    assert list_told(Kind.PROPOSAL_DECIDED)[-1].endswith("that Bea asked for: too much")


def test_a_fall_is_told_with_what_moved(team: Team, campaign: Campaign, proposal: Proposal) -> None:
    move(campaign, "550.00")
    with pytest.raises(Stale):
        decide("approve", proposal, team.manager)
    assert "a live value moved: budget of Autumn sale is 550.00 now" in list_told(Kind.PROPOSAL_DECIDED)[-1]


def test_what_goes_by_itself_is_told(team: Team, campaign: Campaign) -> None:
    asked = team.ask(Edit(campaign, {"budget": "600.00"}), valid_until=NOW + timedelta(days=12))
    decide("wait", asked, team.manager)
    run_due(now=NOW + timedelta(days=5))
    assert len(list_told(Kind.PROPOSAL_DECIDED)) == 2


def test_a_lock_that_opened_is_told_once(campaign: Campaign) -> None:
    over = LAUNCHED + timedelta(days=8)
    assert (announce_openings(now=NOW), announce_openings(now=over), announce_openings(now=over)) == (0, 1, 0)
    assert "are over with 20 of 50 results" in list_told(Kind.LOCK_OPENED)[0]


def test_an_opening_long_ago_is_no_news(campaign: Campaign) -> None:
    assert announce_openings(now=LAUNCHED + timedelta(days=12)) == 0
