"""Asking a manager for what the gate does not let through: one change or a bundle, with all that a decision needs (L2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction

from campaigns.contract.paths import find_at
from campaigns.contract.shape import Malformed, store_members
from campaigns.contract.statuses import ENABLE
from campaigns.models import (
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
    Change,
    Person,
    Proposal,
    ProposalItem,
    Push,
    Thing,
    policy_of,
)
from campaigns.rules.authority import Act
from campaigns.rules.findings import FindingLevel
from campaigns.rules.lifecycle import SWITCH
from campaigns.services import envelopes
from campaigns.services.access import require
from campaigns.services.applying import match_findings
from campaigns.services.bounds import settle_bounds
from campaigns.services.changing import change_things
from campaigns.services.edits import Acknowledged, Edit, EditJudgement, judge_edits
from campaigns.services.errors import MustPropose, NotWellFormed, Refused, Stale
from campaigns.services.growing import find_fresh, grow, judge_growth
from campaigns.services.pricing import key_of, price_changes, price_growth
from campaigns.services.proposals import Did, book, hold_all, read_text
from campaigns.services.switches import set_switches
from campaigns.services.wanted import campaign_of, name_target, reload

REASON_LIMIT = 500  # of Proposal.reason
NO_REASON = "No reason was given."
EMERGENCY_RULE = "emergency-resets"
MOST_ITEMS = 100  # of one bundle: a person has to read them


def change_or_propose(
    *,
    actor: Person,
    door: str,
    edits: Sequence[Edit],
    acknowledged: Acknowledged = frozenset(),
    reason: str = "",
    emergency: str = "",
    note: str = "",
    now: datetime,
) -> list[Change] | Proposal:
    """Changes live objects of one campaign at once where the gate lets it through; else asks a manager.

    `note` is booked along with what goes at once. Raises what `change_things` raises, but for MustPropose.
    """
    campaign = campaign_of(edits[0].thing)
    given = (
        judge_edits(campaign=reload(campaign), edits=edits, now=now, emergency=emergency)
        if emergency
        else None
    )
    try:
        booked = change_things(
            actor=actor,
            door=door,
            campaign=campaign,
            edits=edits,
            acknowledged=acknowledged,
            now=now,
            emergency=emergency,
            note=note,
        )
    except MustPropose:
        return propose(
            actor=actor,
            door=door,
            advertiser=campaign.advertiser,
            edits=edits,
            reason=reason or NO_REASON,
            now=now,
        )
    if given and any(finding.rule == EMERGENCY_RULE for finding in given.findings):
        _show_emergency(campaign, actor, door, edits, given, booked, emergency, now)
    return booked


def propose(
    *,
    actor: Person,
    door: str,
    advertiser: Advertiser,
    edits: Sequence[Edit],
    reason: str,
    valid_until: datetime | None = None,
    bounds: Mapping[str, Any] | None = None,
    now: datetime,
) -> Proposal:
    """Asks for one change or a bundle, in the order in which they shall go; the edits of a campaign stand together.

    `bounds`: it asks to go within them, as `deciding.approve` takes them.
    Raises Refused with the findings where the rules refuse, or nothing would change; Stale for a version that moved;
    NotWellFormed for a date in the past; WrongState for what is gone; Forbidden.
    """
    require(actor, advertiser, Act.PROPOSE)
    until = _read_until(valid_until, policy_of(advertiser).days("approval.valid"), now)
    _require_items(advertiser, edits)
    with transaction.atomic(durable=True):
        hold_all(campaign_of(edit.thing) for edit in edits)
        proposal = Proposal.objects.create(
            advertiser=advertiser,
            asked_by=actor,
            door=door,
            reason=read_text(reason, "reason", REASON_LIMIT),
            created_at=now,
            changed_at=now,
            valid_until=until,
        )
        for _, unit in groupby(edits, key=lambda edit: campaign_of(edit.thing).pk):
            _write_items(proposal, list(unit), now)
        if bounds:
            proposal.bounds = settle_bounds(bounds, proposal, now)
            proposal.save(update_fields=["bounds"])
        book(proposal, actor, door, Did.ASKED, now, comment=proposal.reason)
    return proposal


def grow_or_propose(
    *,
    actor: Person,
    door: str,
    parent: Campaign | AdGroup,
    children: Sequence[Mapping[str, Any]],
    version: int | None = None,
    acknowledged: Acknowledged = frozenset(),
    reason: str = "",
    now: datetime,
) -> list[AdGroup] | list[Ad] | Proposal:
    """Adds below a draft or a live object where the gate lets it through; else asks a manager. Raises as `grow` does."""
    given: dict[str, Any] = {"actor": actor, "door": door, "parent": parent, "children": children, "now": now}
    try:
        return grow(**given, version=version, acknowledged=acknowledged)
    except MustPropose:
        return propose_growth(**given, reason=reason or NO_REASON)


def propose_growth(
    *,
    actor: Person,
    door: str,
    parent: Campaign | AdGroup,
    children: Sequence[Mapping[str, Any]],
    reason: str,
    now: datetime,
) -> Proposal:
    """Asks to add ad groups to a campaign, or ads to an ad group. Raises Refused, NotWellFormed, Forbidden."""
    campaign = campaign_of(parent)
    require(actor, campaign.advertiser, Act.PROPOSE)
    policy = policy_of(campaign.advertiser)
    with transaction.atomic(durable=True):
        hold_all([campaign])
        before, after = judge_growth(campaign=reload(campaign), parent=parent, children=children, now=now)
        findings = find_fresh(parent, before, after, now)
        refusals = [item for item in findings if item.level is FindingLevel.REFUSE]
        if refusals:
            raise Refused(refusals[0].message, findings)
        proposal = Proposal.objects.create(
            advertiser=campaign.advertiser,
            asked_by=actor,
            door=door,
            reason=read_text(reason, "reason", REASON_LIMIT),
            created_at=now,
            changed_at=now,
            valid_until=now + policy.days("approval.valid"),
        )
        key = str(parent.level.children_key)
        price = price_growth(parent=parent, policy=policy, now=now)
        ProposalItem.objects.create(
            proposal=proposal,
            position=0,
            campaign=campaign,
            adgroup=_adgroup_of(parent),
            before={key: None},
            after={key: list(children)},
            findings=[finding.as_json() for finding in findings],
            cost=price.as_json(campaign.advertiser.money) if price.groups else None,
            exposure={
                "before": envelopes.show(before.plan.exposure, campaign.advertiser.money),
                "after": envelopes.show(after.plan.exposure, campaign.advertiser.money),
            },
        )
        book(proposal, actor, door, Did.ASKED, now, comment=proposal.reason)
    return proposal


def switch_or_propose(
    *, actor: Person, door: str, things: Sequence[Thing], status: str, now: datetime
) -> list[Push] | Proposal:
    """Wants objects on or off; a start that the gate does not let through asks a manager. Raises as `set_switches` does."""
    given: dict[str, Any] = {"actor": actor, "door": door, "things": things, "now": now}
    try:
        return set_switches(**given, status=status)
    except MustPropose as said:
        return propose_start(**given, reason=said.message)


def propose_start(
    *, actor: Person, door: str, things: Sequence[Thing], reason: str, now: datetime
) -> Proposal:
    """Asks to switch objects of one account on again. Raises as `propose` does."""
    advertiser = campaign_of(things[0]).advertiser
    edits = [Edit(thing, {SWITCH: ENABLE}) for thing in things]
    return propose(
        actor=actor, door=door, advertiser=advertiser, edits=edits, reason=reason[:REASON_LIMIT], now=now
    )


def _show_emergency(
    campaign: Campaign,
    actor: Person,
    door: str,
    edits: Sequence[Edit],
    judgement: EditJudgement,
    booked: Sequence[Change],
    reason: str,
    now: datetime,
) -> None:
    """Puts an emergency lowering before the manager, as done (L2)."""
    changes = {change.target: change for change in booked}
    live = {key_of(item.thing): store_members(item.facts.before) for item in judgement.edits}
    with transaction.atomic(durable=True):
        proposal = Proposal.objects.create(
            advertiser=campaign.advertiser,
            asked_by=actor,
            door=door,
            reason=reason.strip()[:REASON_LIMIT],
            emergency=True,
            state=Proposal.State.APPLIED,
            created_at=now,
            changed_at=now,
            valid_until=now,
        )
        for place, edit in enumerate(edits):
            item = _compose_item(proposal, place, campaign, edit, live[key_of(edit.thing)])
            describe_item(item, judgement, now)
            item.receipt, item.settled_at = ProposalItem.Receipt.DONE, now
            item.change = changes[name_target(edit.thing)]
            item.save()
        book(proposal, actor, door, Did.APPLIED, now, comment=proposal.reason)


def _require_items(advertiser: Advertiser, edits: Sequence[Edit]) -> None:
    problem = ""
    if not edits:
        problem = "name at least one change"
    elif len(edits) > MOST_ITEMS:
        problem = f"a bundle holds at most {MOST_ITEMS} changes; this one has {len(edits)}"
    elif any(campaign_of(edit.thing).advertiser_id != advertiser.pk for edit in edits):
        problem = "all changes of a bundle belong to one account"
    elif any(not edit.changes for edit in edits):
        problem = "say of each object what shall change"
    elif len({key_of(edit.thing) for edit in edits}) < len(edits):
        problem = "each object stands once in a bundle"
    if problem:
        raise NotWellFormed(f"items: {problem}.", (Malformed("items", problem),))


def _write_items(proposal: Proposal, edits: list[Edit], now: datetime) -> None:
    campaign = reload(campaign_of(edits[0].thing))
    _require_versions(edits)
    judgement = judge_edits(campaign=campaign, edits=edits, now=now)
    if judgement.refused:
        refusals = [item for item in judgement.findings if item.level is FindingLevel.REFUSE]
        raise Refused(refusals[0].message, judgement.findings)
    before = {key_of(item.thing): store_members(item.facts.before) for item in judgement.edits}
    start = proposal.items.count()
    for place, edit in enumerate(edits):
        live = before.get(key_of(edit.thing))
        if live is None:
            raise Refused(f"{edit.thing.label} is as you want it already: nothing would change.", ())
        item = _compose_item(proposal, start + place, campaign, edit, live)
        describe_item(item, judgement, now)
        item.save()


def _compose_item(
    proposal: Proposal, position: int, campaign: Campaign, edit: Edit, live: Mapping[str, Any]
) -> ProposalItem:
    """`live` are the members that change, as TikTok holds them."""
    changes = {path: value for path, value in edit.changes.items() if path.split("/")[0] in live}
    return ProposalItem(
        proposal=proposal,
        position=position,
        campaign=campaign,
        adgroup=_adgroup_of(edit.thing),
        ad=edit.thing if isinstance(edit.thing, Ad) else None,
        before={path: find_at(live, path) for path in changes},
        after=changes,
    )


def _require_versions(edits: Sequence[Edit]) -> None:
    for edit in edits:
        column = "version" if isinstance(edit.thing, AdGroup | Ad) else "tree_version"
        current = type(edit.thing)._default_manager.values_list(column, flat=True).get(pk=edit.thing.pk)
        if edit.version is not None and current != edit.version:
            raise Stale(f"{edit.thing.label} was changed meanwhile. Look at it again.", current)


def describe_item(item: ProposalItem, judgement: EditJudgement, now: datetime) -> None:
    """What a manager has to know: findings, what it costs, what can be spent before and after."""
    item.findings = [finding.as_json() for finding in match_findings(item, judgement)]
    price = price_changes(judgement=judgement, now=now).get(key_of(item.target))
    money = item.campaign.advertiser.money
    item.cost = price.as_json(money) if price and price.groups else None
    item.exposure = {
        "before": envelopes.show(judgement.exposure_before, money),
        "after": envelopes.show(judgement.exposure_after, money),
    }


def _adgroup_of(thing: object) -> AdGroup | None:
    match thing:
        case AdGroup():
            return thing
        case Ad():
            return thing.adgroup
        case _:
            return None


def _read_until(given: datetime | None, usual: timedelta, now: datetime) -> datetime:
    if given is None:
        return now + usual
    if given <= now:
        said = f"it lies in the past; it is {now:%Y-%m-%d %H:%M} UTC"
        raise NotWellFormed(f"valid_until: {said}.", (Malformed("valid_until", said),))
    return given
