"""Setting members of what is not at TikTok yet: one object as it is typed, or many places at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from campaigns.contract.levels import Level
from campaigns.contract.paths import find_at, set_at
from campaigns.models import Ad, AdGroup, Campaign, Change, Launch, Person, Thing
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.errors import Stale
from campaigns.services.wanted import (
    campaign_of,
    claim_tree,
    hold,
    locate,
    name_target,
    record,
    reload,
    require_editable,
    touch,
    write_wanted,
)


def save_members(
    *, actor: Person, door: str, thing: Thing, version: int, changes: Mapping[str, Any], now: datetime
) -> Thing:
    """Sets members of one object, by paths below it (`targeting_spec/languages`); None takes a member away.

    `version` is the object's own. What is malformed is kept as typed and becomes a finding.
    Raises Stale when somebody else changed the object meanwhile, WrongState for what exists at TikTok.
    """
    campaign = campaign_of(thing)
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        require_editable(thing)
        claimed = (
            type(thing)._default_manager.filter(pk=thing.pk, version=version).update(version=F("version") + 1)
        )
        if not claimed:
            thing.refresh_from_db()
            raise Stale(
                "Somebody else changed this meanwhile. Their values are shown; yours are kept beside them.",
                thing.version,
            )
        thing.refresh_from_db()
        before = {path: find_at(thing.wanted, path) for path in changes}
        wanted = thing.wanted
        for path, value in changes.items():
            wanted = set_at(wanted, path, value)
        write_wanted(thing, wanted)
        thing.save(update_fields=["wanted", "name"])
        touch(campaign, now)
        record(campaign, actor, door, Change.Act.EDITED, name_target(thing), before, dict(changes), now)
    return thing


def apply_changes(
    *,
    actor: Person,
    door: str,
    campaign: Campaign,
    version: int,
    changes: Sequence[tuple[str, Any]],
    now: datetime,
) -> Campaign:
    """Sets members all over a draft by paths from its root (`adgroups/3/bid_type`), as a fix or a bulk edit does."""
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        claim_tree(campaign, version, now)
        before = write_changes(campaign, list(campaign.adgroups.prefetch_related("ads")), changes)
        record(campaign, actor, door, Change.Act.EDITED, "campaign", before, dict(changes), now)
    return reload(campaign)


def write_changes(
    campaign: Campaign, groups: Sequence[AdGroup], changes: Sequence[tuple[str, Any]]
) -> dict[str, Any]:
    """Writes members by paths from the root, within the caller's transaction; what stood before, by path.

    `groups` are all ad groups with their ads prefetched. Few statements, however many objects are touched.
    """
    wanted: dict[tuple[Level, int], dict[str, Any]] = {}
    touched: dict[tuple[Level, int], Thing] = {}
    before: dict[str, Any] = {}
    ads = [list(group.ads.all()) for group in groups] if changes else []
    draft = not Launch.objects.filter(campaign=campaign).exists()
    for path, value in changes:
        thing, rest = locate(campaign, groups, path, ads)
        key = (thing.level, thing.pk)
        if key not in touched:
            if not draft:
                require_editable(thing)
            touched[key], wanted[key] = thing, thing.wanted
        before.setdefault(path, find_at(wanted[key], rest))
        wanted[key] = set_at(wanted[key], rest, value)
    for key, thing in touched.items():
        write_wanted(thing, wanted[key])
        thing.version = F("version") + 1
    for model in (Campaign, AdGroup, Ad):
        things: list[Any] = [thing for thing in touched.values() if isinstance(thing, model)]
        model._default_manager.bulk_update(things, ["wanted", "name", "version"], batch_size=100)
    return before
