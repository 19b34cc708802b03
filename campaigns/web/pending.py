"""What waits about a campaign, shown on the object itself, so that nobody edits it unaware."""

from collections import Counter
from typing import Any

from campaigns import queries
from campaigns.models import Campaign, Person, Proposal, policy_of
from campaigns.services.desk import read_cards
from campaigns.services.wanted import name_target
from campaigns.web.proposal_cards import Shown, show_card


def list_pending(person: Person, campaign: Campaign) -> list[Shown]:
    """The proposals about a campaign and what is below it that have not gone out, the oldest first."""
    rows = queries.visible_proposals(person).filter(state__in=Proposal.OPEN_STATES, items__campaign=campaign)
    proposals = list(rows.distinct().order_by("created_at", "pk"))
    if not proposals:
        return []
    role, policy = queries.role_of(person, campaign.advertiser), policy_of(campaign.advertiser)
    assert role is not None, "visible_proposals shows members alone"
    return [show_card(card, person=person, role=role, policy=policy) for card in read_cards(proposals)]


def read_pending(person: Person, campaign: Campaign) -> dict[str, Any]:
    """For a template: the proposals, and how many there are about each object by the name of its target."""
    pending = list_pending(person, campaign)
    about = Counter(
        name_target(row.item.target)
        for one in pending
        for row in one.items
        if row.item.campaign_id == campaign.pk
    )
    return {"pending": pending, "pending_about": about}
