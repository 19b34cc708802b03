"""Carrying out what was decided: each campaign's items are judged again, compared with the live values and written.

Runs inside the transaction of whoever decided, under the campaign's lock. Stops at the first item that cannot go.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q

from campaigns.contract.paths import find_at
from campaigns.contract.shape import store_members
from campaigns.models import Ad, Change, Person, Proposal, ProposalItem, Push
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.bounds import allows
from campaigns.services.changing import apply_edits
from campaigns.services.edits import Edit, EditJudgement, judge_edits
from campaigns.services.errors import ServiceError
from campaigns.services.growing import add_children
from campaigns.services.wanted import hold, name_target, reload

Receipt = ProposalItem.Receipt
LOCK_RULE = "learning-locked"


class Outcome(StrEnum):
    DONE = "done"
    STALE = "stale"  # a live value moved
    AGAIN = "again"  # more speaks against it than whoever decided has seen
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Applied:
    outcome: Outcome
    said: str = ""


def apply_items(
    *, proposal: Proposal, actor: Person | None, door: str, through: frozenset[str], now: datetime
) -> Applied:
    """Writes the items of a proposal and their receipts. `through`: rules whose escalation was decided about already.

    What stops at the first campaign has changed nothing; later, the receipts say how far it went.
    """
    items = list(proposal.items.select_related("campaign", "adgroup__campaign", "ad__adgroup__campaign"))
    units = [list(unit) for _, unit in groupby(items, key=lambda item: item.campaign_id)]
    for number, unit in enumerate(units):
        applied = _apply_unit(proposal, unit, actor, door, through, now)
        if applied.outcome is Outcome.DONE:
            continue
        if number:
            for later in units[number + 1 :]:
                _settle(later, Receipt.UNTRIED, "An item before it could not go.", now)
            return Applied(Outcome.STOPPED, applied.said)
        return applied
    return Applied(Outcome.DONE)


def list_edits(items: Iterable[ProposalItem]) -> list[Edit]:
    return [Edit(item.target, item.after) for item in items]


def list_moved(
    items: Iterable[ProposalItem], judgement: EditJudgement
) -> list[tuple[ProposalItem, str, Any]]:
    """Where the live value is another one than an item was made against: item, path, and what is live."""
    live = {name_target(item.thing): store_members(item.facts.before) for item in judgement.edits}
    moved = []
    for item in items:
        members = live.get(name_target(item.target), {})
        for path, before in item.before.items():
            # a member that would not change holds the wanted value already
            changes = path.split("/")[0] in members
            now = find_at(members, path) if changes else item.after[path]
            if now != before:
                moved.append((item, path, now))
    return moved


def match_findings(item: ProposalItem, judgement: EditJudgement) -> list[Finding]:
    """What the rules say about one item's object."""
    paths = {name_target(edit.thing): edit.facts.path for edit in judgement.edits}
    own = paths.get(name_target(item.target))
    others = [path for path in paths.values() if path != own and path.startswith(own or "")]
    return [
        finding
        for finding in judgement.findings
        if own is not None
        and (not own or finding.path == own or finding.path.startswith(f"{own}/"))
        and not any(finding.path.startswith(f"{path}/") for path in others)
    ]


def _apply_unit(
    proposal: Proposal,
    items: Sequence[ProposalItem],
    actor: Person | None,
    door: str,
    through: frozenset[str],
    now: datetime,
) -> Applied:
    campaign = items[0].campaign
    unsure = next((item for item in items if _is_unsure(item)), None)
    if unsure is not None:
        said = f"An earlier call about {unsure.target.label} has no answer yet. Nothing is sent until it has."
        return _stop(items, Receipt.UNSURE, said, now)
    if items[0].grows:
        return _grow(items[0], actor or proposal.asked_by, door, now)
    try:
        hold(campaign)
        campaign = reload(campaign)
        judgement = judge_edits(campaign=campaign, edits=list_edits(items), now=now)
    except ServiceError as error:
        return _stop(items, Receipt.REFUSED, error.message, now)
    moved = [
        (item, path, live)
        for item, path, live in list_moved(items, judgement)
        if not allows(proposal.bounds, path, live, item.after[path])
    ]
    if moved:
        said = "; ".join(
            f"{path} of {item.target.label} is {show_value(live)} now, no longer {show_value(item.before[path])}"
            for item, path, live in moved
        )
        _settle(items, Receipt.STALE, said, now)
        return Applied(Outcome.STALE, f"{said}.")
    refusal = next((item for item in judgement.findings if item.level is FindingLevel.REFUSE), None)
    if refusal is not None:
        return _stop(items, Receipt.REFUSED, refusal.message, now)
    news = list(_list_news(items, judgement, through))
    if news:
        for item in items:
            item.findings = [finding.as_json() for finding in match_findings(item, judgement)]
            item.save(update_fields=["findings"])
        return Applied(Outcome.AGAIN, news[0].message)
    note = f"Proposal {proposal.pk}, asked for by {proposal.asked_by.display_name}: {proposal.reason}"
    booked = apply_edits(actor=actor, door=door, campaign=campaign, judgement=judgement, now=now, note=note)
    changes = {change.target: change for change in booked}
    for item in items:
        item.receipt, item.settled_at, item.note = Receipt.DONE, now, ""
        item.change = changes[name_target(item.target)]
        item.save(update_fields=["receipt", "settled_at", "note", "change"])
    return Applied(Outcome.DONE)


def _grow(item: ProposalItem, actor: Person, door: str, now: datetime) -> Applied:
    """Adds what was asked for below a live object; a bundle holds no growth beside other changes of a campaign."""
    parent = item.target
    assert not isinstance(parent, Ad), "nothing grows below an ad"
    try:
        hold(item.campaign)
        with transaction.atomic():  # what is refused leaves no row behind
            add_children(
                actor=actor,
                door=door,
                campaign=reload(item.campaign),
                parent=parent,
                children=next(iter(item.after.values())),
                acknowledged=None,
                now=now,
            )
    except ServiceError as error:
        return _stop([item], Receipt.REFUSED, error.message, now)
    item.receipt, item.settled_at, item.note = Receipt.DONE, now, ""
    item.change = Change.objects.filter(campaign_ref=item.campaign_id, act=Change.Act.GREW).latest("pk")
    item.save(update_fields=["receipt", "settled_at", "note", "change"])
    return Applied(Outcome.DONE)


def _list_news(
    items: Sequence[ProposalItem], judgement: EditJudgement, through: frozenset[str]
) -> Iterator[Finding]:
    """What needs a decision and was not among what whoever decided has seen."""
    seen = {(row["rule"], row["path"]) for item in items for row in item.findings}
    for finding in judgement.findings:
        weighty = finding.level in (FindingLevel.ESCALATE, FindingLevel.CONFIRM)
        if weighty and finding.rule not in through and (finding.rule, finding.path) not in seen:
            yield finding


def _is_unsure(item: ProposalItem) -> bool:
    states = (Push.State.UNSURE, Push.State.NEEDS_PERSON)
    own = Q(campaign=item.campaign) & Q(depth=0)
    if item.ad_id:
        own = Q(ad=item.ad_id)
    elif item.adgroup_id:
        own = Q(adgroup=item.adgroup_id)
    return Push.objects.filter(own, state__in=states).exists()


def _stop(items: Sequence[ProposalItem], receipt: ProposalItem.Receipt, said: str, now: datetime) -> Applied:
    _settle(items, receipt, said, now)
    return Applied(Outcome.STOPPED, said)


def _settle(items: Iterable[ProposalItem], receipt: ProposalItem.Receipt, said: str, now: datetime) -> None:
    for item in items:
        item.receipt, item.note, item.settled_at = receipt, said, now
        item.save(update_fields=["receipt", "note", "settled_at"])


def show_value(value: Any) -> str:
    """A value in a sentence; long ones by their kind."""
    match value:
        case None:
            return "nothing"
        case Mapping() | list():
            return "another value"
        case _:
            return str(value)
