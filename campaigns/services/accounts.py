"""Connecting advertiser accounts, and reading what they own: pixels, identities, videos, pictures, and what they may target."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import models, transaction

from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from campaigns.models import (
    Advertiser,
    Change,
    Connection,
    Identity,
    Membership,
    Person,
    Pixel,
    Place,
)
from campaigns.rules.authority import Act, Role
from campaigns.services.access import require
from campaigns.services.errors import Unreachable
from campaigns.services.library import LIBRARY_READERS
from campaigns.services.scopes import check_scopes
from campaigns.services.targets import TARGETING_READERS
from campaigns.sync.gateway import PLAIN_ROAD, Road, collect_pages
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.wire import Page

IDENTITY_TYPES = (
    "CUSTOMIZED_USER",
    "TT_USER",
    "BC_AUTH_TT",
)  # AUTH_CODE identities come with their posts (6.5)


def connect_accounts(
    *,
    actor: Person,
    door: str,
    name: str,
    token: str,
    now: datetime,
    road: Road = PLAIN_ROAD,
) -> list[Advertiser]:
    """Connects every account that a token may use and makes the actor its administrator. Raises Unreachable.

    An account that is connected already moves to the new connection; its campaigns and people stay.
    """
    connection = Connection(
        name=name, access_token=token, connected_by=actor, connected_at=now, chosen_at=now
    )
    client = road.open_client(connection)
    try:
        ids = [str(row["advertiser_id"]) for row in client.list_advertisers()]
        described = client.describe_advertisers(ids) if ids else []
    except TikTokError as error:
        raise Unreachable(f"The accounts could not be read: {error.message} ({error.endpoint}).") from error
    with transaction.atomic(durable=True):
        connection.save()
        advertisers = [_store_advertiser(row, connection, actor, door, now) for row in described]
    for advertiser in advertisers:
        refresh_account(advertiser=advertiser, now=now, road=road)
    return advertisers


def refresh_account(*, advertiser: Advertiser, now: datetime, road: Road = PLAIN_ROAD) -> None:
    """Reads again what an account owns. What could not be read keeps its rows and is said in the readiness."""
    client = road.open_client(advertiser.connection)
    readiness: dict[str, Any] = {"checked_at": now.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    for kind, read in _READERS.items():
        try:
            rows = read(client, advertiser)
        except TikTokError as error:
            readiness[kind] = {"ok": False, "message": error.message, "code": error.code}
            continue
        with transaction.atomic(durable=True):
            _replace(advertiser, kind, rows)
        readiness[kind] = {"ok": True, "count": len(rows)}
    # asking for campaigns is harmless and tells whether Smart+ is open to this token (platform 4.3, 4.4)
    readiness["smart_plus"] = _probe(client, advertiser)
    readiness["scopes"] = check_scopes(client, advertiser, now=now)
    location = Place.objects.filter(advertiser=advertiser, region_code=advertiser.country).first()
    advertiser.location_id = location.location_id if location else advertiser.location_id
    advertiser.readiness = readiness
    advertiser.videos_read_at = now if readiness["videos"]["ok"] else advertiser.videos_read_at
    advertiser.save(update_fields=["location_id", "readiness", "videos_read_at"])


def grant_role(
    *, actor: Person, door: str, person: Person, advertiser: Advertiser, role: Role, now: datetime
) -> Membership:
    """Gives a person a role for an account. Raises Forbidden unless the actor administers it."""
    require(actor, advertiser, Act.CONNECT)
    with transaction.atomic(durable=True):
        membership, _ = Membership.objects.update_or_create(
            person=person, advertiser=advertiser, defaults={"role": role.value}
        )
        after = {"person": person.username, "role": role.value}
        _record(advertiser, actor, door, after, now)
    return membership


def _store_advertiser(
    row: dict[str, Any], connection: Connection, actor: Person, door: str, now: datetime
) -> Advertiser:
    currency, zone = str(row.get("currency") or ""), str(row.get("timezone") or "")
    if currency not in CURRENCIES:
        raise Unreachable(
            f"Account {row.get('advertiser_id')} uses {currency or 'no currency'}, which TikTok does not list."
        )
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Unreachable(
            f"Account {row.get('advertiser_id')} has the unknown time zone {zone!r}."
        ) from error
    advertiser, _ = Advertiser.objects.update_or_create(
        advertiser_id=str(row["advertiser_id"]),
        defaults={
            "name": str(row.get("name") or row["advertiser_id"]),
            "currency": currency,
            "zone": zone,
            "country": str(row.get("country") or "")[:2],
            "status": str(row.get("status") or ""),
            "bc_id": str(row.get("owner_bc_id") or ""),
            "connection": connection,
        },
    )
    Membership.objects.get_or_create(
        person=actor, advertiser=advertiser, defaults={"role": Role.ADMINISTRATOR.value}
    )
    _record(advertiser, actor, door, {"connection": connection.name}, now)
    return advertiser


def _record(advertiser: Advertiser, actor: Person, door: str, after: dict[str, Any], now: datetime) -> None:
    Change.objects.create(
        advertiser=advertiser,
        actor=actor,
        door=door,
        act=Change.Act.CONNECTED,
        target="account",
        after=after,
        at=now,
    )


def _probe(client: TikTokClient, advertiser: Advertiser) -> dict[str, Any]:
    try:
        client.get_page(
            Level.CAMPAIGN, advertiser_id=advertiser.advertiser_id, filtering={}, page=1, page_size=1
        )
    except TikTokError as error:
        closed = error.meaning is Meaning.ALLOWLIST
        return {"ok": False, "message": error.message, "code": error.code, "allowlisted": not closed}
    return {"ok": True}


def _read_pixels(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    account = advertiser.advertiser_id
    rows = collect_pages("pixel/list/", lambda page: client.list_pixels(advertiser_id=account, page=page))
    return [
        Pixel(
            advertiser=advertiser,
            pixel_id=str(row["pixel_id"]),
            code=str(row.get("pixel_code") or ""),
            name=str(row.get("pixel_name") or row["pixel_id"]),
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
                name=str(row.get("display_name") or row["identity_id"]),
            )
            for row in rows
        ]
    return found


_READERS: dict[str, Callable[[TikTokClient, Advertiser], list[models.Model]]] = {
    "pixels": _read_pixels,
    "identities": _read_identities,
    **LIBRARY_READERS,
    **TARGETING_READERS,
}


def _replace(advertiser: Advertiser, kind: str, rows: Iterable[models.Model]) -> None:
    """Puts a fresh reading in the old one's place; pictures that we uploaded ourselves stay."""
    related = getattr(advertiser, kind)
    stale = related.filter(address="") if kind == "pictures" else related.all()
    stale.delete()
    related.bulk_create(rows)
