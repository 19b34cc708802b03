"""The review queue: what costs most first, answers in two steps, and no button that would be refused."""

from datetime import timedelta

import pytest

from campaigns.models import Proposal
from campaigns.services.edits import Edit
from campaigns.sync.clock import read_now
from tests.factories import add_member, make_advertiser, make_person
from tests.services.proposing import make_team
from tests.services.test_proposals import budget_of, move

pytestmark = pytest.mark.django_db(transaction=True)
State = Proposal.State
HTMX = {"HX-Request": "true"}


@pytest.fixture
def team():
    return make_team(zone="Asia/Tokyo")


@pytest.fixture
def campaign(team):
    return team.learn()


@pytest.fixture
def proposal(team, campaign):
    return team.ask(Edit(campaign, {"budget": "600.00"}), valid_until=soon())


@pytest.fixture
def manager(client, team):
    client.force_login(team.manager)
    return team.manager


def soon():
    """The pages live by wall time; what is asked for in these tests was asked in the first week of the campaign."""
    return read_now() + timedelta(days=5)


def read(client, query=""):
    return client.get(f"/proposals/?{query}").content.decode()


def answer(client, proposal, act, *, headers=None, **given):
    fields = {"version": proposal.version} | given
    return client.post(f"/proposals/{proposal.pk}/{act}/", fields, headers=headers)


def test_a_card_says_what_it_costs_and_what_can_be_spent(client, manager, proposal):
    html = read(client)
    for words in (
        "Autumn sale",
        "sells well",
        "$500.00",
        "$600.00",
        "+20 %",
        "chance to begin anew",
        "(80 %)",
        "$625.00",
        "$750.00",
        "Tokyo (account)",
    ):
        assert words in html


def test_what_puts_most_money_at_risk_comes_first(client, manager, team, proposal):
    dear = team.learn(name="Dear")
    team.ask(Edit(dear, {"budget": "900.00"}), valid_until=soon())
    html = read(client)
    assert html.index("Dear") < html.index("Autumn sale")


@pytest.mark.parametrize(("query", "there"), [
    ("q=autumn", True), ("q=sells", True), ("q=winter", False), ("who=nobody", False), ("account=1", False),
    ("tab=waiting", False), ("tab=over", False),
])  # fmt: skip
def test_the_filters_of_the_address_narrow_the_queue(client, manager, proposal, query, there):
    assert (f'id="proposal-{proposal.pk}"' in read(client, query)) is there


def test_the_tiktok_id_of_its_campaign_finds_a_proposal(client, manager, proposal):
    remote_id = proposal.items.get().campaign.remote_id
    assert f'id="proposal-{proposal.pk}"' in read(client, f"q={remote_id}")


@pytest.mark.parametrize(("who", "acts"), [
    ("manager", {"approve", "wait", "bounds", "return", "refuse"}), ("buyer", {"withdraw"}), ("viewer", set()),
])  # fmt: skip
def test_nobody_sees_a_button_that_would_be_refused(client, team, proposal, who, acts):
    viewer = make_person("vi")
    add_member(viewer, team.account, "viewer")
    client.force_login(viewer if who == "viewer" else getattr(team, who))
    html = read(client)
    offered = {
        act
        for act in ("approve", "wait", "bounds", "return", "refuse", "withdraw", "accept")
        if f"/{act}/" in html
    }
    assert offered == acts


def test_whose_own_it_is_is_told_to_ask_another(client, manager, team, campaign):
    team.ask(Edit(campaign, {"budget": "600.00"}), actor=team.manager, valid_until=soon())
    html = read(client)
    assert "wants two people" in html
    assert "/approve/" not in html


def test_the_second_step_names_account_amount_and_zone(client, manager, team, proposal):
    html = client.get(f"/proposals/{proposal.pk}/approve/").content.decode()
    question = html[html.index('id="ask-') :]
    for words in (
        team.account.name,
        team.account.advertiser_id,
        "USD, Asia/Tokyo",
        "$500.00",
        "$600.00",
        "Confirm",
    ):
        assert words in question
    assert Proposal.objects.get().state == State.OPEN


def test_an_approval_goes_out_and_shows_its_receipt(client, manager, campaign, proposal):
    page = client.post(f"/proposals/{proposal.pk}/approve/", {"version": proposal.version}, follow=True)
    assert budget_of(campaign) == "600.00"
    assert "on its way" in page.content.decode()


def test_a_value_that_moved_is_said_in_a_word_with_what_is_live(client, manager, campaign, proposal):
    move(campaign, "550.00")
    html = read(client)
    assert "STALE" in html
    assert "now $550.00" in html
    assert "/approve/" not in html


def test_an_approval_of_what_moved_falls_and_the_card_says_so(client, manager, campaign, proposal):
    move(campaign, "550.00")
    reply = answer(client, proposal, "approve", headers=HTMX)
    assert reply.status_code == 409
    assert "550.00 now, no longer 500.00" in reply.content.decode()
    assert budget_of(campaign) == "550.00"


def test_an_answer_to_an_older_version_changes_nothing(client, manager, proposal):
    assert answer(client, proposal, "refuse", version=0, comment="no").status_code == 409
    assert Proposal.objects.get().state == State.OPEN


def test_a_refusal_wants_its_reason_and_keeps_the_question_open(client, manager, proposal):
    reply = answer(client, proposal, "refuse", headers=HTMX)
    assert reply.status_code == 422
    assert "say why" in reply.content.decode()
    assert 'id="ask-' in reply.content.decode()


def test_another_value_is_offered_and_accepted_with_one_press(client, manager, team, campaign, proposal):
    answer(client, proposal, "return", **{"counter-0-budget": "550.00"})
    proposal.refresh_from_db()
    client.force_login(team.buyer)
    assert "$550.00" in read(client)
    answer(client, proposal, "accept")
    assert budget_of(campaign) == "550.00"


def test_a_value_that_is_no_amount_is_refused_and_kept_as_typed(client, manager, proposal):
    reply = answer(client, proposal, "return", headers=HTMX, **{"counter-0-budget": "much"})
    assert reply.status_code == 422
    assert 'value="much"' in reply.content.decode()


def test_bounds_are_taken_in_the_accounts_own_time(client, manager, proposal):
    day = soon().date().isoformat()
    answer(client, proposal, "bounds", member="budget", least="540", most="600", until=f"{day}T00:00")
    assert Proposal.objects.get().bounds["until"] == f"{day}T00:00:00+09:00"


def test_bounds_that_no_value_can_meet_are_refused_and_kept_as_typed(client, manager, proposal):
    reply = answer(client, proposal, "bounds", headers=HTMX, member="budget", least="600", most="500")
    assert reply.status_code == 422
    assert "Turn the bounds round" in reply.content.decode()
    assert 'value="600"' in reply.content.decode()


def test_what_waits_moves_to_its_tab(client, manager, proposal):
    answer(client, proposal, "wait")
    assert f'id="proposal-{proposal.pk}"' in read(client, "tab=waiting")


def test_a_tick_folds_a_card_until_it_changes(client, manager, team, campaign, proposal):
    answer(client, proposal, "viewed", viewed="1")
    assert "data-peek open" not in read(client)
    move(campaign, "550.00")
    assert "data-peek open" in read(client)


def test_a_bundle_is_one_card_with_a_receipt_each(client, manager, team, campaign):
    other = team.learn(name="Other")
    edits = [Edit(campaign, {"budget": "600.00"}), Edit(other, {"budget": "510.00"})]
    bundle = team.ask(*edits, valid_until=soon())
    page = client.post(f"/proposals/{bundle.pk}/approve/", {"version": bundle.version}, follow=True)
    assert page.content.decode().count("on its way</span>") == 2


def test_one_of_another_account_does_not_exist(client, proposal):
    person = make_person()
    make_advertiser(people={person: "manager"})
    client.force_login(person)
    assert client.get(f"/proposals/{proposal.pk}/").status_code == 404
    assert answer(client, proposal, "approve").status_code == 404


def test_who_must_decide_is_told_on_home_and_in_the_rail(client, manager, proposal):
    html = client.get("/").content.decode()
    assert "1 proposal waits for you" in html
    assert 'rail-count">1<' in html


def test_an_empty_queue_shows_a_finished_example(client, manager):
    assert "What a decided one looks like" in read(client)


def test_the_queue_costs_the_same_queries_for_any_number(
    client, manager, team, proposal, django_assert_max_num_queries
):
    def count():
        with django_assert_max_num_queries(60) as captured:
            read(client)
        return len(captured)

    few = count()
    for name in ("Two", "Three", "Four"):
        team.ask(Edit(team.learn(name=name), {"budget": "600.00"}), valid_until=soon())
    assert count() == few


def test_a_structure_is_shown_by_what_differs(client, manager, team, campaign):
    group = campaign.adgroups.get()
    team.ask(
        Edit(group, {"targeting_spec": {"location_ids": ["6252001"], "languages": ["en"]}}), now=read_now()
    )
    assert "targeting_spec/languages" in read(client)
