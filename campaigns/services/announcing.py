"""What people wait for about proposals and locks, told in the transaction in which it was booked."""

from datetime import datetime

from django.db import transaction

from campaigns.analysis.learning import State
from campaigns.models import AdGroup, Campaign, Decision, Notice, Person, Proposal
from campaigns.notices.telling import tell
from campaigns.rules.policy import house_policy
from campaigns.services.learning import Standing, list_begun, longest_learning, read_standings

Act = Decision.Act
# What carries a proposal further tells it itself; an approval and a counter-value taken are told by what came of them.
UNTOLD = (Act.APPROVED, Act.ACCEPTED)
_SAID = {
    Act.RETURNED: "returned",
    Act.REFUSED: "refused",
    Act.WAITED: "lets wait for the lock",
    Act.BOUNDED: "approved within bounds",
    Act.WITHDRAWN: "took back",
    Act.FELL_STALE: "decided otherwise about",
}
_FELL = {
    Act.APPLIED: "goes out",
    Act.STOPPED: "stopped on its way",
    Act.FELL_STALE: "fell: a live value moved",
    Act.EXPIRED: "ended: nobody decided in time",
}


def announce_step(
    *, proposal: Proposal, did: Decision.Act, actor: Person | None, comment: str, now: datetime
) -> None:
    """One step of a proposal, for those who decide or for whoever asked. In the caller's transaction."""
    if did in UNTOLD:
        return
    items = list(proposal.items.select_related("campaign", "adgroup", "ad"))
    what = items[0].target.label if items else "nothing"
    what += f" and {len(items) - 1} more" if len(items) > 1 else ""
    asker = proposal.asked_by.display_name
    waits = did in (Act.ASKED, Act.HELD_BACK)
    if did == Act.ASKED:
        text = f"{asker} asks for a change of {what}: {comment}"
    elif did == Act.HELD_BACK:
        text = f"The change of {what} that {asker} asked for came back: {comment}"
    elif proposal.emergency:
        text = f"{asker} lowered {what} at once, as an emergency"
    elif actor and did in _SAID:
        text = f"{actor.display_name} {_SAID[did]} the change of {what} that {asker} asked for"
    else:
        text = f"The change of {what} that {asker} asked for {_FELL.get(did, did.label)}"
    if did == Act.APPLIED and actor and not proposal.emergency:
        text += f", decided by {actor.display_name}"
    if not waits:
        text += f": {comment}" if comment else "."
    tell(
        advertiser=proposal.advertiser,
        kind=Notice.Kind.PROPOSAL_WAITING if waits else Notice.Kind.PROPOSAL_DECIDED,
        text=text,
        campaign_ref=items[0].campaign_id if items else None,
        target=f"proposals/{proposal.pk}",
        data={
            "proposal": proposal.pk,
            "version": proposal.version,
            "state": str(proposal.state),
            "act": str(did),
            "asked_by": proposal.asked_by.username,
            "by": actor.username if actor else None,
        },
        now=now,
    )


def announce_openings(*, now: datetime) -> int:
    """Tells of locks that opened since the last time, each opening once. Returns how many.

    What reaches its results weeks after its days were over opened then, and is told no more.
    """
    recent = now - house_policy().days("notices.told_within")
    standing_ones = AdGroup.objects.filter(remote_id__isnull=False, vanished_at__isnull=True)
    groups = list_begun(
        standing_ones.select_related("campaign__advertiser"), since=recent - longest_learning()
    )
    opened = [
        standing
        for standing in read_standings(adgroups=groups, now=now).values()
        if standing.ledger.state in (State.LEFT, State.STUCK)
        and standing.ledger.since is not None
        and standing.ledger.since >= recent
    ]
    return sum(_tell_opening(standing, now) for standing in opened)


def _tell_opening(standing: Standing, now: datetime) -> bool:
    group, ledger = standing.adgroup, standing.ledger
    began = ledger.began.isoformat() if ledger.began else ""
    with transaction.atomic(durable=True):
        Campaign.objects.hold(group.campaign_id)
        told = Notice.objects.filter(
            kind=Notice.Kind.LOCK_OPENED, campaign_ref=group.campaign_id, target=f"adgroups/{group.pk}"
        )
        if told.filter(data__began=began).exists():
            return False
        short = ledger.state is State.STUCK
        said = (
            f"The learning days of {group.label} are over with {ledger.results:.0f} of {ledger.needed} results: it is open."
            if short
            else f"{group.label} has its {ledger.needed} results: its lock is open."
        )
        tell(
            advertiser=group.campaign.advertiser,
            kind=Notice.Kind.LOCK_OPENED,
            text=f"{group.campaign.label}: {said}",
            campaign_ref=group.campaign_id,
            target=f"adgroups/{group.pk}",
            data={"began": began, "state": ledger.state.value, "results": f"{ledger.results:.0f}"},
            now=now,
        )
    return True
