"""What TikTok holds below or beside our trees and no row of ours does: removed there, or adopted as it is, one by one.

Ours is that such an object is not there, so keeping ours removes it. It gets a row in the same act that wants it away: the
outbox knows no other way to a call. Nothing of this happens in passing: each is named, and a removal asks for a yes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from campaigns.contract.levels import Level
from campaigns.contract.shape import read_members, store_members
from campaigns.contract.statuses import DELETE
from campaigns.models import (
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
    Change,
    Launch,
    Person,
    Push,
    Stranger,
    Thing,
    policy_of,
)
from campaigns.rules.authority import Act
from campaigns.rules.book import judge_edit, list_open
from campaigns.rules.edits import EditFacts
from campaigns.rules.findings import Finding
from campaigns.rules.lifecycle import SWITCH
from campaigns.services import gate
from campaigns.services.access import require
from campaigns.services.edits import Acknowledged
from campaigns.services.errors import Unconfirmed, WrongState, count_things
from campaigns.services.wanted import hold, is_launching, name_target, touch, write_wanted
from campaigns.sync import mirror, outbox
from campaigns.sync.canonical import list_wantable
from campaigns.sync.drift import describe_stranger, note_drift
from campaigns.sync.rows import DEPTH, PUSH_ROOT, find_by_remote


def remove_stranger(
    *, actor: Person, door: str, stranger: Stranger, acknowledged: Acknowledged = frozenset(), now: datetime
) -> Change:
    """Removes one object at TikTok; of campaigns only our own second, for those of others are not ours to remove.

    Raises Unconfirmed with what a yes is asked for, WrongState, Forbidden.
    """
    account = stranger.advertiser
    require(actor, account, Act.EDIT)
    if stranger.campaign is None and not stranger.twin:
        raise WrongState(
            f"{stranger.label} was made elsewhere as a campaign of its own; it is not ours to remove."
        )
    require_yes(actor, account, [stranger], acknowledged, now)
    if stranger.campaign is not None:
        (change,) = remove_below(actor, door, stranger.campaign, [stranger.pk], now)
        note_drift([stranger.campaign.pk], now=now)
        return change
    return _remove_second(actor, door, stranger.pk, now)


def adopt_stranger(*, actor: Person, door: str, stranger: Stranger, now: datetime) -> Change:
    """Makes an object of ours out of one that was made elsewhere in our tree, as it is. Raises WrongState, Forbidden."""
    require(actor, stranger.advertiser, Act.EDIT)
    if stranger.campaign is None:
        raise WrongState(
            f"{stranger.label} is a campaign of its own. Only what lies below one of ours can be adopted."
        )
    (change,) = adopt_below(actor, door, stranger.campaign, [stranger.pk], now)
    note_drift([stranger.campaign.pk], now=now)
    return change


def judge_removals(account: Advertiser, strangers: Iterable[Stranger], now: datetime) -> tuple[Finding, ...]:
    """What the rules say of removing them, at the paths that their drift has."""
    return tuple(finding for stranger in strangers for finding in judge_edit(_facts(account, stranger, now)))


def require_yes(
    actor: Person,
    account: Advertiser,
    strangers: Sequence[Stranger],
    said: Acknowledged,
    now: datetime,
    *,
    along: tuple[Finding, ...] = (),
) -> None:
    """Returns where the removals may go. `along`: findings of what goes in the same act, to be asked in one question.

    Raises Unconfirmed, Forbidden.
    """
    findings = judge_removals(account, strangers, now)
    gate.decide(
        actor=actor,
        advertiser=account,
        edits=[_facts(account, stranger, now) for stranger in strangers],
        findings=findings,
    )
    unsaid = list_open(findings, said)
    if unsaid:
        asked = (*list_open(along, said), *unsaid)
        raise Unconfirmed(
            f"{count_things(len(asked), 'finding needs', 'findings need')} your yes first.", asked
        )


def require_decidable(campaign: Campaign, strangers: Iterable[Stranger], *, adopts: bool) -> None:
    """Raises WrongState while one of them may be the answer to a call of ours, or stands where nothing of ours does.

    `adopts`: they are to become a part of the tree, which must not grow under a launch that reads it back.
    """
    if adopts and is_launching(campaign):
        raise WrongState(
            "The launch is under way. Wait until it is through; what is surplus can be removed at once."
        )
    chosen = list(strangers)
    ids = {stranger.remote_id for stranger in chosen}
    for stranger in chosen:
        _require_answered(stranger)
        if Level(stranger.level) is Level.AD:
            parent = str(stranger.remote.get("adgroup_id"))
            if parent not in ids and not campaign.adgroups.filter(remote_id=parent).exists():
                raise WrongState(
                    f"{stranger.label} stands in an ad group that is not ours. Decide on that one first."
                )


def remove_below(
    actor: Person, door: str, campaign: Campaign, strangers: Iterable[int], now: datetime
) -> list[Change]:
    """Wants them removed and sends that before everything else. `strangers`: our ids, judged and said yes to already."""
    return _take_in(actor, door, campaign, strangers, now, removes=True)


def adopt_below(
    actor: Person, door: str, campaign: Campaign, strangers: Iterable[int], now: datetime
) -> list[Change]:
    """Wants them as they are. Sends nothing. `strangers`: our ids."""
    return _take_in(actor, door, campaign, strangers, now, removes=False)


def _take_in(
    actor: Person, door: str, campaign: Campaign, pks: Iterable[int], now: datetime, *, removes: bool
) -> list[Change]:
    booked = []
    with transaction.atomic(durable=True):
        hold(campaign)
        rows = list(Stranger.objects.filter(campaign=campaign, pk__in=list(pks), vanished_at__isnull=True))
        if not rows:
            raise WrongState("It is not there any more; look at the drift again.")
        require_decidable(campaign, rows, adopts=not removes)
        for stranger in rows:
            _require_unclaimed(stranger)
        # ad groups first: their ads stand below them
        for stranger in sorted(rows, key=lambda row: list(Level).index(Level(row.level))):
            thing = _place(campaign, stranger, now)
            _write(thing, stranger, now, removes=removes)
            booked.append(_book(actor, door, stranger, campaign, thing, now, removes=removes))
            stranger.delete()
        touch(campaign, now)
    return booked


def _remove_second(actor: Person, door: str, pk: int, now: datetime) -> Change:
    """Of a campaign that a call of ours made twice. Its row is one whose launch was cancelled: no draft, and listed as TikTok
    holds it until it is gone there.
    """
    with transaction.atomic(durable=True):
        stranger = Stranger.objects.select_for_update().filter(pk=pk, vanished_at__isnull=True).first()
        if stranger is None:
            raise WrongState("It is not there any more.")
        _require_answered(stranger)
        _require_unclaimed(stranger)  # after that: what settles a call is over before we look
        campaign = Campaign(advertiser=stranger.advertiser, created_by=actor, created_at=now, changed_at=now)
        _write(campaign, stranger, now, removes=True)
        Launch.objects.create(
            campaign=campaign, actor=actor, started_at=now, cancelled_at=now, finished_at=now
        )
        change = _book(actor, door, stranger, campaign, campaign, now, removes=True)
        stranger.delete()
    return change


def _place(campaign: Campaign, stranger: Stranger, now: datetime) -> AdGroup | Ad:
    if Level(stranger.level) is Level.ADGROUP:
        place = campaign.adgroups.aggregate(last=Max("position"))["last"] or 0
        return AdGroup(campaign=campaign, position=place + 1, created_at=now)
    group = AdGroup.objects.get(campaign=campaign, remote_id=str(stranger.remote.get("adgroup_id")))
    place = group.ads.aggregate(last=Max("position"))["last"] or 0
    return Ad(adgroup=group, position=place + 1, created_at=now)


def _write(thing: Thing, stranger: Stranger, now: datetime, *, removes: bool) -> None:
    """Gives the object its row: wanted as TikTok holds it, or away."""
    # its switch is newer than its body where we switched it off
    body = {**stranger.remote, SWITCH: stranger.operation_status}
    known = {name: value for name, value in body.items() if name in list_wantable(thing.level)}
    wanted = store_members(read_members(thing.level, known).values)
    wanted[SWITCH] = DELETE if removes else stranger.operation_status
    write_wanted(thing, wanted)
    thing.save()
    mirror.fold(thing, body, now=now, read_at=stranger.read_at)
    if removes and not thing.goes_along:
        push = outbox.open_push(thing=thing, aspect=Push.Aspect.SWITCH, lane=Push.Lane.STOP, launch=None)
        outbox.nudge_after_commit(push=push)


def _require_answered(stranger: Stranger) -> None:
    """A create without an answer may have made it: the look that settles that call must find it as it is."""
    level = Level(stranger.level)
    rows = Push.objects.filter(
        advertiser=stranger.advertiser_id,
        aspect=Push.Aspect.BODY,
        depth=DEPTH[level],
        state__in=[Push.State.SENT, Push.State.UNSURE, Push.State.NEEDS_PERSON],
        sent_at__isnull=False,
        **{f"{level}__remote_id": None},
    )
    if stranger.campaign_id:
        rows = rows.filter(**{PUSH_ROOT[level]: stranger.campaign_id})
    if rows.exists():
        raise WrongState(
            f"{stranger.label} may be what a call of ours without an answer has made. Decide once that call is settled."
        )


def _require_unclaimed(stranger: Stranger) -> None:
    """A look may have found out since it was read that a call of ours made it. Raises WrongState."""
    if any(find_by_remote(Level(stranger.level), stranger.advertiser, [stranger.remote_id], "pk")):
        raise WrongState(f"{stranger.label} is ours by now: a call without an answer had made it.")


def _facts(account: Advertiser, stranger: Stranger, now: datetime) -> EditFacts:
    return EditFacts(
        level=Level(stranger.level),
        path=describe_stranger(stranger).path,
        label=f"{stranger.label} ({stranger.remote_id})",
        before={SWITCH: stranger.operation_status},
        after={SWITCH: DELETE},
        currency=account.money,
        now=now,
        policy=policy_of(account),
    )


def _book(
    actor: Person,
    door: str,
    stranger: Stranger,
    campaign: Campaign,
    thing: Thing,
    now: datetime,
    *,
    removes: bool,
) -> Change:
    return Change.objects.create(
        advertiser=stranger.advertiser,
        actor=actor,
        door=door,
        act=Change.Act.REMOVED if removes else Change.Act.TOOK,
        campaign_ref=campaign.pk,
        target=name_target(thing),
        before={SWITCH: stranger.operation_status} if removes else None,
        after={"remote_id": stranger.remote_id, SWITCH: thing.wanted_switch},
        note=f"{stranger.label}: {_say_origin(stranger)}.",
        at=now,
    )


def _say_origin(stranger: Stranger) -> str:
    return "the second of a call that got no answer" if stranger.twin else "made elsewhere"
