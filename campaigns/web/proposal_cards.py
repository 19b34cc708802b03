"""Proposals as the pages show them: every value in its account's writing, what it costs in words, and what one may answer.

Made from rows that were read already; asks the database for nothing itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.members import find_member
from campaigns.models import Advertiser, Person, Proposal, ProposalItem
from campaigns.rules.authority import Act, Role, may
from campaigns.rules.policy import Policy
from campaigns.services.applying import LOCK_RULE
from campaigns.services.desk import Card, Line
from campaigns.web.history import flatten, say_value
from campaigns.web.templatetags.smartplus import money
from campaigns.web.values import say_member
from campaigns.web.words import PROPOSAL_STATES, Word

State = Proposal.State
LINES = 12  # of one item before the rest is counted
UNDECIDED = (State.OPEN, State.RETURNED)
DECIDED = (State.WAITING, State.BOUNDED)
AMOUNTS = ("money", "number")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One value in words. `live` only where it moved; `field` names what a counter-value is typed into, for amounts."""

    path: str
    before: str
    after: str
    counter: str
    live: str
    percent: str
    field: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What it costs in learning, in words; an interval is one of 80 %."""

    chance: str
    expected: str
    interval: str
    because: str
    groups: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ShownItem:
    item: ProposalItem
    label: str
    level: str
    lines: tuple[ShownLine, ...]
    more: int
    cost: Cost | None
    exposure: tuple[tuple[str, str, str], ...]  # its name, before, after

    @property
    def target(self) -> str:
        thing = self.item.target
        return "" if thing.level is Level.CAMPAIGN else f"#{thing.level}-{thing.pk}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A card. `acts` are those that would not be refused; `folded`: ticked as viewed, and nothing moved since."""

    card: Card
    state: Word
    items: tuple[ShownItem, ...]
    acts: frozenset[str]
    why_not: str
    amounts: tuple[str, ...]

    @property
    def proposal(self) -> Proposal:
        return self.card.proposal

    @property
    def account(self) -> Advertiser:
        return self.card.proposal.advertiser

    @property
    def stale(self) -> bool:
        return self.card.stale or self.card.proposal.state == State.STALE

    @property
    def folded(self) -> bool:
        return self.card.viewed and not self.stale


def show_card(card: Card, *, person: Person, role: Role, policy: Policy) -> Shown:
    acts, why_not = _find_acts(card, person, role, policy)
    return Shown(
        card=card,
        state=PROPOSAL_STATES[card.proposal.state],
        items=tuple(_show_item(item, lines, card.proposal.advertiser) for item, lines in card.items),
        acts=acts,
        why_not=why_not,
        amounts=tuple(
            dict.fromkeys(line.path for item, lines in card.items for line in lines if _is_amount(item, line))
        ),
    )


def _find_acts(card: Card, person: Person, role: Role, policy: Policy) -> tuple[frozenset[str], str]:
    """What the person may answer, and why a manager may not approve it."""
    proposal = card.proposal
    found: set[str] = set()
    if not proposal.is_open:
        return frozenset(), ""
    own = proposal.asked_by_id == person.pk
    if own:
        found.add("withdraw")
        if (
            not card.stale
            and proposal.state == State.RETURNED
            and any(item.counter for item, _ in card.items)
            and may(role, Act.PROPOSE)
        ):
            found.add("accept")
    if not may(role, Act.DECIDE):
        return frozenset(found), ""
    found |= {"return", "refuse"}
    if own and policy.count("approval.people") > 1:
        return frozenset(
            found
        ), "The account's policy wants two people: another manager approves what you asked for."
    if card.stale and not proposal.bounds:
        moved = "A live value moved, so an approval would fall: return it with another value, or approve within bounds."
    else:
        moved = ""
        found.add("approve")
    if any(_is_amount(item, line) for item, lines in card.items for line in lines):
        found.add("bounds")
    locked = any(finding["rule"] == LOCK_RULE for item, _ in card.items for finding in item.findings)
    if locked and not moved and proposal.state != State.WAITING:
        found.add("wait")
    return frozenset(found), moved


def _show_item(item: ProposalItem, lines: Sequence[Line], account: Advertiser) -> ShownItem:
    level = item.target.level
    shown = [part for line in lines for part in _show_line(item, line, account)]
    return ShownItem(
        item=item,
        label=item.target.label,
        level={Level.CAMPAIGN: "campaign", Level.ADGROUP: "ad group", Level.AD: "ad"}[level],
        lines=tuple(shown[:LINES]),
        more=max(len(shown) - LINES, 0),
        cost=show_cost(item.cost, account),
        exposure=tuple(_list_exposures(item.exposure, account)),
    )


def _show_line(item: ProposalItem, line: Line, account: Advertiser) -> Iterator[ShownLine]:
    """One line; of an object's members one for each that differs."""
    if any(isinstance(value, Mapping | list) for value in (line.before, line.after)):
        sides = [dict(flatten(line.path, value)) for value in (line.before, line.after, line.live)]
        for path in dict.fromkeys([*sides[0], *sides[1]]):
            old, new, live = (side.get(path) for side in sides)
            if old != new or (line.moved and live != old):
                moved = say_value(live) if line.moved and live != old else ""
                yield ShownLine(path, say_value(old), say_value(new), "", moved, "", "")
        return

    def say(value: Any) -> str:
        return say_member(item.target.level, line.path, value, account)

    yield ShownLine(
        path=line.path,
        before=say(line.before),
        after=say(line.after),
        counter="" if line.counter is None else say(line.counter),
        live=say(line.live) if line.moved else "",
        percent="" if line.percent is None else f"{line.percent:+.0f} %".replace("-", "−"),
        field=f"counter-{item.position}-{line.path}" if _is_amount(item, line) else "",
    )


def _is_amount(item: ProposalItem, line: Line) -> bool:
    member = find_member(item.target.level, line.path)
    return member is not None and member.type in AMOUNTS and line.after not in (None, "")


def show_cost(cost: Mapping[str, Any] | None, account: Advertiser) -> Cost | None:
    if cost is None:
        return None
    days, spend = cost.get("days"), cost.get("money")
    expected = f"{cost['expected_days']:.1f} days"
    if cost.get("expected_money") is not None:
        expected += f" and {money(cost['expected_money'], account)}"
    interval = f"{days[0]:.1f}–{days[1]:.1f} days" if days else ""
    if spend and spend[0] is not None:
        interval += f", {money(spend[0], account)}–{money(spend[1], account)}"
    return Cost(
        chance=f"{cost['chance']:.0%}".replace("%", " %"),
        expected=expected,
        interval=interval,
        because=cost.get("because", ""),
        groups=tuple(cost.get("adgroups", ())),
    )


def _list_exposures(exposure: Mapping[str, Any], account: Advertiser) -> Iterator[tuple[str, str, str]]:
    before, after = (exposure.get(side) or {} for side in ("before", "after"))
    for name, words in (("worst_day", "Worst day"), ("worst_week", "Worst week"), ("total", "In all")):
        if name in after:
            yield words, _bound(before.get(name), account), _bound(after[name], account)


def _bound(amount: str | None, account: Advertiser) -> str:
    return "no bound" if amount is None else money(Decimal(amount), account)
