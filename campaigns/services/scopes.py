"""The three permissions that the product needs of a connection (P8), found out by asking, not by comparing numbers: two of
them have no published id (platform 4.3)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.contract.levels import Level
from campaigns.contract.permissions import CREATIVE_TOOL, includes
from campaigns.models import Ad, Advertiser
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.errors import Meaning, TikTokError

ADS = "Ads Management › Upgraded Smart Plus Ads"
REPORTS = "Reporting › Upgraded Smart+ Report"
CREATIVES = "Creative Management › Creative tool"
NUMBERS: dict[str, int | None] = {ADS: None, REPORTS: None, CREATIVES: CREATIVE_TOOL}  # platform 4.3
LACKING = (Meaning.PERMISSION, Meaning.TOKEN)


def check_scopes(client: TikTokClient, advertiser: Advertiser, *, now: datetime) -> list[dict[str, Any]]:
    """Each scope with `ok`: true = a call that needs it was answered, false = TikTok said that it is missing, null = not
    known, with what was said. Harmless calls only, at most one a scope."""
    account = advertiser.advertiser_id
    today = now.astimezone(ZoneInfo(advertiser.zone)).date()
    ad = Ad.objects.filter(
        adgroup__campaign__advertiser=advertiser, remote_id__isnull=False, vanished_at__isnull=True
    ).first()
    asked: list[tuple[str, Callable[[], Any] | None]] = [
        (
            ADS,
            lambda: client.get_page(Level.CAMPAIGN, advertiser_id=account, filtering={}, page=1, page_size=1),
        ),
        (
            REPORTS,
            lambda: client.probe_material_report(
                advertiser_id=account, first=today - timedelta(days=1), last=today
            ),
        ),
        (
            CREATIVES,
            (lambda: client.preview_ad(advertiser_id=account, ad_id=str(ad.remote_id))) if ad else None,
        ),
    ]
    granted = advertiser.connection.scopes
    return [
        {"scope": name, "number": NUMBERS[name], **_ask(call, granted, NUMBERS[name])} for name, call in asked
    ]


def _ask(call: Callable[[], Any] | None, granted: list[int] | None, number: int | None) -> dict[str, Any]:
    if call is None and granted is not None and number is not None:
        # what cannot be asked: what was granted says it, where the number is published
        ok = includes(granted, number)
        said = "" if ok else "It is not among what was granted."
        return {"ok": ok, "message": said}
    if call is None:
        return {"ok": None, "message": "It is asked for with an ad; there is none at TikTok yet."}
    try:
        call()
    except TikTokError as error:
        # any other refusal says nothing about the permission
        known = False if error.meaning in LACKING else None
        return {"ok": known, "message": error.message, "code": error.code}
    return {"ok": True, "message": ""}
