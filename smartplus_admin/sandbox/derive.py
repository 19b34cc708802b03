"""Secondary statuses, worked out when read from stored facts and the clock, in the order of fact sheet 9.6 [inf].

Not known: what TikTok shows for an ad group whose ads are all switched off; here its ads' review decides all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from campaigns.contract.levels import Level
from campaigns.contract.shape import walk_texts
from smartplus_admin.sandbox.clock import read_time
from smartplus_admin.sandbox.entities import Entity

DENY_MARK = "[deny]"  # README: an ad whose texts or name hold this is denied when its review ends; a creative alone by its own
DENY_REASON = "The ad text contains the marker [deny], which this sandbox's review refuses."


class Review(Enum):
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    PART = "part"  # some creatives denied, the others run
    AGAIN = "again"  # the approved version runs while an edit of it is reviewed (R84)


RUNNING = (Review.APPROVED, Review.PART, Review.AGAIN)


@dataclass(frozen=True, slots=True)
class Moment:
    """What statuses depend on besides the tree: the time, how long a review takes, and what spent its budget."""

    now: float
    review_seconds: float
    used_up: frozenset[str] = frozenset()  # ids of campaigns and ad groups


def review_ad(ad: Entity, moment: Moment) -> Review:
    verdict = ad.facts.get("verdict")
    if verdict in ("approved", "denied"):
        return Review(verdict)
    if (
        verdict == "pending"
        or moment.now < float(ad.facts.get("submitted_at", ad.created_at)) + moment.review_seconds
    ):
        return Review.AGAIN if ad.facts.get("approved_before") else Review.PENDING
    if has_deny_mark(ad):
        return Review.DENIED
    denied, creatives = len(list_denied(ad)), len(ad.body.get("creative_list", ()))
    if not denied:
        return Review.APPROVED
    return Review.DENIED if denied == creatives else Review.PART


def list_denied(ad: Entity) -> list[str]:
    """Creatives that a review by the clock denies alone: by hand, or marked in their texts."""
    by_hand = ad.facts.get("denied_materials", ())
    return [
        item["ad_material_id"]
        for item in ad.body.get("creative_list", ())
        if item["ad_material_id"] in by_hand
        or any(DENY_MARK in text for text in walk_texts(item.get("creative_info")))
    ]


def has_deny_mark(ad: Entity) -> bool:
    texts = (ad.name, *walk_texts(ad.body.get("ad_text_list")))
    return any(DENY_MARK in text for text in texts)


def derive_campaign(campaign: Entity, account_status: str, moment: Moment) -> str:
    if campaign.deleted:
        return "CAMPAIGN_STATUS_DELETE"
    if account_status != "STATUS_ENABLE":
        return "ADVERTISER_ACCOUNT_PUNISH"
    if campaign.operation_status == "DISABLE":
        return "CAMPAIGN_STATUS_DISABLE"
    return "CAMPAIGN_STATUS_BUDGET_EXCEED" if campaign.id in moment.used_up else "CAMPAIGN_STATUS_ENABLE"


def derive_adgroup(
    adgroup: Entity, campaign: Entity, ads: Iterable[Entity], account_status: str, moment: Moment
) -> str:
    early = _derive_common(adgroup, campaign, adgroup, account_status)
    if early:
        return early
    reviews = [review_ad(ad, moment) for ad in ads if not ad.deleted]
    if not reviews:
        return "ADGROUP_STATUS_CREATE"
    running = [review for review in reviews if review in RUNNING]
    if not running:
        return "ADGROUP_STATUS_AUDIT" if Review.PENDING in reviews else "ADGROUP_STATUS_AUDIT_DENY"
    late = _derive_delivery(adgroup, campaign, moment)
    if late:
        return {"DONE": "ADGROUP_STATUS_TIME_DONE"}.get(late, f"ADGROUP_STATUS_{late}")
    return (
        "ADGROUP_STATUS_DELIVERY_OK"
        if len(running) == len(reviews) and Review.PART not in reviews
        else "ADGROUP_STATUS_PARTIAL_AUDIT_DELIVERY_OK"
    )


def derive_ad(ad: Entity, adgroup: Entity, campaign: Entity, account_status: str, moment: Moment) -> str:
    early = _derive_common(ad, campaign, adgroup, account_status)
    if early:
        return early
    review = review_ad(ad, moment)
    if review is Review.PENDING:
        return "AD_STATUS_AUDIT"
    if review is Review.DENIED:
        return "AD_STATUS_AUDIT_DENY"
    late = _derive_delivery(adgroup, campaign, moment)
    if late:
        return f"AD_STATUS_{late}"
    return AD_RUNNING[review]


AD_RUNNING = {
    Review.APPROVED: "AD_STATUS_DELIVERY_OK",
    Review.PART: "AD_STATUS_REVIEW_PARTIALLY_APPROVED",  # docs: part approved and delivering
    Review.AGAIN: "AD_STATUS_DELIVERY_AND_REAUDIT",
}


def _derive_common(entity: Entity, campaign: Entity, adgroup: Entity, account_status: str) -> str | None:
    """Deletions, the account, and the switches from the top down."""
    prefix = f"{'ADGROUP' if entity.level is Level.ADGROUP else 'AD'}_STATUS"
    if entity.deleted:
        own = entity.deleted_with == entity.level.value
        return f"{prefix}_DELETE" if own else f"{prefix}_{entity.deleted_with.upper()}_DELETE"
    if account_status != "STATUS_ENABLE":
        return "ADVERTISER_ACCOUNT_PUNISH"
    if campaign.operation_status == "DISABLE":
        return f"{prefix}_CAMPAIGN_DISABLE"
    if entity is not adgroup and adgroup.operation_status == "DISABLE":
        return f"{prefix}_ADGROUP_DISABLE"
    return f"{prefix}_DISABLE" if entity.operation_status == "DISABLE" else None


def _derive_delivery(adgroup: Entity, campaign: Entity, moment: Moment) -> str | None:
    """The ending of a status that stops delivery, without its level."""
    start, end = (adgroup.body.get(f"schedule_{side}_time") for side in ("start", "end"))
    if start and moment.now < read_time(start):
        return "NOT_START"
    if end and moment.now >= read_time(end):
        return "DONE"
    if campaign.id in moment.used_up:
        return "CAMPAIGN_EXCEED"
    return "BUDGET_EXCEED" if adgroup.id in moment.used_up else None
