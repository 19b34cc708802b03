"""Drafts: the wanted rows of a tree before, or between, its launches. Findings never stop a draft; nothing typed is lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from campaigns.contract.levels import Level
from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN, ADS_PER_ADGROUP
from campaigns.contract.shape import Malformed
from campaigns.models import Ad, AdGroup, Advertiser, Campaign, Change, Launch, Person, Push, Thing
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.errors import NotWellFormed, Stale, WrongState
from campaigns.services.judging import judge_raw

NAME_COLUMN = 600  # of Mirrored.name; TikTok takes 512 units, a draft may hold more until it is mended

STARTER_ADGROUP: Mapping[str, Any] = {
    # what nearly every web campaign wants; each can be changed in the builder
    "adgroup_name": "Ad group 1",
    "promotion_type": "WEBSITE",
    "optimization_goal": "CONVERT",
    "billing_event": "OCPM",
    "bid_type": "BID_TYPE_NO_BID",
    "schedule_type": "SCHEDULE_FROM_NOW",
    "targeting_optimization_mode": "AUTOMATIC",
}
STARTER_CAMPAIGN: Mapping[str, Any] = {
    "campaign_name": "",
    "objective_type": "WEB_CONVERSIONS",
    "budget_optimize_on": True,
    "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
}


def create_draft(
    *, actor: Person, door: str, advertiser: Advertiser, tree: Mapping[str, Any], now: datetime
) -> Campaign:
    """Stores a tree as typed. Raises NotWellFormed for values of the wrong type, Forbidden."""
    require(actor, advertiser, Act.DRAFT)
    _require_types(advertiser, tree, now)
    with transaction.atomic(durable=True):
        campaign = Campaign(advertiser=advertiser, created_by=actor, created_at=now, changed_at=now)
        _write_wanted(campaign, _own_members(tree, Level.CAMPAIGN))
        campaign.save()
        _write_children(campaign, tree, now)
        _record(campaign, actor, door, Change.Act.CREATED, "campaign", None, dict(tree), now)
    return campaign


def start_draft(*, actor: Person, door: str, advertiser: Advertiser, now: datetime) -> Campaign:
    """A draft to begin from in the builder: one ad group, one ad, the usual settings."""
    pixel = advertiser.pixels.first()
    group = {
        **STARTER_ADGROUP,
        **({"pixel_id": pixel.pixel_id, "optimization_event": "SHOPPING"} if pixel else {}),
    }
    ad = {"ad_name": "", "creative_list": [], "ad_text_list": []}
    tree = {**STARTER_CAMPAIGN, "adgroups": [{**group, "ads": [ad]}]}
    return create_draft(actor=actor, door=door, advertiser=advertiser, tree=tree, now=now)


def replace_draft(
    *, actor: Person, door: str, campaign: Campaign, version: int, tree: Mapping[str, Any], now: datetime
) -> Campaign:
    """Puts another tree in a draft's place. Raises Stale, WrongState, NotWellFormed, Forbidden."""
    require(actor, campaign.advertiser, Act.DRAFT)
    _require_draft(campaign)
    _require_types(campaign.advertiser, tree, now)
    with transaction.atomic(durable=True):
        _claim_tree(campaign, version, now)
        before = campaign.raw_tree()
        campaign.adgroups.all().delete()
        _write_wanted(campaign, _own_members(tree, Level.CAMPAIGN))
        campaign.save(update_fields=["wanted", "name"])
        _write_children(campaign, tree, now)
        _record(campaign, actor, door, Change.Act.EDITED, "campaign", before, dict(tree), now)
    return _reload(campaign)


def discard_draft(*, actor: Person, door: str, campaign: Campaign, now: datetime) -> None:
    """Takes a draft away; the journal keeps its tree. Raises WrongState for anything that was launched."""
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        _hold(campaign)
        _require_draft(campaign)
        _record(campaign, actor, door, Change.Act.DISCARDED, "campaign", campaign.raw_tree(), None, now)
        campaign.delete()


def save_members(
    *, actor: Person, door: str, thing: Thing, version: int, changes: Mapping[str, Any], now: datetime
) -> Thing:
    """Sets members of one object, by paths below it (`targeting_spec/languages`); None takes a member away.

    `version` is the object's own. What is malformed is kept as typed and becomes a finding.
    Raises Stale when somebody else changed the object meanwhile, WrongState for what exists at TikTok.
    """
    campaign = _campaign_of(thing)
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        _hold(campaign)
        _require_editable(thing)
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
        before = {path: _find(thing.wanted, path) for path in changes}
        wanted = thing.wanted
        for path, value in changes.items():
            wanted = set_at(wanted, path, value)
        _write_wanted(thing, wanted)
        thing.save(update_fields=["wanted", "name"])
        _touch(campaign, now)
        _record(campaign, actor, door, Change.Act.EDITED, _target(thing), before, dict(changes), now)
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
        _claim_tree(campaign, version, now)
        groups = list(campaign.adgroups.prefetch_related("ads"))
        touched: dict[tuple[str, int], tuple[Thing, dict[str, Any]]] = {}
        before: dict[str, Any] = {}
        for path, value in changes:
            thing, rest = _locate(campaign, groups, path)
            _require_editable(thing)
            _, wanted = touched.get((thing.level, thing.pk), (thing, thing.wanted))
            before[path] = _find(wanted, rest)
            touched[(thing.level, thing.pk)] = (thing, set_at(wanted, rest, value))
        for thing, wanted in touched.values():
            _write_wanted(thing, wanted)
            thing.version = F("version") + 1
            thing.save(update_fields=["wanted", "name", "version"])
        _record(campaign, actor, door, Change.Act.EDITED, "campaign", before, dict(changes), now)
    return _reload(campaign)


def add_adgroup(
    *, actor: Person, door: str, campaign: Campaign, now: datetime, copy_of: AdGroup | None = None
) -> AdGroup:
    """Adds an ad group to a draft: a copy with its ads, or one with the usual settings and an empty ad."""
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        _hold(campaign)
        _require_draft(campaign)
        if campaign.adgroups.count() >= ADGROUPS_PER_CAMPAIGN:
            raise WrongState(f"A campaign holds at most {ADGROUPS_PER_CAMPAIGN} ad groups (P1).")
        place = (campaign.adgroups.aggregate(last=Max("position"))["last"] or 0) + 1
        first = copy_of or campaign.adgroups.first()
        # a new ad group under CBO must share ten fields with its siblings: begin from one of them (U1)
        wanted = dict(first.wanted if first else STARTER_ADGROUP)
        wanted["adgroup_name"] = (
            f"{wanted.get('adgroup_name') or 'Ad group'} (copy)" if copy_of else f"Ad group {place}"
        )
        group = AdGroup(campaign=campaign, position=place, created_at=now)
        _write_wanted(group, wanted)
        group.save()
        ads = (
            [dict(ad.wanted) for ad in copy_of.ads.all()]
            if copy_of
            else [{"ad_name": "", "creative_list": [], "ad_text_list": []}]
        )
        for position, members in enumerate(ads, 1):
            ad = Ad(adgroup=group, position=position, created_at=now)
            _write_wanted(ad, members)
            ad.save()
        _touch(campaign, now)
        _record(campaign, actor, door, Change.Act.EDITED, _target(group), None, wanted, now)
    return group


def add_ad(*, actor: Person, door: str, adgroup: AdGroup, now: datetime, copy_of: Ad | None = None) -> Ad:
    """Adds an ad to a draft's ad group: a copy, or an empty one."""
    campaign = adgroup.campaign
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        _hold(campaign)
        _require_draft(campaign)
        if adgroup.ads.count() >= ADS_PER_ADGROUP:
            raise WrongState(f"An ad group holds at most {ADS_PER_ADGROUP} ads (R11).")
        place = (adgroup.ads.aggregate(last=Max("position"))["last"] or 0) + 1
        wanted = dict(copy_of.wanted) if copy_of else {"ad_name": "", "creative_list": [], "ad_text_list": []}
        ad = Ad(adgroup=adgroup, position=place, created_at=now)
        _write_wanted(ad, wanted)
        ad.save()
        _touch(campaign, now)
        _record(campaign, actor, door, Change.Act.EDITED, _target(ad), None, wanted, now)
    return ad


def remove_child(*, actor: Person, door: str, thing: AdGroup | Ad, now: datetime) -> None:
    """Takes an ad group or ad out of a draft; the journal keeps it."""
    campaign = _campaign_of(thing)
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        _hold(campaign)
        _require_draft(campaign)
        _record(campaign, actor, door, Change.Act.EDITED, _target(thing), _raw(thing), None, now)
        thing.delete()
        _touch(campaign, now)


def set_at(members: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of an object with one value set at a path; None takes it away, empty objects on the way with it."""
    head, _, rest = path.partition("/")
    copy = dict(members)
    if rest:
        inner = copy.get(head)
        if isinstance(inner, list) or (inner is None and rest.partition("/")[0].isdigit()):
            copy[head] = _set_in_list(inner or [], rest, value)
        else:
            copy[head] = set_at(inner if isinstance(inner, Mapping) else {}, rest, value)
            if copy[head] == {}:
                copy.pop(head)
    elif value is None:
        copy.pop(head, None)
    else:
        copy[head] = value
    return copy


def _set_in_list(items: Sequence[Any], path: str, value: Any) -> list[Any]:
    head, _, rest = path.partition("/")
    copy = list(items)
    index = min(int(head), len(copy)) if head.isdigit() else len(copy)
    if index == len(copy):
        copy.append({})
    if rest:
        copy[index] = set_at(copy[index] if isinstance(copy[index], Mapping) else {}, rest, value)
    elif value is None:
        copy.pop(index)
    else:
        copy[index] = value
    return copy


def _hold(campaign: Campaign) -> None:
    """Keeps launches and other edits of the tree waiting until this transaction ends: what is asked next stays true."""
    if Campaign.objects.select_for_update().filter(pk=campaign.pk).values_list("pk").first() is None:
        raise WrongState("This campaign was discarded meanwhile.")


def _require_draft(campaign: Campaign) -> None:
    if Launch.objects.filter(campaign=campaign).exists():
        raise WrongState("This campaign was launched already; it is no draft any more.")


def _require_editable(thing: Thing) -> None:
    """Drafts, and what a stopped launch could not make: those are mended and launched again (design section 4)."""
    campaign = _campaign_of(thing)
    if thing.remote_id:
        raise WrongState(f"{thing.label} exists at TikTok already; it is no draft any more.")
    running = Launch.objects.filter(campaign=campaign, finished_at__isnull=True).exists()
    refused = Push.objects.filter(launch__campaign=campaign, state=Push.State.REFUSED).exists()
    if running and not refused:
        raise WrongState("The launch is under way. Wait until it is through.")


def _require_types(advertiser: Advertiser, tree: Mapping[str, Any], now: datetime) -> None:
    facts = judge_raw(advertiser=advertiser, raw=tree, now=now).facts
    if facts.malformed:
        problems = tuple(Malformed(item.path, item.message) for item in facts.malformed)
        raise NotWellFormed(f"{len(problems)} value(s) are not of the right kind.", problems)


def _claim_tree(campaign: Campaign, version: int, now: datetime) -> None:
    claimed = Campaign.objects.filter(pk=campaign.pk, tree_version=version).update(
        tree_version=F("tree_version") + 1, version=F("version") + 1, changed_at=now
    )
    if not claimed:
        current = Campaign.objects.values_list("tree_version", flat=True).get(pk=campaign.pk)
        raise Stale(
            f"The campaign was changed meanwhile: it stands at version {current}. Read it again.", current
        )


def _touch(campaign: Campaign, now: datetime) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(tree_version=F("tree_version") + 1, changed_at=now)


def _write_children(campaign: Campaign, tree: Mapping[str, Any], now: datetime) -> None:
    for position, raw_group in enumerate(tree.get("adgroups") or [], 1):
        group = AdGroup(campaign=campaign, position=position, created_at=now)
        _write_wanted(group, _own_members(raw_group, Level.ADGROUP))
        group.save()
        ads = []
        for place, raw_ad in enumerate(raw_group.get("ads") or [], 1):
            ad = Ad(adgroup=group, position=place, created_at=now)
            _write_wanted(ad, dict(raw_ad))
            ads.append(ad)
        Ad.objects.bulk_create(ads)


def _own_members(raw: Mapping[str, Any], level: Level) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name not in (level.children_key, "advertiser_id")}


def _write_wanted(thing: Thing, wanted: Mapping[str, Any]) -> None:
    thing.wanted = dict(wanted)
    thing.name = str(wanted.get(thing.level.name_member) or "")[:NAME_COLUMN]


def _campaign_of(thing: Thing) -> Campaign:
    return thing if isinstance(thing, Campaign) else thing.campaign


def _target(thing: Thing) -> str:
    return "campaign" if isinstance(thing, Campaign) else f"{thing.level}s/{thing.pk}"


def _raw(thing: AdGroup | Ad) -> dict[str, Any]:
    ads = {"ads": [dict(ad.wanted) for ad in thing.ads.all()]} if isinstance(thing, AdGroup) else {}
    return {**thing.wanted, **ads}


def _locate(campaign: Campaign, groups: Sequence[AdGroup], path: str) -> tuple[Thing, str]:
    """The object that a path from the root lies in, and the rest of the path. Raises NotWellFormed."""
    parts = path.split("/")
    try:
        if parts[0] != "adgroups":
            return campaign, path
        group = groups[int(parts[1])]
        if parts[2] != "ads":
            return group, "/".join(parts[2:])
        return list(group.ads.all())[int(parts[3])], "/".join(parts[4:])
    except (IndexError, ValueError) as error:
        problem = Malformed(path, "there is no such object in this campaign")
        raise NotWellFormed("The change names an object that is not there.", (problem,)) from error


def _find(members: Any, path: str) -> Any:
    for part in path.split("/"):
        if isinstance(members, Mapping):
            members = members.get(part)
        elif isinstance(members, list) and part.isdigit() and int(part) < len(members):
            members = members[int(part)]
        else:
            return None
    return members


def _record(
    campaign: Campaign,
    actor: Person,
    door: str,
    act: Change.Act,
    target: str,
    before: Any,
    after: Any,
    now: datetime,
) -> None:
    Change.objects.create(
        advertiser=campaign.advertiser,
        actor=actor,
        door=door,
        act=act,
        campaign_ref=campaign.pk,
        target=target,
        before=before,
        after=after,
        at=now,
    )


def _reload(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_related("advertiser").get(pk=campaign.pk)
