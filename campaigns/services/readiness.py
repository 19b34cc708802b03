"""What an account owns and how far it is ready (P8), found out by asking TikTok again with harmless calls.

Each thing looked at is `ok` true, false or null (not known), with what was said and when. What cannot be asked now keeps what
was known, with its time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from campaigns.contract.levels import Level
from campaigns.models import Advertiser, Identity, Person, Pixel, Place, Push
from campaigns.models.assets import cut_name
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.library import LIBRARY_READERS
from campaigns.services.scopes import check_scopes
from campaigns.services.targets import TARGETING_READERS
from campaigns.sync.connections import note_accepted, note_refused
from campaigns.sync.gateway import PLAIN_ROAD, Gateway, Road, collect_pages
from campaigns.sync.turns import OutOfRoom
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.wire import Page

ENABLED = "STATUS_ENABLE"  # platform 5.1: may deliver
IDENTITY_TYPES = (
    "CUSTOMIZED_USER",
    "TT_USER",
    "BC_AUTH_TT",
)  # AUTH_CODE identities come with their posts (6.5)


@dataclass(frozen=True, slots=True)
class Allowlist:
    """Whether TikTok lets Smart+ be written for an account. Only a write tells (platform 4.4). `at`: when it told."""

    ok: bool | None
    message: str
    at: datetime | None


def look_again(*, actor: Person, advertiser: Advertiser, now: datetime, road: Road = PLAIN_ROAD) -> None:
    """Reads an account's readiness again. Raises Forbidden, WrongState for one that is disconnected."""
    require(actor, advertiser, Act.LOOK)
    refresh_account(advertiser=advertiser, now=now, road=road, in_all=True)


def refresh_account(
    *, advertiser: Advertiser, now: datetime, road: Road = PLAIN_ROAD, in_all: bool = False
) -> None:
    """Reads again what an account owns. Never raises: what TikTok said stands in the readiness. See `Gateway.pace`."""
    client = Gateway(advertiser, road).pace(in_all=in_all)
    at = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    found: dict[str, Any] = {**advertiser.readiness, "checked_at": at, "broken": None}
    silent = 0
    for kind, look in _LOOKS.items():
        try:
            found[kind] = {**look(client, advertiser), "at": at}
        except TikTokError as error:
            silent += error.code is None
            lost = isinstance(error, OutOfRoom) or error.meaning in (Meaning.UNREACHABLE, Meaning.TOKEN)
            if lost or silent > 1:
                # nobody answers, or nothing will be answered: what is known stays
                found["broken"] = {"message": error.message.rstrip("."), "code": error.code, "at": at}
                if error.meaning is Meaning.TOKEN:
                    note_refused(advertiser.connection, error, now=road.clock())
                break
            found[kind] = {**_describe(error), "at": at}
    else:
        found["scopes"] = [{**row, "at": at} for row in check_scopes(client, advertiser, now=now)]
        note_accepted(advertiser.connection)
    location = Place.objects.filter(advertiser=advertiser, region_code=advertiser.country).first()
    advertiser.location_id = location.location_id if location else advertiser.location_id
    advertiser.readiness = found
    read = found.get("videos", {})
    advertiser.videos_read_at = now if read.get("ok") and read["at"] == at else advertiser.videos_read_at
    advertiser.save(update_fields=["location_id", "readiness", "videos_read_at", "status"])


def read_allowlist(advertiser: Advertiser) -> Allowlist:
    """From what TikTok answered to writes, the latest one. Two small queries."""
    probed = advertiser.readiness.get("smart_plus") or {}
    pushes = Push.objects.filter(advertiser=advertiser, settled_at__isnull=False)
    closed = pushes.filter(error__meaning=Meaning.ALLOWLIST.value).order_by("-settled_at").first()
    taken = pushes.filter(state=Push.State.DONE, sent_at__isnull=False).order_by("-settled_at").first()
    if probed.get("allowlisted") is False:
        at = probed.get("at") or advertiser.readiness.get("checked_at")
        return Allowlist(False, _say_closed(probed), datetime.fromisoformat(at) if at else None)
    if closed is not None and (taken is None or closed.settled_at > taken.settled_at):  # type: ignore[operator]
        return Allowlist(False, _say_closed(closed.error or {}), closed.settled_at)
    if taken is not None:
        return Allowlist(True, "TikTok took what was sent.", taken.settled_at)
    return Allowlist(None, "Only a launch tells: reading is open to everybody.", None)


def _say_closed(told: Mapping[str, Any]) -> str:
    return f"TikTok has not opened Smart+ for it. {told.get('message') or ''}".strip()


def _describe(error: TikTokError) -> dict[str, Any]:
    """Whether a refusal is certain: else nothing is known."""
    known = False if error.meaning in (Meaning.REFUSED, Meaning.PERMISSION, Meaning.ALLOWLIST) else None
    told = {"ok": known, "message": error.message, "code": error.code}
    return {**told, "allowlisted": False} if error.meaning is Meaning.ALLOWLIST else told


def _look_at_account(client: TikTokClient, advertiser: Advertiser) -> dict[str, Any]:
    """TikTok's status of the account and what is left on it, where it says so."""
    rows = client.describe_advertisers([advertiser.advertiser_id])
    row = next((item for item in rows if str(item.get("advertiser_id")) == advertiser.advertiser_id), {})
    advertiser.status = str(row.get("status") or "")
    balance = row.get("balance")
    return {
        "ok": None if not advertiser.status else advertiser.status == ENABLED,
        "status": advertiser.status,
        "balance": None if balance is None else str(Decimal(str(balance))),
    }


def _probe(client: TikTokClient, advertiser: Advertiser) -> dict[str, Any]:
    """Asking for campaigns is harmless and tells whether they may be read (platform 4.3, 4.4)."""
    client.get_page(Level.CAMPAIGN, advertiser_id=advertiser.advertiser_id, filtering={}, page=1, page_size=1)
    return {"ok": True}


def _stock(
    kind: str, read: Callable[[TikTokClient, Advertiser], list[models.Model]]
) -> Callable[[TikTokClient, Advertiser], dict[str, Any]]:
    """Reads what an account owns of a kind into its rows, and counts it."""

    def look(client: TikTokClient, advertiser: Advertiser) -> dict[str, Any]:
        rows = read(client, advertiser)
        with transaction.atomic(durable=True):
            _replace(advertiser, kind, rows)
        return {"ok": True, "count": len(rows)}

    return look


def _read_pixels(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    account = advertiser.advertiser_id
    rows = collect_pages("pixel/list/", lambda page: client.list_pixels(advertiser_id=account, page=page))
    return [
        Pixel(
            advertiser=advertiser,
            pixel_id=str(row["pixel_id"]),
            code=str(row.get("pixel_code") or ""),
            name=cut_name(row.get("pixel_name") or row["pixel_id"]),
            events=sorted(
                {
                    str(event["optimization_event"])
                    for event in row.get("events") or []
                    if event.get("optimization_event")
                }
            ),
        )
        for row in rows
    ]


def _read_identities(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    account = advertiser.advertiser_id
    found: list[models.Model] = []
    for kind in IDENTITY_TYPES:
        bc_id = advertiser.bc_id if kind == "BC_AUTH_TT" else ""
        if kind == "BC_AUTH_TT" and not bc_id:
            continue  # such identities are asked for by their Business Center, and there is none

        def read(page: int, kind: str = kind, bc_id: str = bc_id) -> Page:
            return client.list_identities(advertiser_id=account, identity_type=kind, bc_id=bc_id, page=page)

        rows = collect_pages("identity/get/", read)
        found += [
            Identity(
                advertiser=advertiser,
                identity_id=str(row["identity_id"]),
                identity_type=str(row.get("identity_type") or kind),
                bc_id=str(row.get("identity_authorized_bc_id") or ""),
                name=cut_name(row.get("display_name") or row["identity_id"]),
            )
            for row in rows
        ]
    return found


_LOOKS: dict[str, Callable[[TikTokClient, Advertiser], dict[str, Any]]] = {
    "account": _look_at_account,
    "smart_plus": _probe,
    "pixels": _stock("pixels", _read_pixels),
    "identities": _stock("identities", _read_identities),
    **{kind: _stock(kind, read) for kind, read in (LIBRARY_READERS | TARGETING_READERS).items()},
}


def _replace(advertiser: Advertiser, kind: str, rows: Iterable[models.Model]) -> None:
    """Puts a fresh reading in the old one's place, where they differ; pictures that we uploaded ourselves stay."""
    Advertiser.objects.select_for_update().filter(pk=advertiser.pk).values_list("pk").first()  # one at a time
    related = getattr(advertiser, kind)
    stale = related.filter(address="") if kind == "pictures" else related.all()
    fresh = list(rows)
    if sorted(map(_show, fresh)) != sorted(map(_show, stale)):
        stale.delete()
        related.bulk_create(fresh)


def _show(row: models.Model) -> str:
    """All that a row holds but its own id."""
    fields = row._meta.concrete_fields
    return repr([str(field.value_from_object(row)) for field in fields if not field.primary_key])
