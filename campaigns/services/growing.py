"""Adding ad groups and ads: to a draft as typed, to a live campaign made off, read back and then switched on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from campaigns.contract.levels import Level
from campaigns.contract.shape import Malformed
from campaigns.contract.statuses import DELETE
from campaigns.models import Ad, AdGroup, Campaign, Change, Launch, Person, Push, Thing
from campaigns.rules import book
from campaigns.rules.authority import Act
from campaigns.rules.book import has_level, list_open
from campaigns.rules.edits import EditFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services import gate, limits
from campaigns.services.access import require
from campaigns.services.edits import Acknowledged, find_new
from campaigns.services.errors import NotWellFormed, Refused, Stale, Unconfirmed, WrongState, count_things
from campaigns.services.judging import Judgement, judge_campaign
from campaigns.services.launches import list_aims, settle_wanted
from campaigns.services.wanted import (
    hold,
    name_target,
    own_members,
    record,
    reload,
    show_raw,
    touch,
    write_wanted,
)
from campaigns.sync import outbox


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A tree as it stands and as it would be, and what is said of what is added."""

    before: Judgement
    after: Judgement
    findings: tuple[Finding, ...]


def grow(
    *,
    actor: Person,
    door: str,
    parent: Campaign | AdGroup,
    children: Sequence[Mapping[str, Any]],
    version: int | None = None,
    acknowledged: Acknowledged = frozenset(),
    now: datetime,
) -> list[AdGroup] | list[Ad]:
    """Adds ad groups with their ads to a campaign, or ads to an ad group; returns the new rows.

    What is added to a live campaign is judged together with its live siblings and sent on its way at once. `version` is
    the tree's. Raises Stale, WrongState, NotWellFormed, Refused, Unconfirmed, MustPropose, Forbidden.
    """
    campaign = parent if isinstance(parent, Campaign) else parent.campaign
    launched = Launch.objects.filter(campaign=campaign).exists()
    require(actor, campaign.advertiser, Act.LAUNCH if launched else Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        campaign = reload(campaign)
        if version not in (None, campaign.tree_version):
            said = f"The campaign was changed meanwhile: it stands at version {campaign.tree_version}."
            raise Stale(f"{said} Look at it again.", campaign.tree_version)
        return add_children(
            actor=actor,
            door=door,
            campaign=campaign,
            parent=parent,
            children=children,
            acknowledged=acknowledged,
            now=now,
        )


def add_children(
    *,
    actor: Person,
    door: str,
    campaign: Campaign,
    parent: Campaign | AdGroup,
    children: Sequence[Mapping[str, Any]],
    acknowledged: Acknowledged | None,
    now: datetime,
) -> Any:
    """Adds within the caller's transaction, who holds the campaign. `acknowledged` None: a manager has decided it all."""
    before = judge_campaign(campaign=campaign, now=now)
    made = _write(campaign, parent, children, now)
    campaign = reload(campaign)
    after = judge_campaign(campaign=campaign, now=now)
    _require_types(before, after)
    launched = Launch.objects.filter(campaign=campaign).exists()
    if launched:
        _send(actor, campaign, parent, made, before, after, acknowledged, now)
    touch(campaign, now)
    act = Change.Act.GREW if launched else Change.Act.EDITED
    for thing in made:
        thing.refresh_from_db()
        record(campaign, actor, door, act, name_target(thing), None, show_raw(thing), now)
    return made


def find_fresh(
    parent: Campaign | AdGroup, before: Judgement, after: Judgement, now: datetime
) -> tuple[Finding, ...]:
    """What is said of adding below something live: of the tree as it will be, and of its learning lock."""
    key = str(parent.level.children_key)
    facts = EditFacts(
        level=parent.level,
        path="" if isinstance(parent, Campaign) else _find_path(parent),
        label=parent.label,
        before={key: None},
        after={key: True},
        currency=after.facts.account.currency,
        now=now,
        policy=after.facts.policy,
        lock=gate.read_lock(parent, starting=False, now=now),
    )
    return (*book.judge_growth(facts), *find_new(before.findings, after.findings))


def _find_path(group: AdGroup) -> str:
    return f"adgroups/{group.campaign.adgroups.filter(position__lt=group.position).count()}"


def judge_growth(
    *,
    campaign: Campaign,
    parent: Campaign | AdGroup,
    children: Sequence[Mapping[str, Any]],
    now: datetime,
) -> tuple[Judgement, Judgement]:
    """The tree as it stands and as it would be; nothing of it stays. Raises NotWellFormed."""
    before, after = _try(campaign, parent, children, now)
    _require_types(before, after)
    return before, after


def foresee_growth(
    *,
    campaign: Campaign,
    parent: Campaign | AdGroup,
    children: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Foreseen:
    """What adding would mean, as `grow` would judge it; what is malformed is among the findings. Saves nothing."""
    before, after = _try(campaign, parent, children, now)
    return Foreseen(before, after, find_fresh(parent, before, after, now))


def _try(
    campaign: Campaign, parent: Campaign | AdGroup, children: Sequence[Mapping[str, Any]], now: datetime
) -> tuple[Judgement, Judgement]:
    before = judge_campaign(campaign=campaign, now=now)
    with transaction.atomic():
        _write(campaign, parent, children, now)
        after = judge_campaign(campaign=reload(campaign), now=now)
        transaction.set_rollback(True)
    return before, after


def _write(
    campaign: Campaign, parent: Campaign | AdGroup, children: Sequence[Mapping[str, Any]], now: datetime
) -> Any:
    if isinstance(parent, AdGroup):
        return _write_ads(parent, children, now)
    place = campaign.adgroups.aggregate(last=Max("position"))["last"] or 0
    made = []
    for number, raw in enumerate(children, 1):
        group = AdGroup(campaign=campaign, position=place + number, created_at=now)
        write_wanted(group, own_members(raw, Level.ADGROUP))
        group.save()
        _write_ads(group, raw.get("ads") or [], now)
        made.append(group)
    return made


def _write_ads(group: AdGroup, children: Sequence[Mapping[str, Any]], now: datetime) -> list[Ad]:
    place = group.ads.aggregate(last=Max("position"))["last"] or 0
    made = []
    for number, raw in enumerate(children, 1):
        ad = Ad(adgroup=group, position=place + number, created_at=now)
        write_wanted(ad, own_members(raw, Level.AD))
        ad.save()
        made.append(ad)
    return made


def _require_types(before: Judgement, after: Judgement) -> None:
    fresh = [item for item in after.facts.malformed if item not in before.facts.malformed]
    if fresh:
        problems = tuple(Malformed(item.path, item.message) for item in fresh)
        raise NotWellFormed(f"{fresh[0].path}: {fresh[0].message}.", problems)


def _require_moving(launch: Launch) -> None:
    """One that stopped at a refusal is never through by itself. Raises WrongState that says what it waits for."""
    if launch.pushes.filter(state=Push.State.REFUSED).exists():
        what = "What was added before" if launch.grows else "The launch"
        raise WrongState(
            f"{what} stopped: TikTok refused something of it. Mend it or cancel it, then add more."
        )


def _send(
    actor: Person,
    campaign: Campaign,
    parent: Campaign | AdGroup,
    made: Sequence[AdGroup | Ad],
    before: Judgement,
    after: Judgement,
    acknowledged: Acknowledged | None,
    now: datetime,
) -> None:
    """What was added leaves the house: judged with its live siblings, then made as a launch makes it."""
    launch = Launch.objects.get(campaign=campaign)
    if launch.finished_at is None:
        _require_moving(launch)
        raise WrongState("The launch is under way. Wait until it is through, then add to it.")
    if not parent.remote_id or parent.is_removed:
        raise WrongState(f"{parent.label} is not at TikTok, so nothing can be added to it.")
    parent.refresh_from_db(fields=["wanted"])  # under the lock: it may be wanted away by now
    if DELETE in (parent.wanted_switch, campaign.wanted_switch):
        raise WrongState(f"{parent.label} is to be removed at TikTok, so nothing can be added to it.")
    findings = find_fresh(parent, before, after, now)
    if has_level(findings, FindingLevel.REFUSE):
        count = sum(item.level is FindingLevel.REFUSE for item in findings)
        raise Refused(f"{count_things(count, 'finding')} must be mended first.", findings)
    if acknowledged is not None:
        unsaid = list_open(findings, acknowledged)
        if unsaid:
            said = count_things(len(unsaid), "finding needs", "findings need")
            raise Unconfirmed(f"{said} your yes first.", unsaid)
        gate.decide_growth(actor=actor, advertiser=campaign.advertiser, findings=findings)
        limits.require_within(
            actor=actor,
            advertiser=campaign.advertiser,
            before=before.plan.exposure,
            after=after.plan.exposure,
            budgets=[group.get("budget") for group in after.facts.adgroups],
            grows=True,
            now=now,
        )
    fresh: list[Thing] = []
    for thing in settle_wanted(campaign, after.facts.campaign):
        if thing in made or (isinstance(thing, Ad) and thing.adgroup in made):
            fresh.append(thing)
    # the rows of what is through stand for themselves from here on: the launch holds what grows
    launch.pushes.update(launch=None)
    Launch.objects.filter(pk=launch.pk).update(
        grows=True,
        actor=actor,
        started_at=now,
        verify_at=None,
        verified_at=None,
        finished_at=None,
        paused_at=None,  # whoever paused or cancelled what is over said nothing of this
        cancelled_at=None,
    )
    outbox.open_launch(launch, list_aims(fresh))
    outbox.nudge_after_commit(launch=launch)
