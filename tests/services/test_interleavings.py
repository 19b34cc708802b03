"""Whatever order people, pulls and openings come in: nothing goes undecided inside a lock, out of its bounds, or twice."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.models import Campaign, Change, Envelope, Flip, Hold, Proposal
from campaigns.services import deciding
from campaigns.services.edits import Edit
from campaigns.services.envelopes import measure_account, set_envelope
from campaigns.services.errors import ServiceError
from campaigns.services.locks import find_lock
from campaigns.services.openings import run_due
from campaigns.services.proposing import change_or_propose
from tests.services.proposing import NOW, Team, make_team

pytestmark = pytest.mark.django_db(transaction=True)
BUDGETS = ("450.00", "520.00", "600.00", "900.00")
BOUNDS = (
    {"least": 440, "most": 560, "raise_by": 25},
    {"least": 590, "most": 700},
    {"most": 1000, "raise_by": 5},
)


@dataclass
class World:
    """One campaign in learning, and who has allowed which proposal what."""

    team: Team
    campaign: Campaign
    now: datetime = NOW
    allowed: set[int] = field(default_factory=set)  # proposals that a manager lets go
    bounds: dict[int, dict[str, Any]] = field(default_factory=dict)

    def budget(self) -> Decimal:
        return Decimal(Campaign.objects.get(pk=self.campaign.pk).wanted["budget"])

    def proposals(self) -> list[Proposal]:
        return list(Proposal.objects.filter(advertiser=self.team.account).order_by("pk"))

    def edit(self, budget: str) -> None:
        campaign = Campaign.objects.get(pk=self.campaign.pk)
        locked, before = find_lock(thing=campaign, now=self.now).locked, self.budget()
        edits = [Edit(campaign, {"budget": budget})]
        change_or_propose(
            actor=self.team.buyer, door="page", edits=edits, acknowledged=frozenset({("budget-raise-size", None)}),
            reason="sells", now=self.now,
        )  # fmt: skip
        assert not locked or self.budget() == before, "an edit went through a lock undecided"

    def answer(self, what: str, index: int, **given: Any) -> None:
        proposals = self.proposals()
        proposal = proposals[index % len(proposals)] if proposals else None
        if proposal is None:
            return
        before = self.budget()
        try:
            getattr(deciding, what)(
                actor=self.team.manager, door="page", proposal=proposal, version=proposal.version, now=self.now, **given
            )  # fmt: skip
        finally:
            if what in ("approve", "wait"):
                self.allowed.add(proposal.pk)
            if self.budget() != before:
                assert what == "approve", f"{what} changed what is wanted"
                self.check_bounds(proposal.pk, before)
        self.bounds[proposal.pk] = given.get("bounds") or {}

    def pull(self, budget: str) -> None:
        """Somebody changed the budget in Ads Manager, and we took theirs over."""
        campaign = Campaign.objects.get(pk=self.campaign.pk)
        Flip.objects.create(
            advertiser=self.team.account, campaign_ref=campaign.pk, target="campaign", member="body:budget",
            before=campaign.wanted["budget"], after=budget, cause="elsewhere", at=self.now,
        )  # fmt: skip
        campaign.wanted |= {"budget": budget}
        campaign.remote |= {"budget": budget}
        campaign.save(update_fields=["wanted", "remote"])

    def pass_time(self, days: int) -> None:
        self.now += timedelta(days=days)
        campaign = Campaign.objects.get(pk=self.campaign.pk)
        locked, before = find_lock(thing=campaign, now=self.now).locked, self.budget()
        gone = {item.pk for item in self.proposals() if item.state == "applied"}
        run_due(now=self.now)
        fresh = [item for item in self.proposals() if item.state == "applied" and item.pk not in gone]
        assert {item.pk for item in fresh} <= self.allowed, "something went that nobody let go"
        if self.budget() != before:
            assert fresh
            bounded = [item for item in fresh if item.bounds]
            assert not locked or bounded, "something went inside a lock without a decision for it"

    def check_bounds(self, pk: int, live: Decimal) -> None:
        bounds = Proposal.objects.get(pk=pk).bounds
        if bounds:
            assert Decimal(bounds.get("least", 0)) <= live <= Decimal(bounds.get("most", 10**9))
            assert self.budget() <= live * (1 + Decimal(bounds.get("raise_by", 10**6)) / 100)

    def check(self) -> None:
        notes = Change.objects.filter(campaign_ref=self.campaign.pk, act="edited").values_list(
            "note", flat=True
        )
        carried = Counter(note.split(",")[0] for note in notes if note.startswith("Proposal "))
        assert not carried or max(carried.values()) == 1, "a proposal was carried out twice"
        envelope = Envelope.objects.get(advertiser=self.team.account)
        held = sum((hold.amount for hold in Hold.objects.filter(envelope=envelope, state="held")), Decimal(0))
        assert envelope.held == held


numbers = st.integers(min_value=0, max_value=5)
steps = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(BUDGETS)),
    st.tuples(st.just("pull"), st.sampled_from(BUDGETS)),
    st.tuples(st.just("pass_time"), st.integers(min_value=0, max_value=4)),
    st.tuples(st.just("approve"), numbers),
    st.tuples(st.just("within"), numbers, st.sampled_from(BOUNDS)),
    st.tuples(st.sampled_from(("wait", "refuse", "send_back")), numbers),
)


@example([("edit", "600.00"), ("wait", 0), ("pass_time", 1), ("pull", "520.00"), ("pass_time", 4)])
@example([("edit", "600.00"), ("wait", 0), ("pass_time", 4), ("pass_time", 4), ("pass_time", 1)])
@example([("edit", "600.00"), ("within", 0, BOUNDS[1]), ("pull", "520.00"), ("pass_time", 0)])
@example([("edit", "900.00"), ("edit", "520.00"), ("approve", 1), ("approve", 0), ("approve", 1)])
@given(st.lists(steps, min_size=4, max_size=9))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_order_of_events_lets_anything_slip_through(script: list[tuple[Any, ...]]) -> None:
    team = make_team()
    world = World(team, team.learn())
    roof = Decimal(1200)
    set_envelope(actor=team.boss, door="page", advertiser=team.account, amount=roof, reason="a cap", now=NOW)
    for name, *words in script:
        held_before = measure_account(team.account, now=world.now).day or Decimal(0)
        try:
            if name in ("edit", "pull", "pass_time"):
                getattr(world, name)(*words)
            elif name == "within":
                world.answer("approve", words[0], bounds={"member": "budget", **words[1]})
            else:
                world.answer(name, words[0], **({"comment": "no"} if name in ("refuse", "send_back") else {}))
        except ServiceError:
            pass  # told to whoever asked; nothing may have changed by it, which is checked
        world.check()
        if name in ("approve", "within"):
            live = measure_account(team.account, now=world.now).day or Decimal(0)
            assert live <= max(roof, held_before), "an approval went beyond the envelope"
