"""Reading again by itself what accounts own and may target: what was uploaded at TikTok is here within the hour."""

from datetime import UTC, datetime, timedelta

from campaigns.models import Advertiser
from campaigns.models.accounts import within_reach
from campaigns.services.readiness import refresh_account
from campaigns.sync.gateway import PLAIN_ROAD, Road

READ_TASK = "campaigns.tasks.read_library"
LIBRARY_AGE = timedelta(hours=1)


def list_unread(*, now: datetime) -> list[int]:
    """Accounts last read more than LIBRARY_AGE ago, or never; where the connection is refused or gone they rest."""
    oldest = (now - LIBRARY_AGE).astimezone(UTC).isoformat().replace("+00:00", "Z")
    rows = Advertiser.objects.filter(within_reach()).values_list("pk", "readiness")
    return [pk for pk, readiness in rows if str((readiness or {}).get("checked_at") or "") < oldest]


def reread_account(*, advertiser_pk: int, now: datetime, road: Road = PLAIN_ROAD) -> None:
    """Reads an account, unless somebody has just done so."""
    if advertiser_pk in list_unread(now=now):
        advertiser = Advertiser.objects.select_related("connection").get(pk=advertiser_pk)
        refresh_account(advertiser=advertiser, now=now, road=road)
