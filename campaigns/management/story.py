"""What people did to the demo's campaigns while it lived: one row of demo.toml's story each."""

from collections.abc import Mapping
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DISABLE
from campaigns.management.past import Past
from campaigns.models import Campaign, Change, Person, Proposal, Reading, Thing
from campaigns.rules.findings import FindingLevel
from campaigns.services import deciding, drifting, switches
from campaigns.services.edits import Edit, judge_edits
from campaigns.services.proposing import change_or_propose
from campaigns.services.wanted import reload
from campaigns.sync import readings

DOOR = Change.Door.MACHINE


def tell(event: Mapping[str, Any], past: Past, *, buyer: Person, manager: Person) -> None:
    """Lets one thing happen at that moment. Where no past can be lived, only what brings objects to their state."""
    campaign = Campaign.objects.select_related("advertiser").get(name=event["campaign"])
    if event.get("pause"):
        switches.set_switch(actor=manager, door=DOOR, thing=campaign, status=DISABLE, now=past.now())
    elif not past.moves:
        return
    elif event.get("take"):
        drifting.take_theirs(actor=manager, door=DOOR, campaign=campaign, paths=None, now=past.now())
    elif "elsewhere" in event:
        past.edit_elsewhere(Level.CAMPAIGN, campaign.remote_id or "", **event["elsewhere"])
        readings.hasten(campaign.advertiser, Reading.Kind.WHOLE, now=past.now())
    else:
        groups = () if "budget" in event else campaign.adgroups.order_by("position")[:1]
        name = "budget" if "budget" in event else "conversion_bid_price"
        asked = _ask(next(iter(groups), campaign), {name: event[name]}, event["reason"], past, buyer)
        if isinstance(asked, Proposal) and not event.get("undecided"):
            deciding.approve(
                actor=manager,
                door=DOOR,
                proposal=asked,
                version=asked.version,
                comment="Agreed.",
                now=past.now(),
            )
    past.work()


def _ask(
    thing: Thing, changes: Mapping[str, Any], reason: str, past: Past, buyer: Person
) -> list[Change] | Proposal:
    """The buyer changes something; where the gate wants the manager's yes, it is asked for."""
    campaign = thing if isinstance(thing, Campaign) else thing.campaign
    edits = [Edit(thing, changes)]
    judgement = judge_edits(campaign=reload(campaign), edits=edits, now=past.now())
    confirms = [item for item in judgement.findings if item.level is FindingLevel.CONFIRM]
    said = frozenset((item.rule, item.path) for item in confirms)
    return change_or_propose(
        actor=buyer, door=DOOR, edits=edits, acknowledged=said, reason=reason, now=past.now()
    )
