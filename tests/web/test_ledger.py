"""What learns says so where it is edited: the ledger on the campaign's page, the lock and the price beside the fields."""

from datetime import timedelta

import pytest

from campaigns.models import Notice, Proposal
from campaigns.services.edits import Edit
from tests.factories import make_change
from tests.services.proposing import LAUNCHED, NOW, make_team, make_whole
from tests.services.test_proposals import budget_of, decide
from tests.web.building import read_form
from tests.web.clock import run_clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock(settings):
    with run_clock(settings, NOW) as running:
        yield running


@pytest.fixture
def team(clock):
    return make_team()


@pytest.fixture
def campaign(team):
    return team.learn()


@pytest.fixture
def buyer(client, team):
    client.force_login(team.buyer)
    return team.buyer


def read(client, campaign, query=""):
    return client.get(f"/campaigns/{campaign.pk}/{query}").content.decode()


def change(client, campaign, **given):
    fields = {"target": "campaign", "version": campaign.tree_version, "operation_status": "ENABLE"}
    return client.post(f"/campaigns/{campaign.pk}/change/", fields | given)


def test_the_ledger_says_state_results_exit_and_why(client, buyer, campaign):
    html = read(client, campaign, "?tab=learning")
    for words in (
        "Learning",
        "of 50",
        "its first delivery",
        "TikTok lets it leave",
        "chance to leave",
        "from learning",
    ):
        assert words in html


def test_a_reset_stands_in_the_ledger_with_its_cause(client, buyer, team, campaign):
    before, after = {"budget": "500.00"}, {"budget": "900.00"}
    make_change(campaign, actor=team.manager, before=before, after=after, at=LAUNCHED + timedelta(days=1))
    html = read(client, campaign, "?tab=learning")
    for words in ("booked as a reset", "budget 500 → 900 (+80 %)", "Max", "results lost"):
        assert words in html


def test_what_waits_for_the_lock_stands_in_its_train(client, buyer, team, campaign):
    for budget in ("600.00", "550.00"):
        asked = team.ask(Edit(campaign, {"budget": budget}))
        decide("wait", asked, team.manager)
    html = read(client, campaign, "?tab=learning")
    assert "Waits for this lock" in html
    assert "sets the same as" in html


def test_what_waits_is_shown_on_the_object_itself(client, buyer, team, campaign):
    team.ask(
        Edit(campaign.adgroups.get(), {"targeting_spec": {"location_ids": ["6252001"], "languages": ["en"]}})
    )
    html = read(client, campaign)
    assert "1 change of it waits" in html
    assert "a change waits" in html


def test_a_locked_object_says_until_when_and_offers_to_ask(client, buyer, campaign):
    assert "Learns: locked" in read(client, campaign)
    html = client.get(f"/campaigns/{campaign.pk}/change/").content.decode()
    assert "Locked until" in html
    assert "21 Nov 2026" in html


def test_the_price_stands_beside_the_change_before_it_is_asked_for(client, buyer, campaign):
    html = change(client, campaign, budget="600.00", act="look").content.decode()
    assert "chance to begin anew" in html
    assert "Ask a manager" in html


def test_who_asked_is_shown_the_proposal(client, buyer, campaign):
    given = {"budget": "600.00", "act": "send", "reason": "sells", "confirm": ["raises-spend"]}
    answer = change(client, campaign, **given)
    proposal = Proposal.objects.get()
    assert answer["Location"] == f"/proposals/{proposal.pk}/"
    assert proposal.reason == "sells"


def test_after_learning_the_page_offers_the_largest_free_step_and_its_date(
    client, buyer, clock, team, campaign
):
    clock.now = NOW + timedelta(days=5)
    html = client.get(f"/campaigns/{campaign.pk}/change/").content.decode()
    assert "Free today: 0.00 to 650.00" in html
    make_change(
        campaign, before={"budget": "450.00"}, after={"budget": "500.00"}, at=clock.now - timedelta(days=1)
    )
    html = client.get(f"/campaigns/{campaign.pk}/change/").content.decode()
    assert "the next free step" in html
    assert "23 Nov 2026" in html


def test_a_lowering_that_cannot_wait_goes_at_once_and_is_shown_as_done(client, buyer, campaign):
    assert "as an emergency" in change(client, campaign, budget="300.00", act="look").content.decode()
    hurried = {"budget": "300.00", "act": "send", "emergency": "1"}
    assert change(client, campaign, **hurried).status_code == 422  # without a reason
    change(client, campaign, **hurried, reason="the shop is down")
    assert budget_of(campaign) == "300.00"
    assert "Emergency, done" in client.get("/proposals/?tab=over").content.decode()
    assert Notice.objects.get().text == "Bea lowered Autumn sale at once, as an emergency: the shop is down"


def test_a_raise_is_no_emergency(client, buyer, campaign):
    assert "as an emergency" not in change(client, campaign, budget="600.00", act="look").content.decode()


def test_what_is_added_inside_learning_waits_for_a_manager_with_its_reason(client, buyer, campaign):
    live = make_whole(campaign)
    where = f"/campaigns/{live.pk}/grow/"
    drawn = client.get(where, {"source": f"adgroups/{live.adgroups.get().pk}"})
    assert "Ask a manager" in drawn.content.decode()
    given = read_form(drawn.content.decode(), "grow-form")
    given |= {"adgroup_name": ["Second"], "reason": ["one more audience"], "act": ["send"]}
    answer = client.post(where, given | {"confirm": [key for key, _, _ in drawn.context["confirms"]]})
    page = client.get(answer["Location"]).content.decode()
    assert "one more audience" in page and "Second" in page and "learning anew" in page
    assert live.adgroups.count() == 1
