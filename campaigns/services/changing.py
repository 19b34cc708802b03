"""Changing what exists at TikTok: what was judged is written and put into the outbox in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from campaigns.contract.shape import store_members
from campaigns.contract.statuses import DELETE, DISABLE, ENABLE
from campaigns.models import Campaign, Change, Person, Push
from campaigns.rules.authority import Act
from campaigns.rules.book import list_open
from campaigns.rules.findings import FindingLevel
from campaigns.rules.lifecycle import SWITCH
from campaigns.services import gate, limits
from campaigns.services.access import require
from campaigns.services.edits import Acknowledged, Edit, EditJudgement, judge_edits
from campaigns.services.errors import (
    Refused,
    Stale,
    Unconfirmed,
    count_things,
)
from campaigns.services.wanted import hold, name_target, reload, touch, write_wanted
from campaigns.sync import outbox


def change_things(
    *,
    actor: Person,
    door: str,
    campaign: Campaign,
    edits: Sequence[Edit],
    acknowledged: Acknowledged = frozenset(),
    now: datetime,
    emergency: str = "",
    note: str = "",
) -> list[Change]:
    """Changes members of live objects of one campaign, all or none; the worker sends them. Returns what was booked.

    `emergency` is the reason of a lowering that must not wait for the lock (L2); `note` is booked along.
    Raises Stale, WrongState, NotWellFormed, Refused and Unconfirmed with their findings, MustPropose, Forbidden.
    """
    require(actor, campaign.advertiser, Act.EDIT)
    with transaction.atomic(durable=True):
        hold(campaign)
        campaign = reload(campaign)
        _require_versions(campaign, edits)
        judgement = judge_edits(campaign=campaign, edits=edits, now=now, emergency=emergency)
        if judgement.refused:
            refusals = sum(item.level is FindingLevel.REFUSE for item in judgement.findings)
            raise Refused(f"{count_things(refusals, 'finding')} must be mended first.", judgement.findings)
        unsaid = list_open(judgement.findings, acknowledged)
        if unsaid:
            said = count_things(len(unsaid), "finding needs", "findings need")
            raise Unconfirmed(f"{said} your yes first.", unsaid)
        gate.decide(
            actor=actor,
            advertiser=campaign.advertiser,
            edits=[item.facts for item in judgement.edits],
            findings=judgement.findings,
        )
        limits.require_within(
            actor=actor,
            advertiser=campaign.advertiser,
            before=judgement.exposure_before,
            after=judgement.exposure_after,
            budgets=[item.facts.after.get("budget") for item in judgement.edits],
            now=now,
        )
        return apply_edits(
            actor=actor, door=door, campaign=campaign, judgement=judgement, now=now, note=emergency or note
        )


def apply_edits(
    *,
    actor: Person | None,
    door: str,
    campaign: Campaign,
    judgement: EditJudgement,
    now: datetime,
    note: str = "",
) -> list[Change]:
    """Writes what was judged and opens its rows: nobody is asked any more. The caller holds the campaign."""
    booked = []
    for item in judgement.edits:
        thing, names = item.thing, item.facts.names
        write_wanted(thing, item.wanted)
        thing.version = F("version") + 1
        thing.save(update_fields=["wanted", "name", "version"])
        for aspect in (Push.Aspect.SWITCH, Push.Aspect.BODY):
            if not item.spread and any((name == SWITCH) == (aspect == Push.Aspect.SWITCH) for name in names):
                stops = aspect == Push.Aspect.SWITCH and item.wanted.get(SWITCH) in (DISABLE, DELETE)
                lane = Push.Lane.STOP if stops else Push.Lane.PUBLISH
                push = outbox.open_push(thing=thing, aspect=aspect, lane=lane, launch=None)
                outbox.nudge_after_commit(push=push)
        booked.append(
            Change.objects.create(
                advertiser=campaign.advertiser,
                actor=actor,
                door=door,
                act=_name_act(names, item.wanted),
                campaign_ref=campaign.pk,
                target=name_target(thing),
                before=store_members(item.facts.before),
                after=store_members(item.facts.after),
                note="TikTok carries the price to every ad group of the campaign (R41)."
                if item.spread
                else note,
                at=now,
            )
        )
    touch(campaign, now)
    return booked


def _require_versions(campaign: Campaign, edits: Iterable[Edit]) -> None:
    for edit in edits:
        if edit.version is None:
            continue
        if isinstance(edit.thing, Campaign):
            current = campaign.tree_version
        else:
            manager = type(edit.thing)._default_manager
            current = manager.values_list("version", flat=True).get(pk=edit.thing.pk)
        if current != edit.version:
            raise Stale(
                f"{edit.thing.label} was changed meanwhile: it stands at version {current}. Look at it again.",
                current,
            )


def _name_act(names: tuple[str, ...], wanted: Mapping[str, Any]) -> Change.Act:
    if names != (SWITCH,):
        return Change.Act.EDITED
    acts = {ENABLE: Change.Act.STARTED, DELETE: Change.Act.REMOVED}
    return acts.get(str(wanted.get(SWITCH)), Change.Act.STOPPED)
