"""Booking a notice, in the transaction of what it tells of: what was rolled back is told to nobody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.models import Advertiser, Delivery, Notice, Person, Webhook


def tell(
    *,
    advertiser: Advertiser,
    kind: Notice.Kind,
    text: str,
    now: datetime,
    campaign_ref: int | None = None,
    target: str = "",
    data: Mapping[str, Any] | None = None,
) -> Notice:
    """Books one notice and a message for every webhook that asked for its kind. The sweep sends them."""
    notice = Notice.objects.create(
        advertiser=advertiser,
        kind=kind,
        campaign_ref=campaign_ref,
        target=target,
        text=text[:1000],
        data=dict(data or {}),
        at=now,
    )
    hooks = Webhook.objects.filter(advertiser=advertiser, stopped_at=None)
    Delivery.objects.bulk_create(
        Delivery(webhook=hook, kind=kind, body=compose_body(notice, advertiser), made_at=now, not_before=now)
        for hook in hooks
        if kind in hook.kinds
    )
    return notice


def compose_body(notice: Notice, advertiser: Advertiser) -> dict[str, Any]:
    """What a receiver gets: our ids and TikTok's id of the account, the sentence, and figures in `data`."""
    return {
        "kind": str(notice.kind),
        "notice": notice.pk,
        "advertiser_id": advertiser.advertiser_id,
        "campaign": notice.campaign_ref,
        "target": notice.target,
        "text": notice.text,
        "data": notice.data,
        "at": notice.at.isoformat().replace("+00:00", "Z"),
    }


def mark_seen(*, person: Person, now: datetime) -> None:
    """The person has looked at the list of notices."""
    Person.objects.filter(pk=person.pk).update(notices_seen_at=now)
