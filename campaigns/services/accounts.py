"""Connecting advertiser accounts: by a token that somebody holds, or by TikTok's consent (connecting.py)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from campaigns.contract.money import CURRENCIES
from campaigns.models import Advertiser, Change, Connection, Membership, Person
from campaigns.rules.authority import Act, Role
from campaigns.services.access import require
from campaigns.services.errors import Unreachable
from campaigns.services.readiness import refresh_account
from campaigns.sync.connections import read_app, resume
from campaigns.sync.gateway import PLAIN_ROAD, Road
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.errors import TikTokError

DESCRIBED_AT_ONCE = 100  # accounts of one call; own choice: TikTok names no bound, and an address has one


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
    client, app = road.open_client(connection), read_app()
    try:
        known = (
            client.list_advertisers(app_id=app.id, secret=app.secret) if app else client.list_advertisers()
        )
        described = describe(client, [str(row["advertiser_id"]) for row in known])
    except TikTokError as error:
        raise Unreachable(f"The accounts could not be read: {error.message} ({error.endpoint}).") from error
    with transaction.atomic(durable=True):
        connection.save()
        advertisers = [store_account(row, connection, actor, door, now) for row in described]
        forget_left(connection)
    resume(connection)
    for advertiser in advertisers:
        refresh_account(advertiser=advertiser, now=now, road=road)
    return advertisers


def describe(client: TikTokClient, ids: Sequence[str]) -> list[dict[str, Any]]:
    """What TikTok says of each account. Raises TikTokError."""
    parts = [ids[start : start + DESCRIBED_AT_ONCE] for start in range(0, len(ids), DESCRIBED_AT_ONCE)]
    return [row for part in parts for row in client.describe_advertisers(part)]


def find_objections(row: dict[str, Any]) -> Iterator[str]:
    """Why an account that TikTok describes so cannot be worked with."""
    currency, zone = str(row.get("currency") or ""), str(row.get("timezone") or "")
    if currency not in CURRENCIES:
        yield f"it uses {currency or 'no currency'}, which TikTok does not list"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"it has the unknown time zone {zone!r}"


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
        record(advertiser, actor, door, after, now)
    return membership


def store_account(
    row: dict[str, Any], connection: Connection, actor: Person, door: str, now: datetime
) -> Advertiser:
    """Takes an account into a connection; the actor administers one that is new. The caller holds the transaction.

    Raises Unreachable for one that cannot be worked with.
    """
    for objection in find_objections(row):
        raise Unreachable(f"Account {row.get('advertiser_id')} cannot be connected: {objection}.")
    key = str(row["advertiser_id"])
    standing = Advertiser.objects.select_related("connection").filter(advertiser_id=key).first()
    before = None
    if standing is not None:
        away = standing.disconnected_at is not None
        before = {"connection": standing.connection.name, "disconnected": away}
    advertiser, _ = Advertiser.objects.update_or_create(
        advertiser_id=key,
        defaults={
            "name": str(row.get("name") or key),
            "currency": str(row["currency"]),
            "zone": str(row["timezone"]),
            "country": str(row.get("country") or "")[:2],
            "status": str(row.get("status") or ""),
            "bc_id": str(row.get("owner_bc_id") or ""),
            "connection": connection,
            "disconnected_at": None,
        },
    )
    Membership.objects.get_or_create(
        person=actor, advertiser=advertiser, defaults={"role": Role.ADMINISTRATOR.value}
    )
    record(advertiser, actor, door, {"connection": connection.name}, now, before=before)
    return advertiser


def forget_left(connection: Connection) -> None:
    """Connections that no account is reached by any more go, with their tokens, once a new one is chosen for."""
    left = Connection.objects.filter(advertisers=None, chosen_at__isnull=False)
    left.exclude(pk=connection.pk).delete()


def record(
    advertiser: Advertiser,
    actor: Person,
    door: str,
    after: dict[str, Any],
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
) -> None:
    Change.objects.create(
        advertiser=advertiser,
        actor=actor,
        door=door,
        act=Change.Act.CONNECTED,
        target="account",
        before=before,
        after=after,
        at=now,
    )
