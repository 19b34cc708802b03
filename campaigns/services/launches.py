"""Launching a tree: judged, resolved to what will be sent, and put into the outbox, in one transaction."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, prefetch_related_objects

from campaigns.contract.levels import Level
from campaigns.contract.shape import store_members
from campaigns.contract.statuses import ENABLE
from campaigns.models import Ad, AdGroup, Campaign, Change, Launch, Person, Push, Thing
from campaigns.rules.authority import Act
from campaigns.rules.book import list_open
from campaigns.rules.facts import ObjectFacts
from campaigns.rules.findings import FindingLevel
from campaigns.services import limits
from campaigns.services.access import require
from campaigns.services.edits import Acknowledged
from campaigns.services.errors import Refused, Stale, Unconfirmed, WrongState, count_things
from campaigns.services.judging import judge_campaign
from campaigns.services.wanted import hold, reload, write_wanted
from campaigns.sync import cancelling, outbox
from campaigns.sync.transitions import Event, follow

ROWS_AT_ONCE = 200  # of one statement: bodies are a few kilobytes each


def start_launch(
    *, actor: Person, door: str, campaign: Campaign, version: int, acknowledged: Acknowledged, now: datetime
) -> Launch:
    """Sends a draft, or a mended launch, on its way. Answers at once; the worker does the calls.

    Raises Stale, WrongState, Refused (with all findings), Unconfirmed (with the open ones), Forbidden.
    """
    require(actor, campaign.advertiser, Act.LAUNCH)
    with transaction.atomic(durable=True):
        claimed = Campaign.objects.filter(pk=campaign.pk, tree_version=version).update(
            tree_version=F("tree_version") + 1, changed_at=now
        )
        campaign = reload(campaign)
        if not claimed:
            raise Stale(
                f"The campaign was changed meanwhile: it stands at version {campaign.tree_version}. Look at it again.",
                campaign.tree_version,
            )
        _require_launchable(campaign)
        prefetch_related_objects([campaign], "adgroups__ads")
        judgement = judge_campaign(campaign=campaign, now=now)
        if judgement.refused:
            count = judgement.count(FindingLevel.REFUSE)
            raise Refused(
                f"{count_things(count, 'finding')} must be mended before the launch.", judgement.leaving
            )
        unsaid = list_open(judgement.leaving, acknowledged)
        if unsaid:
            raise Unconfirmed(
                f"{count_things(len(unsaid), 'finding needs', 'findings need')} your yes before the launch.",
                unsaid,
            )
        limits.require_launch(actor=actor, objects=judgement.facts.objects, now=now)
        typed = campaign.raw_tree()
        things = settle_wanted(campaign, judgement.facts.campaign)
        launch, _ = Launch.objects.update_or_create(
            campaign=campaign,
            defaults={
                "actor": actor,
                "started_at": now,
                "verify_at": None,
                "verified_at": None,
                "finished_at": None,
                "paused_at": None,
            },
        )
        outbox.open_launch(launch, list_aims(_list_own(launch, things)))
        _read_back_if_made(launch, now=now)
        Change.objects.create(
            advertiser=campaign.advertiser,
            actor=actor,
            door=door,
            act=Change.Act.LAUNCHED,
            campaign_ref=campaign.pk,
            target="campaign",
            before=typed,
            after={
                "version": version,
                "acknowledged": [
                    {"rule": rule, "path": path} for rule, path in sorted(acknowledged, key=str)
                ],
            },
            at=now,
        )
        outbox.nudge_after_commit(launch=launch)
    return launch


def _require_launchable(campaign: Campaign) -> None:
    launch = Launch.objects.filter(campaign=campaign).first()
    if launch is None:
        return
    if launch.cancelled_at is not None:
        raise WrongState(
            "This launch was cancelled. Start what is wanted of it by itself, or begin a new draft."
        )
    if launch.finished_at is not None:
        raise WrongState("This campaign was launched already.")
    if not launch.pushes.filter(state=Push.State.REFUSED).exists():
        raise WrongState("The launch is under way already.")


def settle_wanted(campaign: Campaign, root: ObjectFacts) -> list[Thing]:
    """From here on wanted is what is sent: the journal keeps what was typed."""
    pairs: list[tuple[Thing, ObjectFacts]] = [(campaign, root)]
    for group, group_facts in zip(campaign.adgroups.all(), root.children, strict=True):
        pairs.append((group, group_facts))
        pairs += zip(group.ads.all(), group_facts.children, strict=True)
    fresh = [(thing, facts) for thing, facts in pairs if not thing.remote_id]
    for thing, facts in fresh:
        write_wanted(thing, store_members(facts.members))
    for model in (Campaign, AdGroup, Ad):
        rows: list[Any] = [thing for thing, _ in fresh if isinstance(thing, model)]
        model._default_manager.bulk_update(rows, ["wanted", "name"], batch_size=ROWS_AT_ONCE)
    return [thing for thing, _ in pairs]


def _list_own(launch: Launch, things: Iterable[Thing]) -> Iterator[Thing]:
    """What the launch is about: the whole tree, or what was added to a live one."""
    held = {(push.depth, push.campaign_id or push.adgroup_id or push.ad_id) for push in launch.pushes.all()}
    for thing in things:
        if not launch.grows or (list(Level).index(thing.level), thing.pk) in held:
            yield thing


def list_aims(things: Iterable[Thing]) -> Iterator[tuple[Thing, str]]:
    """What must become true: every body that is not there yet, every switch that is wanted on and is not."""
    for thing in things:
        if not thing.remote_id:
            yield thing, Push.Aspect.BODY
        if thing.wanted_switch == ENABLE and not thing.is_on:
            yield thing, Push.Aspect.SWITCH


def _read_back_if_made(launch: Launch, *, now: datetime) -> None:
    """A tree of which nothing is left to be made is read back at once: no body's end will ask for it."""
    if launch.cancelled_at is not None:
        cancelling.finish_cancelled(launch.pk, now=now)
    elif not launch.pushes.filter(aspect=Push.Aspect.BODY).exclude(state=Push.State.DONE).exists():
        Launch.objects.filter(pk=launch.pk).update(verified_at=None, verify_at=outbox.AT_ONCE)


def resume_launch(*, actor: Person, door: str, campaign: Campaign, now: datetime) -> Launch:
    """A person has looked at what needed one: the tree is read back again and, if it equals the plan now, switched on.

    Nothing that may exist is made by this. Raises WrongState when nothing needs a person, Forbidden.
    """
    require(actor, campaign.advertiser, Act.LAUNCH)
    with transaction.atomic(durable=True):
        hold(campaign)
        launch = Launch.objects.filter(campaign=campaign).first()
        held = Push.objects.filter(launch__campaign=campaign, state=Push.State.NEEDS_PERSON)
        if launch is None or not held.exists():
            raise WrongState("Nothing in this launch waits for a person.")
        told = [push.error for push in held]
        go_on(launch, now=now)
        Change.objects.create(
            advertiser=campaign.advertiser,
            actor=actor,
            door=door,
            act=Change.Act.RESOLVED,
            campaign_ref=campaign.pk,
            target="campaign",
            before=told,
            at=now,
        )
    return launch


def go_on(launch: Launch, *, now: datetime, back: Collection[int] = ()) -> None:
    """What needed a person goes on, now that one has decided, and the tree is read back. The caller holds the campaign.

    `back`: rows whose objects are brought back to the plan first (our ids).
    """
    held = launch.pushes.filter(state=Push.State.NEEDS_PERSON)
    bodies = held.filter(aspect=Push.Aspect.BODY)
    unmade = Q(campaign__remote_id=None) & Q(adgroup__remote_id=None) & Q(ad__remote_id=None)
    # what broke off before it left is tried again; what may have left is looked for
    afresh = {"not_before": outbox.AT_ONCE, "settled_at": None, "nudged_at": None}
    bodies.filter(Q(pk__in=back) | unmade & Q(sent_at=None)).update(state=_follow(Event.GO_ON), **afresh)
    bodies.filter(unmade).exclude(sent_at=None).update(state=_follow(Event.LOOK), **afresh)
    # an adopted object stands, whatever stood beside it; its switch waits for the reading back
    held.filter(aspect=Push.Aspect.BODY).update(state=_follow(Event.STANDS), error=None, settled_at=now)
    held.filter(aspect=Push.Aspect.SWITCH).update(state=_follow(Event.GO_ON), error=None, **afresh)
    _read_back_if_made(launch, now=now)
    outbox.nudge_after_commit(launch=launch)


def _follow(event: Event) -> str:
    return follow(Push.State.NEEDS_PERSON, event)
