"""The first weeks of a campaign, lived with the sandbox: what was asked for goes by itself when the lock opens, and what
somebody changed behind our back is found, attributed and booked."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.analysis.learning import Kind, State
from campaigns.models import AdGroup, Campaign, Change, Proposal, Reading
from campaigns.services import deciding
from campaigns.services.edits import Edit
from campaigns.services.learning import Standing, read_standing
from campaigns.services.openings import run_due
from campaigns.services.proposing import change_or_propose
from campaigns.sync import readings
from campaigns.sync.pull import pull_account
from tests.sync.conftest import World

pytestmark = pytest.mark.django_db(transaction=True)
DAY = 86_400


@pytest.fixture
def world(open_world: Callable[..., World]) -> World:
    return open_world(seed=7)


@pytest.fixture
def live(world: World, example_1: dict[str, Any]) -> Campaign:
    """Launched, and lived for a day."""
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    world.pass_time(DAY)
    read_back(world)
    return Campaign.objects.get(pk=campaign.pk)


def read_back(world: World) -> None:
    """One pull of everything: objects, numbers, and the change log in as many steps as it takes."""
    readings.ensure_readings(now=world.now)
    pull_account(world.gateway, now=world.now)
    for kind in ("results", *["changelog"] * 4):
        reading = Reading.objects.get(advertiser=world.advertiser, kind=kind)
        Reading.objects.filter(pk=reading.pk).update(due_at=world.now)
        readings.read(reading.pk, world.road, now=world.now)
        world.pass_time(5)


def stand(world: World) -> Standing:
    group = AdGroup.objects.select_related("campaign__advertiser").get()
    return read_standing(adgroup=group, now=world.now)


def raise_budget(world: World, campaign: Campaign, budget: str) -> Any:
    edits = [Edit(Campaign.objects.get(pk=campaign.pk), {"budget": budget})]
    yes = frozenset({("budget-raise-size", None)})
    return change_or_propose(
        actor=world.buyer, door=Change.Door.PAGE, edits=edits, acknowledged=yes, reason="sells", now=world.now
    )


def test_an_edit_of_week_one_waits_goes_by_itself_and_stands_in_the_ledger(
    world: World, live: Campaign
) -> None:
    assert stand(world).ledger.state is State.LEARNING
    proposal = raise_budget(world, live, "800.00")
    assert isinstance(proposal, Proposal)
    assert proposal.items.get().cost["adgroups"]
    deciding.wait(
        actor=world.manager, door=Change.Door.PAGE, proposal=proposal, version=proposal.version, now=world.now
    )
    world.pass_time(DAY)
    read_back(world)
    while stand(world).ledger.locked:
        assert run_due(now=world.now) == 0
        world.pass_time(DAY)
        read_back(world)
    assert run_due(now=world.now) == 1
    assert world.settle()
    assert float(world.remote("campaign")[0]["budget"]) == 800
    world.pass_time(DAY)
    read_back(world)
    (entry,) = stand(world).ledger.entries
    assert entry.event.what == "budget 500 → 800 (+60 %)"
    assert entry.event.by == world.manager.display_name


def test_the_same_edit_behind_our_back_is_found_attributed_and_booked(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 800})
    made = world.now
    world.pass_time(600)
    read_back(world)
    ledger = stand(world).ledger
    (entry,) = ledger.entries
    assert (entry.event.kind, entry.event.by, entry.reset) == (Kind.FOUND, "Ads Manager user", True)
    assert abs((entry.event.at - made).total_seconds()) < 60
    assert entry.lost > 0
    assert ledger.began == entry.event.at
