"""Whether a connection still works: noting that TikTok refuses its token, renewing it, and going on once it is taken again.

A refused connection rests: no row of it is failed, none is sent or read, and all go on where they stopped. Due-ness stands on
the connection's row and is real time. An answer about a token that was replaced meanwhile is no news.
"""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from campaigns.contract.codes import NOT_TOGETHER, explain_code
from campaigns.models import Advertiser, Change, Connection, Notice, Push, Reading
from campaigns.notices.telling import tell
from campaigns.rules.policy import house_policy
from campaigns.sync.gateway import Road
from campaigns.sync.outbox import AT_ONCE
from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.granting import App, Grant

log = logging.getLogger(__name__)
SAID = 500  # of Connection.refusal and Connection.trouble


def read_app() -> App | None:
    """The app of this house; None where the settings name none."""
    if not settings.TIKTOK_APP_ID or not settings.TIKTOK_APP_SECRET:
        return None
    return App(settings.TIKTOK_APP_ID, settings.TIKTOK_APP_SECRET)


def note_refused(connection: Connection, error: TikTokError, *, now: datetime) -> None:
    """TikTok refuses the token: the connection rests from now on, and its administrators are told, once.

    Not where it says that token and account do not belong together: the other accounts go on, and this one's rows wait.
    """
    if error.code in NOT_TOGETHER:
        return
    said = (error.message or explain_code(error.code or 0))[:SAID]
    with transaction.atomic():
        standing = Connection.objects.filter(pk=connection.pk, version=connection.version, refused_at=None)
        if not standing.update(refused_at=now, refusal=said, tend_at=now):
            return
        text = f"TikTok refuses the token of “{connection.name}”: {said} Nothing is sent or read until it is connected anew."
        _tell_all(connection, Change.Act.TOKEN_REFUSED, text, {"code": error.code, "said": said}, now)


def note_accepted(connection: Connection) -> None:
    """TikTok takes the token again: what rested goes on."""
    known = Connection.objects.filter(pk=connection.pk, version=connection.version)
    if known.filter(refused_at__isnull=False).update(refused_at=None, refusal=""):
        resume(connection)


def resume(connection: Connection, *advertisers: Advertiser) -> None:
    """Lets everything of a connection, or of some of its accounts, that waited for a token go at once."""
    accounts = advertisers or tuple(connection.advertisers.all())
    waiting = Push.objects.filter(advertiser__in=accounts, state=Push.State.WAITING, error__meaning="token")
    waiting.update(not_before=AT_ONCE, nudged_at=None)
    Reading.objects.filter(advertiser__in=accounts).exclude(error="").update(due_at=AT_ONCE, nudged_at=None)


def take_grant(grant: Grant, app: App, *, now: datetime) -> dict[str, Any]:
    """What a connection's row holds of a grant, `version` apart."""
    fresh = {
        "access_token": grant.access_token,
        "refresh_token": grant.refresh_token,
        "app_id": app.id,
        "expires_at": now + grant.lasts if grant.lasts else None,
        "refresh_until": now + grant.renewable_for if grant.renewable_for else None,
        "refused_at": None,
        "refusal": "",
        "trouble": "",
    }
    return fresh | {"tend_at": find_renewal(Connection(connected_at=now, **fresh))}


def find_renewal(connection: Connection) -> datetime | None:
    """When a token that was given at `connected_at` is to be renewed; None for a long-term one."""
    if not connection.refresh_token or connection.expires_at is None:
        return None
    ahead = house_policy().seconds("token.renew_ahead")
    return connection.expires_at - min(ahead, (connection.expires_at - connection.connected_at) / 2)


def tend_due(road: Road) -> int:
    """Looks after every connection whose time has come. Returns how many there were."""
    due = Connection.objects.filter(tend_at__lte=road.clock()).order_by("tend_at")
    return sum(_tend(pk, road) for pk in list(due.values_list("pk", flat=True)))


def _tend(pk: int, road: Road) -> bool:
    """One worker does it: the claim moves the time on, for as long as it may take."""
    now, policy = road.clock(), house_policy()
    due = Connection.objects.filter(pk=pk, tend_at__lte=now)
    if not due.update(tend_at=now + policy.seconds("token.lease")):
        return False
    connection = Connection.objects.get(pk=pk)
    if connection.chosen_at is None:
        # nobody chose among its accounts in time: the token is forgotten
        Connection.objects.filter(pk=pk, chosen_at=None, advertisers=None).delete()
    elif connection.refresh_token:
        _renew(connection, road)
    elif connection.refused_at:
        _ask_again(connection, road)
    else:
        Connection.objects.filter(pk=pk, version=connection.version).update(tend_at=None)
    return True


def _renew(connection: Connection, road: Road) -> None:
    """The old pair stays until the new one is stored. A lost answer is asked again; what TikTok refuses needs a person."""
    app = read_app()
    try:
        if app is None or app.id != connection.app_id:
            said = f"the settings do not name the app {connection.app_id}, which the token was given to"
            raise TikTokError(Meaning.REFUSED, said, endpoint="")
        client = road.open_client(Connection(access_token=""))
        grant = client.granting.renew(app, str(connection.refresh_token))
    except TikTokError as error:
        _note_not_renewed(connection, error, now=road.clock())
        return
    fresh = take_grant(grant, app, now=road.clock()) | {"version": connection.version + 1}
    if not grant.refresh_token:
        fresh["refresh_token"] = connection.refresh_token
    known = Connection.objects.filter(pk=connection.pk, version=connection.version)
    if known.update(**fresh) and connection.refused_at:
        resume(connection)


_LATER = (Meaning.UNREACHABLE, Meaning.THROTTLED, Meaning.UNSURE, Meaning.CONFLICT)


def _note_not_renewed(connection: Connection, error: TikTokError, *, now: datetime) -> None:
    log.warning("the token of connection %s was not renewed: %s", connection.pk, error.message)
    said = error.message[:SAID]
    known = Connection.objects.filter(pk=connection.pk, version=connection.version)
    if error.meaning in _LATER:
        known.update(trouble=said, tend_at=now + house_policy().seconds("token.again"))
        return
    with transaction.atomic():
        again = now if connection.refused_at else None
        if not known.update(trouble=said, refresh_token=None, tend_at=again):
            return
        until = connection.expires_at
        good = f" It is good until {until:%d %b %H:%M} UTC." if until and not connection.refused_at else ""
        text = f"TikTok does not renew the token of “{connection.name}”: {said}.{good} Connect it anew."
        _tell_all(connection, Change.Act.NOT_RENEWED, text, {"code": error.code, "said": said}, now)


def _ask_again(connection: Connection, road: Road) -> None:
    """A refusal may pass, as that of an app which was blocked for a while: one harmless call about the accounts tells."""
    again = road.clock() + house_policy().seconds("token.again")
    known = Connection.objects.filter(pk=connection.pk, version=connection.version)
    ids = list(connection.advertisers.filter(disconnected_at=None).values_list("advertiser_id", flat=True))
    try:
        if ids:
            road.open_client(connection).describe_advertisers(ids)
    except TikTokError as error:
        log.info("connection %s still rests: %s", connection.pk, error.message)
        known.update(tend_at=again)
        return
    known.update(tend_at=None)
    note_accepted(connection)


def _tell_all(
    connection: Connection, act: Change.Act, text: str, after: dict[str, Any], now: datetime
) -> None:
    for advertiser in connection.advertisers.filter(disconnected_at=None):
        Change.objects.create(
            advertiser=advertiser,
            actor=None,
            door=Change.Door.MACHINE,
            act=act,
            target="account",
            after={"connection": connection.name, **after},
            at=now,
        )
        tell(
            advertiser=advertiser,
            kind=Notice.Kind.RECONNECT_NEEDED,
            text=text,
            target="account",
            data=after,
            now=now,
        )
