"""Reads for those who decide: the review queue, the lock calendar, and what waits for one opening. Never writes.

Everything is computed from rows handed in or read in a constant number of queries; see `queries.visible_proposals` and
`queries.learning_adgroups` for who sees what.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from campaigns import queries
from campaigns.analysis.learning import State
from campaigns.models import AdGroup, Campaign, Person, Proposal, ProposalItem, ProposalLook, Thing
from campaigns.services.edits import read_live
from campaigns.services.learning import Standing, list_begun, longest_learning, read_standings
from campaigns.sync.bodies import list_pictures

ZERO = Decimal(0)
Pictures = Mapping[str, str]  # image ids by address, of one account


@dataclass(frozen=True, slots=True)
class Line:
    """One member of an item: what it was when it was asked for, what it shall be, and what is live now."""

    path: str
    before: Any
    after: Any
    counter: Any
    live: Any
    moved: bool
    percent: Decimal | None  # from what it was when it was asked for


@dataclass(frozen=True, slots=True)
class Card:
    """A proposal as the queue shows it. `at_risk`: money expected to be lost in learning, and what a worst day grows by."""

    proposal: Proposal
    items: tuple[tuple[ProposalItem, tuple[Line, ...]], ...]
    lost: Decimal
    grows: Decimal
    viewed: bool

    @property
    def stale(self) -> bool:
        """A live value moved: an approval would fall, unless its bounds allow it."""
        return self.proposal.is_open and any(line.moved for _, lines in self.items for line in lines)

    @property
    def at_risk(self) -> Decimal:
        return self.lost + self.grows


@dataclass(frozen=True, slots=True)
class Passenger:
    """A proposal that waits for an ad group's lock. `rivals` are others that set the same members of the same objects."""

    proposal: Proposal
    rivals: tuple[int, ...]


def list_queue(person: Person, *, states: Sequence[str] = Proposal.OPEN_STATES) -> list[Card]:
    """What is to be decided or was decided and has not gone out, money at risk first, then by its end."""
    proposals = queries.visible_proposals(person).filter(state__in=states)
    return list_cards(person, rank(proposals))


def rank(proposals: "QuerySet[Proposal]") -> list[int]:
    """Our ids in the order of the queue, from what is at risk alone: a card takes far more. Two queries."""
    ends = dict(proposals.order_by().values_list("pk", "valid_until"))
    items: dict[int, list[ProposalItem]] = {pk: [] for pk in ends}
    for item in ProposalItem.objects.filter(proposal__in=proposals.order_by().values("pk")).only(
        "proposal", "campaign", "cost", "exposure"
    ):
        items.setdefault(item.proposal_id, []).append(item)
    return sorted(ends, key=lambda pk: (-sum(_weigh(items[pk])), ends[pk], pk))


def list_cards(person: Person, ids: Sequence[int]) -> list[Card]:
    """The cards of proposals that the person sees, in the order given."""
    proposals = queries.visible_proposals(person).in_bulk(ids)
    looks = set(person_looks(person, proposals.values()))
    viewed = {pk for pk, proposal in proposals.items() if (pk, proposal.version) in looks}
    return read_cards([proposals[pk] for pk in ids if pk in proposals], viewed=viewed)


def person_looks(person: Person, proposals: Iterable[Proposal]) -> Iterable[tuple[int, int]]:
    """Which versions of which proposals the person has ticked as viewed."""
    rows = ProposalLook.objects.filter(person=person, proposal__in=[item.pk for item in proposals])
    return rows.values_list("proposal", "version")


def read_card(proposal: Proposal, *, viewed: bool = False) -> Card:
    """One card alone, as `read_cards` reads them."""
    return read_cards([proposal], viewed={proposal.pk} if viewed else ())[0]


def read_cards(proposals: Sequence[Proposal], *, viewed: Container[int] = ()) -> list[Card]:
    """`proposals` come from `queries.visible_proposals`; a further query for each account whose ads name pictures by address,
    and for each price that TikTok holds otherwise."""
    pictures = _list_pictures(proposals)
    return [
        _read_card(proposal, pictures[proposal.advertiser_id], proposal.pk in viewed)
        for proposal in proposals
    ]


def _read_card(proposal: Proposal, pictures: Pictures, viewed: bool) -> Card:
    items = list(proposal.items.all())
    lost, grows = _weigh(items)
    shown = tuple((item, tuple(_list_lines(proposal, item, pictures))) for item in items)
    return Card(proposal, shown, lost, grows, viewed)


def _list_pictures(proposals: Iterable[Proposal]) -> Mapping[int, Pictures]:
    """The pictures of the ads that proposals are about, by our id of the account."""
    ads: dict[int, list[Thing]] = defaultdict(list)
    for proposal in proposals:
        ads[proposal.advertiser_id] += [item.ad for item in proposal.items.all() if item.ad]
    return {account: list_pictures(account, things) for account, things in ads.items()}


def _weigh(items: Iterable[ProposalItem]) -> tuple[Decimal, Decimal]:
    """What learning is expected to lose, and what the worst day grows by: each campaign once."""
    lost, grows = ZERO, dict[int, Decimal]()
    for item in items:
        lost += Decimal((item.cost or {}).get("expected_money") or 0)
        before, after = ((item.exposure.get(side) or {}).get("worst_day") for side in ("before", "after"))
        if before is not None and after is not None:
            grows[item.campaign_id] = max(Decimal(after) - Decimal(before), ZERO)
    return lost, sum(grows.values(), ZERO)


def list_calendar(
    person: Person, *, now: datetime, advertiser_id: str = "", buyer: str = ""
) -> list[Standing]:
    """Ad groups that learn, the soonest opening first; narrowed by TikTok's id of the account or the buyer's username."""
    groups = queries.learning_adgroups(person)
    if advertiser_id:
        groups = groups.filter(campaign__advertiser__advertiser_id=advertiser_id)
    if buyer:
        groups = groups.filter(campaign__created_by__username=buyer)
    groups = list_begun(groups.select_related("campaign__created_by"), since=now - longest_learning())
    standings = read_standings(adgroups=groups, now=now).values()
    learning = [standing for standing in standings if standing.ledger.state is State.LEARNING]
    return sorted(learning, key=lambda standing: (_opening(standing, now), standing.adgroup.pk))


def read_campaign(campaign: Campaign, *, now: datetime) -> dict[int, Standing]:
    """The standing of every ad group of a tree that TikTok holds, by our id. No query where it holds none."""
    groups = [group for group in campaign.adgroups.all() if group.remote_id and not group.is_removed]
    return read_standings(adgroups=groups, now=now)


def list_train(adgroup: AdGroup, person: Person) -> list[Passenger]:
    """The proposals that wait for the lock of an ad group, in the order in which they go."""
    waiting = queries.visible_proposals(person).filter(
        state=Proposal.State.WAITING, items__campaign=adgroup.campaign_id
    )
    aboard = [
        proposal
        for proposal in waiting.distinct().order_by("created_at", "pk")
        if any(item.adgroup_id in (None, adgroup.pk) for item in proposal.items.all())
    ]
    sets = {
        proposal.pk: {
            (item.campaign_id, item.adgroup_id, item.ad_id, path)
            for item in proposal.items.all()
            for path in item.after
        }
        for proposal in aboard
    }
    return [
        Passenger(
            proposal, tuple(pk for pk, own in sets.items() if pk != proposal.pk and own & sets[proposal.pk])
        )
        for proposal in aboard
    ]


def _list_lines(proposal: Proposal, item: ProposalItem, pictures: Pictures) -> Iterable[Line]:
    held = read_live(item.target, item.after, pictures)
    for path, before in item.before.items():
        live = held[path]
        moved = proposal.is_open and not _same(live, before)
        after = item.after[path]
        yield Line(path, before, after, (item.counter or {}).get(path), live, moved, _percent(before, after))


def _opening(standing: Standing, now: datetime) -> datetime:
    if standing.lock_opens and standing.lock_opens.middle:
        return standing.lock_opens.middle
    return standing.ledger.opens_at or now


def _same(live: Any, before: Any) -> bool:
    left, right = _amount(live), _amount(before)
    return left == right if left is not None and right is not None else live == before


def _percent(before: Any, after: Any) -> Decimal | None:
    left, right = _amount(before), _amount(after)
    if left is None or right is None or left <= 0:
        return None
    return ((right - left) / left * 100).quantize(Decimal("0.1"))


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            return Decimal(str(value))
        except ArithmeticError:
            return None
    return None
