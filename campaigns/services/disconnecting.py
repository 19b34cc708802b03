"""Disconnecting an account: nothing is sent or read any more, and everything that is known of it stays.

What is live at TikTok runs on there and spends. So the actor is told, may pause it first, and says yes to leaving it running.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models, transaction
from django.db.models import F, Q

from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import Advertiser, Campaign, Change, Connection, Launch, Person, Push
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.envelopes import measure_account
from campaigns.services.errors import WrongState, count_things
from campaigns.services.switches import set_switches
from campaigns.sync.connections import read_app
from campaigns.sync.gateway import PLAIN_ROAD, Road
from campaigns.tiktok.errors import TikTokError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """What a disconnected account leaves behind. `day`: what it can spend on its worst day, None where that is unknown."""

    live: list[Campaign]
    stopping: int  # of these, whose pause is on its way
    launching: int
    waiting: int  # other changes on their way
    day: Decimal | None


def read_running(*, actor: Person, advertiser: Advertiser, now: datetime) -> Running:
    """Raises Forbidden for who may not disconnect it."""
    require(actor, advertiser, Act.CONNECT)
    live = list(_list_live(advertiser))
    pushes = Push.objects.filter(
        advertiser=advertiser, state__in=[Push.State.WAITING, Push.State.SENT, Push.State.UNSURE]
    )
    stops = pushes.filter(lane=Push.Lane.STOP, campaign__isnull=False)
    launches = Launch.objects.filter(campaign__advertiser=advertiser, finished_at=None, cancelled_at=None)
    return Running(
        live=live,
        stopping=stops.filter(campaign__in=[item.pk for item in live]).count(),
        launching=launches.count(),
        waiting=pushes.filter(launch=None).exclude(lane=Push.Lane.STOP).count(),
        day=measure_account(advertiser, now=now).day,
    )


def pause_all(*, actor: Person, door: str, advertiser: Advertiser, now: datetime) -> int:
    """Wants every live campaign of an account off. Returns how many there are. Raises Forbidden, WrongState."""
    require(actor, advertiser, Act.CONNECT)
    live = list(_list_live(advertiser))
    if live:
        set_switches(actor=actor, door=door, things=live, status=DISABLE, now=now)
    return len(live)


def disconnect(
    *,
    actor: Person,
    door: str,
    advertiser: Advertiser,
    leave_running: bool,
    now: datetime,
    road: Road = PLAIN_ROAD,
) -> bool | None:
    """Disconnects an account. With the last one of a connection its token is forgotten, and taken back at TikTok.

    Returns whether TikTok confirmed that; None where there was nothing to take back. Raises Forbidden, and WrongState for one
    that is disconnected, or while something is live and `leave_running` is not said.
    """
    require(actor, advertiser, Act.CONNECT)
    with transaction.atomic(durable=True):
        standing = Advertiser.objects.select_for_update().get(pk=advertiser.pk)
        if standing.disconnected_at:
            raise WrongState(f"{standing.name} is disconnected already.")
        live = _list_live(standing).count()
        if live and not leave_running:
            raise WrongState(
                f"{count_things(live, 'campaign')} of {standing.name} would go on spending at TikTok with nobody "
                "watching here. Pause them first, or say that they shall run on."
            )
        connection = Connection.objects.select_for_update().get(pk=standing.connection_id)
        Advertiser.objects.filter(pk=standing.pk).update(disconnected_at=now)
        Change.objects.create(
            advertiser=standing,
            actor=actor,
            door=door,
            act=Change.Act.DISCONNECTED,
            target="account",
            before={"connection": connection.name},
            after={"live": live},
            at=now,
        )
        last = not connection.advertisers.filter(disconnected_at=None).exists()
        if last:
            Connection.objects.filter(pk=connection.pk).update(
                access_token="",
                refresh_token=None,
                tend_at=None,
                refused_at=None,
                refusal="",
                trouble="",
                version=F("version") + 1,
            )
    advertiser.disconnected_at = now
    return _take_back(connection, road) if last else None


def _list_live(advertiser: Advertiser) -> models.QuerySet[Campaign]:
    """Whatever TikTok holds on, however its launch or its pushes stand here, and what a call under way may have put on."""
    under_way = Push.objects.filter(
        advertiser=advertiser,
        aspect=Push.Aspect.SWITCH,
        state__in=[Push.State.SENT, Push.State.UNSURE],
        campaign__isnull=False,
    )
    on = Q(operation_status=ENABLE) | Q(pk__in=under_way.values("campaign"))
    return Campaign.objects.filter(on, advertiser=advertiser, remote_id__isnull=False, vanished_at=None)


def _take_back(connection: Connection, road: Road) -> bool | None:
    """Ends the token at TikTok, where this house's app was given it. `connection` still holds it."""
    app = read_app()
    if app is None or app.id != connection.app_id or not connection.access_token:
        return None
    try:
        granting = road.open_client(Connection(access_token="")).granting
        granting.revoke(app, connection.access_token, short=connection.refresh_token is not None)
    except TikTokError as error:
        log.warning("TikTok did not take the token of connection %s back: %s", connection.pk, error.message)
        return False
    return True
