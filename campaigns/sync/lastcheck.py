"""The last check before a call: the same rules once more, on what would really be sent now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any

from django.db.models import Count, Max, OuterRef, Subquery, Sum

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELETE
from campaigns.models import (
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
    Identity,
    Pixel,
    PolicyOverride,
    Push,
    Reading,
    Thing,
    Video,
    policy_of,
)
from campaigns.models.prepared import Prepared, number
from campaigns.rules.book import RULES
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.sync.plan import owner_of
from campaigns.sync.translate import resolve_tree

OBJECTS_KEPT = 10_000  # of all trees that one worker process goes back and forth between: some 40 MB

Place = tuple[Level, int]


@dataclass(frozen=True, slots=True)
class _Question:
    """All that the answer depends on: the tree and the account as they stand, and the minute."""

    campaign: int
    version: int
    account: tuple[Any, ...]
    minute: datetime
    advertiser: Advertiser = field(compare=False, repr=False)
    now: datetime = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A tree as it was judged, by the place of each object: what was wanted of it, and what refuses it."""

    wanted: Mapping[Place, Mapping[str, Any]]
    refusals: Mapping[Place, list[Finding]]


def find_refusals(push: Push, *, now: datetime) -> list[dict[str, Any]]:
    """Refusals that touch the row's object, as JSON. Siblings are judged along, since some rules are about all of them.

    A tree of 900 ads is read and judged once a minute and not 900 times: the answer is kept for as long as nothing that it
    depends on has changed. Every change of a tree moves its version; what is sent itself is compared all the same.
    """
    *_, root = chain = list(_list_chain(push.target))
    assert isinstance(root, Campaign)
    account = push.advertiser
    said = [getattr(account, name) for name in _COLUMNS]
    stamp = (*said, *_OWNED.fetch(account=account.pk)[0])
    minute = now.replace(second=0, microsecond=0)
    question = _Question(root.pk, root.tree_version, stamp, minute, account, now)
    judged = _recall(question, {(thing.level, thing.pk): thing.wanted for thing in chain})
    found = judged.refusals.get((push.target.level, push.target.pk), ())
    return [finding.as_json() for finding in found]


def _list_chain(thing: Thing) -> Iterator[Thing]:
    """The object and those above it, the campaign last."""
    yield thing
    if not isinstance(thing, Campaign):
        yield from _list_chain(thing.parent)


def _last(rows: Any, what: Any) -> Subquery:
    return Subquery(rows.filter(advertiser=OuterRef("pk")).order_by().values("advertiser").values_list(what))


_COLUMNS = ("name", "currency", "zone", "country", "location_id", "videos_read_at")
# What an account owns is put in the place of what it owned before, under new ids; numbers of its own are changed in place
_OWNED = Prepared(
    lambda account: (
        Advertiser.objects.filter(pk=account)
        .order_by()
        .values_list(
            *(
                _last(model.objects.all(), what)
                for model in (Pixel, Identity, Video)
                for what in (Max("pk"), Count("pk"))
            ),
            *(_last(PolicyOverride.objects.all(), what) for what in (Max("at"), Count("pk"), Sum("value"))),
            _last(Reading.objects.filter(kind=Reading.Kind.RESULTS), Max("done_at")),
        )
    ),
    account=number,
)


_kept: dict[_Question, _Judged] = {}  # the one asked for last is the last
_judging = RLock()  # threads that ask for the same tree wait for one that judges it


def _recall(question: _Question, sent: Mapping[Place, Mapping[str, Any]]) -> _Judged:
    """What was judged before, where that is what would be sent; else the tree is judged now."""
    with _judging:
        judged = _kept.pop(question, None)
        if judged is None or any(judged.wanted.get(place) != wanted for place, wanted in sent.items()):
            judged = _judge(question)
        _kept[question] = judged
        while len(_kept) > 1 and sum(len(tree.wanted) for tree in _kept.values()) > OBJECTS_KEPT:
            _kept.pop(next(iter(_kept)))
    return judged


def forget() -> None:
    """For a process whose database is put back: ids and versions come again, and mean other trees."""
    with _judging:
        _kept.clear()


def _counts(wanted: Mapping[str, Any], gone: datetime | None) -> bool:
    """What is gone at TikTok, or wanted away, refuses nothing of its siblings."""
    return gone is None and wanted.get("operation_status") != DELETE


def _judge(question: _Question) -> _Judged:
    """Judges a tree as the database holds it now, which is never older than the version asked for."""
    root = question.campaign
    wanted = Campaign.objects.values_list("wanted", flat=True).get(pk=root)
    owners: dict[str, Place] = {"": (Level.CAMPAIGN, root)}
    held: dict[Place, Mapping[str, Any]] = {(Level.CAMPAIGN, root): wanted}
    ads: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    inner_rows = Ad.objects.filter(adgroup__campaign=root)
    for pk, group, own, gone in inner_rows.values_list("pk", "adgroup_id", "wanted", "vanished_at"):
        if _counts(own, gone):
            ads.setdefault(group, []).append((pk, own))
    groups = []
    rows = AdGroup.objects.filter(campaign=root).values_list("pk", "wanted", "vanished_at")
    for index, (group, own) in enumerate((pk, own) for pk, own, gone in rows if _counts(own, gone)):
        owners[f"adgroups/{index}"], held[Level.ADGROUP, group] = (Level.ADGROUP, group), own
        for place, (ad, inner) in enumerate(ads.get(group, ())):
            owners[f"adgroups/{index}/ads/{place}"], held[Level.AD, ad] = (Level.AD, ad), inner
        groups.append({**own, "ads": [inner for _, inner in ads.get(group, ())]})
    facts = resolve_tree(
        raw={**wanted, "adgroups": groups},
        account=question.advertiser.facts(),
        now=question.now,
        policy=policy_of(question.advertiser),
    )
    refusals: dict[Place, list[Finding]] = {}
    for rule in RULES:  # every single one: an answer for people names only so many of each rule
        for finding in rule.find(facts):
            if finding.level is FindingLevel.REFUSE:
                refusals.setdefault(owners[owner_of(finding.path)], []).append(finding)
    return _Judged(held, refusals)
