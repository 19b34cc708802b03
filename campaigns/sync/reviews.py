"""Why TikTok's review refused an ad: read for those whose status says so, and taken off again when it says so no longer."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from campaigns.contract.levels import Level
from campaigns.contract.limits import REVIEW_IDS
from campaigns.contract.statuses import list_refused
from campaigns.models import Ad, Campaign
from campaigns.sync import mirror
from campaigns.sync.gateway import Gateway


def read_reviews(gateway: Gateway, *, now: datetime) -> int:
    """Reads the reasons of every refusal that moved since they were read last. Returns how many ads moved.

    Raises TikTokError. An account in which nothing was refused costs one query and no call.
    """
    refused = list_refused(Level.AD)
    rows = Ad.objects.filter(
        adgroup__campaign__advertiser=gateway.advertiser, remote_id__isnull=False, vanished_at__isnull=True
    )
    over = rows.filter(review__isnull=False).exclude(secondary_status__in=refused)
    moved = sum(_fold(ad.pk, None, now=now) for ad in over)
    fresh = Q(review_read_at__isnull=True) | Q(review_read_at__lt=F("remote_read_at"))
    asked = list(rows.filter(fresh, secondary_status__in=refused).values_list("remote_id", "pk"))
    for start in range(0, len(asked), REVIEW_IDS):
        part = {str(remote_id): pk for remote_id, pk in asked[start : start + REVIEW_IDS]}
        for remote_id, review in _parse(gateway.read_reviews(list(part))):
            if remote_id in part:
                moved += _fold(part[remote_id], review, now=now)
    return moved


def _fold(pk: int, review: Mapping[str, Any] | None, *, now: datetime) -> bool:
    with transaction.atomic():
        ad = Ad.objects.select_related("adgroup__campaign").get(pk=pk)
        Campaign.objects.hold(ad.campaign.pk)
        return mirror.fold_review(ad, review, now=now)


def _parse(answer: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The reviews of an answer by TikTok's id of the ad."""
    materials: dict[str, list[dict[str, Any]]] = {}
    for row in answer.get("material_review_infos") or []:
        told = _tell(row) | {"ad_material_id": str(row.get("ad_material_id") or "")}
        materials.setdefault(str(row.get("smart_plus_ad_id")), []).append(told)
    for row in answer.get("smart_plus_ad_review_infos") or []:
        remote_id = str(row.get("smart_plus_ad_id"))
        refused = [item for item in materials.get(remote_id, []) if item["reasons"]]
        yield remote_id, _tell(row) | {"materials": refused}


def _tell(row: Mapping[str, Any]) -> dict[str, Any]:
    """What TikTok says of one review: its word, every reason once, what to do, and where it holds."""
    infos = row.get("reject_info") or []
    reasons = [str(reason) for info in infos for reason in info.get("reasons") or []]
    places = [
        str(place)
        for info in infos
        for name in ("forbidden_locations", "forbidden_placements", "forbidden_ages")
        for place in info.get(name) or []
    ]
    return {
        "status": str(row.get("review_status") or ""),
        "reasons": list(dict.fromkeys(reasons)),
        "suggestion": " ".join(
            dict.fromkeys(str(info["suggestion"]) for info in infos if info.get("suggestion"))
        ),
        "places": list(dict.fromkeys(places)),
    }
