"""What of both roads somebody may be waiting for: said in one sentence, in the transaction in which it was booked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from campaigns.models import Campaign, Flip, Notice
from campaigns.notices.telling import tell

Kind = Notice.Kind


def announce_flips(flips: Iterable[Flip], *, now: datetime) -> None:
    """Statuses that moved, refusals of the review, and what somebody changed at TikTok: one notice each for a campaign."""
    known = sorted((flip for flip in flips if _find_kind(flip)), key=_order)
    if not known:
        return
    campaigns = Campaign.objects.select_related("advertiser").in_bulk({flip.campaign_ref for flip in known})
    for (ref, kind), group in groupby(known, key=_order):
        some = list(group)
        if kind and ref in campaigns:
            _tell(campaigns[ref], Kind(kind), _say(campaigns[ref], Kind(kind), some), some, now)


def announce_end(campaign_id: int, *, now: datetime) -> None:
    """A launch came to its end: everything is made, read back, and switched as wanted. Of a growth only what was added is."""
    campaign = Campaign.objects.select_related("advertiser", "launch").get(pk=campaign_id)
    text = f"{campaign.label} is launched: all of it stands at TikTok as planned."
    if campaign.launch.grows:
        text = f"{campaign.label} has grown: what was added stands at TikTok as planned."
    data = {"campaign_id": campaign.remote_id, "operation_status": campaign.wanted_switch}
    tell(
        advertiser=campaign.advertiser,
        kind=Kind.LAUNCH_FINISHED,
        text=text,
        campaign_ref=campaign.pk,
        target="campaign",
        data=data,
        now=now,
    )


def announce_need(campaign_id: int, target: str, error: Mapping[str, Any] | None, *, now: datetime) -> None:
    """Nobody can be sure of an object, and a person has to look."""
    campaign = Campaign.objects.select_related("advertiser").get(pk=campaign_id)
    said = str((error or {}).get("message") or "")
    tell(
        advertiser=campaign.advertiser,
        kind=Kind.NEEDS_PERSON,
        text=f"{campaign.label} needs a person. {said}".strip(),
        campaign_ref=campaign.pk,
        target=target,
        data=dict(error or {}),
        now=now,
    )


def _find_kind(flip: Flip) -> str:
    """Of which kind a notice would be; "" where nobody waits for it."""
    if flip.member == "review":
        return Kind.REVIEW_REFUSED if flip.after else ""
    if flip.cause == Flip.Cause.ELSEWHERE:
        return Kind.DRIFT_FOUND
    if flip.member == "secondary_status" and flip.target == "campaign" and flip.before:
        return Kind.STATUS_CHANGED
    return ""


def _order(flip: Flip) -> tuple[int, str]:
    return flip.campaign_ref, _find_kind(flip)


def _say(campaign: Campaign, kind: Notice.Kind, flips: Sequence[Flip]) -> str:
    first = flips[0]
    match kind:
        case Kind.REVIEW_REFUSED:
            return f"TikTok's review refused an ad of {campaign.label}: {first.after}"
        case Kind.STATUS_CHANGED:
            return f"{campaign.label}: {first.before} → {first.after}"
    what = first.member.removeprefix("body:")
    more = f" and {len(flips) - 1} more" if len(flips) > 1 else ""
    return f"{campaign.label} was changed at TikTok: {what}{more}"


def _tell(campaign: Campaign, kind: Notice.Kind, text: str, flips: Sequence[Flip], now: datetime) -> None:
    moved = [
        {"target": item.target, "member": item.member, "before": item.before, "after": item.after}
        for item in flips
    ]
    tell(
        advertiser=campaign.advertiser,
        kind=kind,
        text=text,
        campaign_ref=campaign.pk,
        target=flips[0].target,
        data={"moved": moved},
        now=now,
    )
