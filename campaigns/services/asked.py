"""Open proposals about what TikTok holds otherwise: which of them wait, and which end because theirs is taken."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.contract.shape import read_members
from campaigns.models import (
    Ad,
    Campaign,
    Person,
    Proposal,
    ProposalItem,
)
from campaigns.services.edits import read_live
from campaigns.services.proposals import overtake
from campaigns.services.wanted import name_target
from campaigns.sync.bodies import list_pictures
from campaigns.sync.drift import SWITCH, Drift


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open proposal that sets what drifts. `keeps`: it asks for ours, against what TikTok holds by now."""

    proposal: Proposal
    keeps: bool


def find_waiting(campaign: Campaign, drifts: Sequence[Drift]) -> dict[str, Waiting]:
    """What waits about differences, by their paths: of several the proposal that keeps ours, else the newest. One query where
    nothing waits.
    """
    found: dict[str, Waiting] = {}
    for drift, item in _list_asked(campaign, drifts):
        known = found.get(drift.path)
        keeps = _asks_for_ours(item, drift.member) and _stands(item, drift.member)
        if keeps or known is None or not known.keeps:
            found[drift.path] = Waiting(item.proposal, keeps)
    return found


def end_asked(
    actor: Person, door: str, campaign: Campaign, items: Sequence[Drift], now: datetime
) -> list[Proposal]:
    """Ends what asked to keep ours: an approval would undo what is taken. A bundle ends as a whole, and says so."""
    asked: dict[Proposal, list[str]] = defaultdict(list)
    for drift, item in _list_asked(campaign, items):
        if _asks_for_ours(item, drift.member):
            asked[item.proposal].append(f"{drift.member} of {drift.label}")
    return [
        proposal
        for proposal, names in asked.items()
        if overtake(
            proposal=proposal,
            actor=actor,
            door=door,
            said=f"TikTok's value was taken instead: {', '.join(names)}.",
            now=now,
        )
    ]


def _list_asked(campaign: Campaign, drifts: Iterable[Drift]) -> list[tuple[Drift, ProposalItem]]:
    """Each difference with the items of open proposals that set it, the oldest first."""
    rows = ProposalItem.objects.filter(campaign=campaign, proposal__state__in=Proposal.OPEN_STATES)
    rows = rows.select_related("proposal", "campaign", "adgroup__campaign", "ad__adgroup__campaign")
    asked: dict[tuple[str, str], list[ProposalItem]] = defaultdict(list)
    for item in rows.order_by("proposal", "position"):
        for member in {path.partition("/")[0] for path in item.after}:
            asked[name_target(item.target), member].append(item)
    return [(drift, item) for drift in drifts for item in asked.get((drift.target, drift.member), ())]


def _asks_for_ours(item: ProposalItem, member: str) -> bool:
    """Whether an item asks for what is wanted already, whatever TikTok holds."""
    thing = item.target
    if member == SWITCH:
        return item.after.get(SWITCH) == thing.wanted_switch
    asked, wanted = (
        read_members(thing.level, {member: side.get(member)}).values for side in (item.after, thing.wanted)
    )
    return member in item.after and asked == wanted


def _stands(item: ProposalItem, member: str) -> bool:
    """Whether what is live is still what an item was made against."""
    thing = item.target
    pictures = list_pictures(item.campaign.advertiser_id, [thing]) if isinstance(thing, Ad) else {}
    return bool(read_live(thing, item.after, pictures)[member] == item.before.get(member))
