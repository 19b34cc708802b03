"""Objects that TikTok holds and no row of ours does: campaigns made elsewhere, children in ours, and our own late twins.

Campaigns made elsewhere are kept by name and number and never touched. A twin (it has the body of one of ours whose call
was once without an answer) that is on is switched off (design section 4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from campaigns.contract.levels import Level
from campaigns.contract.shape import read_moment
from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import AdGroup, Advertiser, Change, Flip, Notice, Push, Stranger
from campaigns.notices.telling import tell
from campaigns.rules.policy import house_policy
from campaigns.sync.bodies import compose_wanted, list_pictures
from campaigns.sync.canonical import find_differences
from campaigns.sync.gateway import Gateway
from campaigns.sync.mirror import is_gone
from campaigns.sync.rows import DEPTH, PUSH_ROOT, find_by_remote
from campaigns.tiktok.errors import TikTokError

_COLUMNS = ["name", "operation_status", "secondary_status", "remote", "read_at", "vanished_at"]


@dataclass(slots=True)
class Register:
    """The strangers of an account as they stand, and what a reading made of them. `ours`: our campaigns by TikTok's id."""

    advertiser: Advertiser
    ours: Mapping[str, int]
    known: dict[tuple[str, str], Stranger]
    seen: set[tuple[str, str]] = field(default_factory=set)
    moved: set[int] = field(
        default_factory=set
    )  # our ids of campaigns in which a stranger came, went or changed


def open_register(advertiser: Advertiser, ours: Mapping[str, int]) -> Register:
    rows = Stranger.objects.filter(advertiser=advertiser)
    return Register(advertiser, ours, {(row.level, row.remote_id): row for row in rows})


def note_strangers(
    register: Register, gateway: Gateway, level: Level, rows: Iterable[Mapping[str, Any]], *, now: datetime
) -> None:
    """Books rows that no object of ours holds. What may still be an answer on its way to us is left for later."""
    asked = [row for row in rows if level is Level.CAMPAIGN or str(row.get("campaign_id")) in register.ours]
    if not asked:
        return
    doubtful = _find_doubtful(register, level)
    twins: list[Stranger] = []
    for body in asked:
        key = (level.value, str(body[level.id_member]))
        register.seen.add(key)
        standing = register.known.get(key)
        if standing is None:
            if is_gone(level, body) or _may_be_ours(register, doubtful, level, body):
                continue
            standing = register.known[key] = _book(register, level, body, now=now)
        elif standing.remote != body or (standing.vanished_at is not None) != is_gone(level, body):
            _take(standing, level, body, now=now)
            standing.save(update_fields=_COLUMNS)
            register.moved |= {standing.campaign_id} if standing.campaign_id else set()
        if standing.twin and standing.operation_status == ENABLE and standing.vanished_at is None:
            twins.append(standing)
    if twins:
        _switch_off(gateway, level, twins, now=now)


def forget_claimed(register: Register, level: Level, ids: Iterable[str]) -> None:
    """What a row of ours holds is no stranger any more."""
    for remote_id in ids:
        stranger = register.known.pop((level.value, remote_id), None)
        if stranger is not None:
            register.moved |= {stranger.campaign_id} if stranger.campaign_id else set()
            stranger.delete()


def note_absent(register: Register, level: Level, campaigns: set[int] | None, *, now: datetime) -> None:
    """Marks strangers that a complete reading lacks; `campaigns` are those that were read, None = the whole account."""
    for key, stranger in register.known.items():
        inside = campaigns is None or stranger.campaign_id in campaigns
        if key[0] == level and inside and key not in register.seen and stranger.vanished_at is None:
            stranger.vanished_at = now
            stranger.save(update_fields=["vanished_at"])
            register.moved |= {stranger.campaign_id} if stranger.campaign_id else set()


def _find_doubtful(register: Register, level: Level) -> dict[int, datetime]:
    """Campaigns in which a create of this level has no answer yet, with when the first such call left; 0 = the account. One
    that broke off before its look is one of them.

    Asked after the page was read and before the rows are looked up again: what was made in between is one or the other.
    """
    held = Q(state=Push.State.NEEDS_PERSON, **{f"{level}__remote_id": None})
    rows = Push.objects.filter(
        advertiser=register.advertiser, aspect=Push.Aspect.BODY, depth=DEPTH[level], sent_at__isnull=False
    ).filter(Q(state__in=[Push.State.SENT, Push.State.UNSURE]) | held)
    found: dict[int, datetime] = {}
    for root, sent_at in rows.values_list(PUSH_ROOT[level], "sent_at"):
        key = 0 if level is Level.CAMPAIGN else root
        found[key] = min(found.get(key, sent_at), sent_at)
    return found


def _may_be_ours(
    register: Register, doubtful: Mapping[int, datetime], level: Level, body: Mapping[str, Any]
) -> bool:
    if any(find_by_remote(level, register.advertiser, [str(body[level.id_member])], "pk")):
        return True
    key = 0 if level is Level.CAMPAIGN else register.ours[str(body["campaign_id"])]
    if key not in doubtful:
        return False
    made = body.get("create_time")
    slack = house_policy().seconds("push.clock_slack")
    return not made or read_moment(made) >= doubtful[key] - slack


def _book(register: Register, level: Level, body: Mapping[str, Any], *, now: datetime) -> Stranger:
    campaign = register.ours.get(str(body.get("campaign_id"))) if level is not Level.CAMPAIGN else None
    group = None
    if level is Level.AD:
        group = AdGroup.objects.filter(campaign=campaign, remote_id=str(body.get("adgroup_id"))).first()
    stranger = Stranger(
        advertiser=register.advertiser,
        level=level.value,
        remote_id=str(body[level.id_member]),
        campaign_id=campaign,
        adgroup=group,
        seen_at=now,
    )
    _take(stranger, level, body, now=now)
    stranger.twin = _is_twin(register, stranger, level, body)
    stranger.save()
    if campaign is not None:
        register.moved.add(campaign)
        Flip.objects.create(
            advertiser=register.advertiser,
            campaign_ref=campaign,
            target=f"adgroups/{group.pk}" if group else "campaign",
            member="stranger",
            after=f"{level.label} {stranger.name or stranger.remote_id}",
            cause=Flip.Cause.OURS if stranger.twin else Flip.Cause.ELSEWHERE,
            at=now,
        )
    return stranger


def _take(stranger: Stranger, level: Level, body: Mapping[str, Any], *, now: datetime) -> None:
    stranger.name = str(body.get(level.name_member) or "")[:600]
    stranger.operation_status = str(body.get("operation_status") or "")
    stranger.secondary_status = str(body.get("secondary_status") or "")
    stranger.remote = dict(body)
    stranger.read_at = now
    stranger.vanished_at = (stranger.vanished_at or now) if is_gone(level, body) else None


def _is_twin(register: Register, stranger: Stranger, level: Level, body: Mapping[str, Any]) -> bool:
    """Whether a call of ours can have made it: a sibling has its body, and was sent more than once or lost an answer."""
    rows = Push.objects.filter(
        advertiser=register.advertiser, aspect=Push.Aspect.BODY, depth=DEPTH[level]
    ).filter(Q(doubt_until__isnull=False) | Q(attempts__gt=1))
    if level is Level.ADGROUP:
        rows = rows.filter(adgroup__campaign=stranger.campaign_id)
    elif level is Level.AD:
        if stranger.adgroup is None:
            return False
        rows = rows.filter(ad__adgroup=stranger.adgroup)
    things = [row.target for row in rows.select_related("campaign", "adgroup", "ad")]
    pictures = list_pictures(register.advertiser.pk, things)
    return any(
        not find_differences(level=level, wanted=compose_wanted(thing, pictures), remote=body)
        for thing in things
    )


def _switch_off(gateway: Gateway, level: Level, twins: list[Stranger], *, now: datetime) -> None:
    """One that TikTok would not switch off stays booked as on: the next reading tries again."""
    left_on = gateway.stop(level, [twin.remote_id for twin in twins])
    for twin in twins:
        if twin.remote_id in left_on:
            _tell_once(twin, left_on[twin.remote_id], now=now)
            continue
        twin.operation_status = DISABLE
        twin.remote = {**twin.remote, "operation_status": DISABLE}
        twin.save(update_fields=["operation_status", "remote"])
        Change.objects.create(
            advertiser=twin.advertiser,
            actor=None,
            door=Change.Door.MACHINE,
            act=Change.Act.SWITCHED_OFF,
            campaign_ref=twin.campaign_id,
            target="campaign",
            before={"operation_status": ENABLE},
            after={"operation_status": DISABLE, level.id_member: twin.remote_id},
            note=f"{level.label} {twin.remote_id}: the second of a call that got no answer.",
            at=now,
        )


def _tell_once(twin: Stranger, error: TikTokError, *, now: datetime) -> None:
    """A person may be able to do at TikTok what our call is not; every reading tries, and one notice is enough."""
    told = Notice.objects.filter(advertiser=twin.advertiser, kind=Notice.Kind.NEEDS_PERSON)
    if told.filter(data__left_on=twin.remote_id).exists():
        return
    label = f"{Level(twin.level).label} {twin.name or twin.remote_id}"
    tell(
        advertiser=twin.advertiser,
        kind=Notice.Kind.NEEDS_PERSON,
        text=f"{label} is the second of a call that got no answer. It is on, and TikTok would not switch it off:"
        f" {error.message} We try again with every reading; look whether it is spending.",
        campaign_ref=twin.campaign_id,
        target=f"adgroups/{twin.adgroup_id}" if twin.adgroup_id else "campaign",
        data=error.as_json() | {"left_on": twin.remote_id},
        now=now,
    )
