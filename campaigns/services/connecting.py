"""Connecting accounts by TikTok's consent: a question with a state that comes back once, a code changed for a token, and a
person's choice among the accounts that were granted. No call to TikTok is made inside a transaction."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction

from campaigns.contract.shape import Malformed
from campaigns.models import Advertiser, Connection, ConsentRequest, Membership, Person
from campaigns.rules.authority import Act, Role
from campaigns.rules.policy import house_policy
from campaigns.services.access import require
from campaigns.services.accounts import describe, find_objections, forget_left, store_account
from campaigns.services.errors import Forbidden, NotWellFormed, WrongState
from campaigns.services.people import record_member
from campaigns.services.readiness import refresh_account
from campaigns.sync.connections import find_renewal, read_app, resume, take_grant
from campaigns.sync.gateway import PLAIN_ROAD, Road
from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.granting import App, Grant

NAME_LENGTH = 200  # of Connection.name
CODE_WRONG = (40110, 40115)  # platform section 2
APP_WRONG = (40101, 40113, 40124, 40125)
# What is kept of an account until somebody chooses
_KEPT = ("advertiser_id", "name", "currency", "timezone", "country", "status", "owner_bc_id")


class Why(StrEnum):
    """Why no connection came of it; each has its own way out."""

    SETTINGS = "settings"  # this house has no app
    STATE = "state"  # the answer belongs to no question of this person, or came too late, or twice
    DECLINED = "declined"
    CODE = "code"  # used or too old
    APP = "app"  # TikTok does not know the app, or refuses it
    NETWORK = "network"
    NOTHING = "nothing"  # consent to no account
    REFUSED = "refused"  # anything else that TikTok says


class NotConnected(WrongState):
    def __init__(self, why: Why, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Offer:
    """One account that was granted. `standing` is the row of one that is known here already."""

    advertiser_id: str
    name: str
    currency: str
    zone: str
    country: str
    standing: Advertiser | None
    objection: str  # why it cannot be taken; empty: it can


def may_connect(person: Person) -> bool:
    """Administrators of any account; and whoever set this house up, while nobody administers one."""
    if person.via is not None:
        return False
    held = Membership.objects.filter(person=person, role=Role.ADMINISTRATOR).exists()
    return held or (person.is_superuser and not Advertiser.objects.exists())


def ask_consent(*, actor: Person, back: str, now: datetime) -> tuple[str, str]:
    """The state to keep in the actor's session, and the address of TikTok's consent page, which leads `back`.

    Raises Forbidden, NotConnected where the settings name no app.
    """
    require_connector(actor)
    app = read_app()
    if app is None:
        said = "TIKTOK_APP_ID and TIKTOK_APP_SECRET are not set, so there is no app to say yes to."
        raise NotConnected(Why.SETTINGS, said)
    state = secrets.token_urlsafe(32)
    ConsentRequest.objects.filter(person=actor, at__lt=now - house_policy().days("token.asked_kept")).delete()
    ConsentRequest.objects.create(person=actor, digest=_digest(state), at=now)
    page = urlsplit(settings.TIKTOK_AUTH_URL)
    asked = urlencode({"app_id": app.id, "state": state, "redirect_uri": back})
    return state, urlunsplit(page._replace(query="&".join(filter(None, (page.query, asked)))))


def take_answer(
    *, actor: Person, state: str, expected: str, code: str, now: datetime, road: Road = PLAIN_ROAD
) -> Connection:
    """Changes a code for a token. The connection has no account yet: `choose` takes some of `offered` in.

    `expected` is the state that the session kept. Raises Forbidden, NotConnected.
    """
    require_connector(actor)
    _claim_question(actor, state, expected, now)
    if not code:
        raise NotConnected(Why.DECLINED, "TikTok led you back without a consent.")
    app = read_app()
    if app is None:
        raise NotConnected(Why.SETTINGS, "The settings name no app any more.")
    try:
        grant = _change_code(app, code, road)
        connection = Connection(
            name="TikTok",
            connected_by=actor,
            connected_at=now,
            scopes=grant.scopes,
            **take_grant(grant, app, now=now),
        )
        connection.offered = _read_offered(connection, grant, app, road)
    except TikTokError as error:
        raise _explain(error) from None  # its cause is of no use here, and may hold what is secret
    if not connection.offered:
        raise NotConnected(Why.NOTHING, "The consent names no ad account.")
    connection.tend_at = now + house_policy().seconds("token.consent_kept")
    connection.save()
    return connection


def find_waiting(*, actor: Person, pk: int) -> Connection | None:
    """A connection of the actor's own that waits for a choice."""
    return Connection.objects.filter(pk=pk, connected_by=actor, chosen_at=None).first()


def forget(*, actor: Person, connection: Connection) -> None:
    """Takes none of the granted accounts: the token is forgotten. It goes by itself after a while, too."""
    Connection.objects.filter(pk=connection.pk, connected_by=actor, chosen_at=None).delete()


def list_offers(*, actor: Person, connection: Connection) -> list[Offer]:
    """What was granted, each account with why it cannot be taken. Two queries."""
    ids = [row["advertiser_id"] for row in connection.offered]
    known = Advertiser.objects.select_related("connection").filter(advertiser_id__in=ids)
    standing = {item.advertiser_id: item for item in known}
    mine = Membership.objects.filter(person=actor, role=Role.ADMINISTRATOR)
    held = set(mine.values_list("advertiser_id", flat=True))
    return [_weigh(row, standing.get(row["advertiser_id"]), held) for row in connection.offered]


def list_colleagues(actor: Person) -> list[Person]:
    """Who may get a role in a new account: the people of the accounts that the actor administers."""
    mine = Membership.objects.filter(person=actor, role=Role.ADMINISTRATOR).values("advertiser")
    people = Person.objects.filter(memberships__advertiser__in=mine, is_active=True).exclude(pk=actor.pk)
    return list(people.distinct().order_by("first_name", "username"))


def choose(
    *,
    actor: Person,
    door: str,
    connection: Connection,
    name: str,
    accounts: Sequence[str],
    roles: Mapping[int, str],
    now: datetime,
    road: Road = PLAIN_ROAD,
) -> list[Advertiser]:
    """Takes some of the granted accounts in and looks at each. `roles` are words by our ids of people, for the new ones.

    What waited in an account that is connected again goes on. Raises Forbidden, NotWellFormed, WrongState.
    """
    offers = {item.advertiser_id: item for item in list_offers(actor=actor, connection=connection)}
    colleagues = {person.pk: person for person in list_colleagues(actor)}
    name = name.strip()
    problems = tuple(_find_problems(offers, name, accounts, roles, colleagues))
    if problems:
        raise NotWellFormed("No account was taken in.", problems)
    rows = {row["advertiser_id"]: row for row in connection.offered}
    with transaction.atomic(durable=True):
        waiting = Connection.objects.filter(pk=connection.pk, chosen_at=None, connected_by=actor)
        if not waiting.update(name=name, chosen_at=now, offered=[], tend_at=find_renewal(connection)):
            raise WrongState("This choice was made already, or came too late. Connect again.")
        connection.name = name
        made = []
        for key in accounts:
            offer = offers[key]
            if offer.standing is not None:
                require(actor, offer.standing, Act.CONNECT)
            advertiser = store_account(rows[key], connection, actor, door, now)
            if offer.standing is None:
                _let_in(advertiser, actor, door, roles, colleagues, now)
            made.append(advertiser)
        forget_left(connection)
        resume(connection)
    for advertiser in made:
        refresh_account(advertiser=advertiser, now=now, road=road)
    return made


def require_connector(actor: Person) -> None:
    """Raises Forbidden."""
    if not may_connect(actor):
        raise Forbidden("Connecting accounts is for people who administer one. Ask an administrator.")


def _claim_question(actor: Person, state: str, expected: str, now: datetime) -> None:
    """Raises NotConnected unless a state belongs to a question of the actor's, in time and for the first time."""
    said = "This answer belongs to no question that you asked here lately, or it came a second time."
    if not expected or not hmac.compare_digest(state.encode(), expected.encode()):
        raise NotConnected(Why.STATE, said)
    since = now - house_policy().seconds("token.consent_kept")
    asked = ConsentRequest.objects.filter(person=actor, digest=_digest(state), used_at=None, at__gt=since)
    if not asked.update(used_at=now):
        raise NotConnected(Why.STATE, said)


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _change_code(app: App, code: str, road: Road) -> Grant:
    granting = road.open_client(Connection(access_token="")).granting
    if settings.TIKTOK_SHORT_TOKENS:
        return granting.take_code_for_short(app, code)
    return granting.take_code(app, code)


def _read_offered(connection: Connection, grant: Grant, app: App, road: Road) -> list[dict[str, Any]]:
    client = road.open_client(connection)
    ids = grant.advertiser_ids
    if ids is None:
        listed = client.list_advertisers(app_id=app.id, secret=app.secret)
        ids = [str(row["advertiser_id"]) for row in listed]
    return [{name: str(row.get(name) or "") for name in _KEPT} for row in describe(client, ids)]


def _explain(error: TikTokError) -> NotConnected:
    log_id = f" TikTok's log id is {error.request_id}." if error.request_id else ""
    said = f"{error.message.rstrip('.')}.{log_id}"
    if error.code in CODE_WRONG:
        return NotConnected(Why.CODE, said)
    if error.code in APP_WRONG:
        return NotConnected(Why.APP, said)
    if error.meaning in (Meaning.UNREACHABLE, Meaning.UNSURE, Meaning.THROTTLED):
        return NotConnected(Why.NETWORK, said)
    return NotConnected(Why.REFUSED, said)


def _weigh(row: dict[str, Any], standing: Advertiser | None, held: set[int]) -> Offer:
    objection = next(find_objections(row), "")
    if not objection and standing is not None and standing.pk not in held:
        objection = "it is connected here already, and you do not administer it"
    return Offer(
        advertiser_id=row["advertiser_id"],
        name=row["name"] or row["advertiser_id"],
        currency=row["currency"],
        zone=row["timezone"],
        country=row["country"],
        standing=standing,
        objection=objection,
    )


def _find_problems(
    offers: Mapping[str, Offer],
    name: str,
    accounts: Sequence[str],
    roles: Mapping[int, str],
    colleagues: Mapping[int, Person],
) -> Iterator[Malformed]:
    if not name or len(name) > NAME_LENGTH:
        yield Malformed("name", f"write what the connection is called, at most {NAME_LENGTH} characters")
    if not accounts:
        yield Malformed("accounts", "tick at least one account")
    for key in accounts:
        offer = offers.get(key)
        if offer is None:
            yield Malformed("accounts", "one of them is not among what TikTok granted")
        elif offer.objection:
            yield Malformed("accounts", f"{offer.name} cannot be taken: {offer.objection}")
    if any(pk not in colleagues or role not in set(Role) for pk, role in roles.items()):
        yield Malformed("roles", f"choose people of your accounts, and {', '.join(Role)}")


def _let_in(
    advertiser: Advertiser,
    actor: Person,
    door: str,
    roles: Mapping[int, str],
    colleagues: Mapping[int, Person],
    now: datetime,
) -> None:
    """The first people of a new account, beside the actor, who administers it."""
    for pk, role in roles.items():
        Membership.objects.create(person=colleagues[pk], advertiser=advertiser, role=role)
        record_member(advertiser, actor, door, colleagues[pk], None, {"role": role}, now)
