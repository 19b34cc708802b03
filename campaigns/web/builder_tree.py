"""Where things stand in the builder: the objects of a tree with their paths and pages, their findings, the plan line."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.contract.members import find_member
from campaigns.contract.paths import find_at
from campaigns.models import AdGroup, Campaign, Push, Thing
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.forecasting import foresee_launch
from campaigns.services.judging import Judgement
from campaigns.web.outlook import ToldOutlook, tell_outlook

OPEN = "open"  # what is to be filled in is no error before somebody left the field, or asked for the review
GRAVITY = {level: index for index, level in enumerate(FindingLevel)}
TONES = (
    FindingLevel.REFUSE.value,
    FindingLevel.ESCALATE.value,
    FindingLevel.CONFIRM.value,
    OPEN,
)  # worth a dot
SMALL_TREE = 40  # objects; beyond, the outline opens only the ad group one stands in


@dataclass(frozen=True, slots=True)
class OpenFinding(Finding):
    """A refusal of a member that holds nothing yet, in a draft that nobody has reviewed."""


def tone_of(finding: Finding) -> str:
    """How a finding is drawn: by its level, or as something to fill in."""
    return OPEN if isinstance(finding, OpenFinding) else finding.level.value


@dataclass(slots=True, eq=False)
class Place:
    """One object of the tree. `path` is where findings count from; `findings` are its own, the gravest first.

    `answer` is what TikTok said when it refused the object at the last launch.
    """

    thing: Thing
    path: str
    index: int
    parent: "Place | None" = None
    children: list["Place"] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    answer: Mapping[str, Any] | None = None

    @property
    def level(self) -> Level:
        return self.thing.level

    @property
    def label(self) -> str:
        if self.parent is None:
            return self.thing.label
        if self.thing.name or self.level is not Level.AD:
            return self.short
        return f"{self.short} of {self.parent.label}"

    @property
    def short(self) -> str:
        """The same where one sees in what it lies."""
        return self.thing.name or f"{self.level.label} {self.index + 1}"

    @property
    def full(self) -> str:
        """The same with its ad group in any case: an ad's name says it seldom."""
        if self.level is not Level.AD or not self.thing.name or self.parent is None:
            return self.label
        return f"{self.label} in {self.parent.label}"

    @property
    def href(self) -> str:
        match self.thing:
            case Campaign():
                return reverse("builder", args=[self.thing.pk])
            case AdGroup():
                return reverse("builder-adgroup", args=[self.thing.campaign_id, self.thing.pk])
        campaign = self.parent.parent.thing if self.parent and self.parent.parent else self.thing.campaign
        return reverse("builder-ad", args=[campaign.pk, self.thing.pk])

    @property
    def gravest(self) -> str:
        """The level of the gravest finding here; "" where there is none worth a dot. TikTok's own no weighs as much."""
        return FindingLevel.REFUSE.value if self.answer else _worst(self.findings)

    @property
    def gravest_below(self) -> str:
        """The same for the object with all that is below it."""
        if any(place.answer for place in self.walk()):
            return FindingLevel.REFUSE.value
        return _worst(finding for place in self.walk() for finding in place.findings)

    def walk(self) -> Iterator["Place"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def link_to(self, path: str) -> str:
        """The page that opens with the field of a finding in focus."""
        return f"{self.href}?{urlencode({'at': self.relative(path)})}"

    def relative(self, path: str) -> str:
        """A finding's path, counted from this object."""
        return path.removeprefix(f"{self.path}/") if self.path else path


def _worst(findings: Iterable[Finding]) -> str:
    tones = {tone_of(finding) for finding in findings}
    return next((tone for tone in TONES if tone in tones), "")


@dataclass(frozen=True, slots=True)
class Tree:
    root: Place
    by_path: Mapping[str, Place]

    @property
    def places(self) -> Sequence[Place]:
        return tuple(self.root.walk())

    @property
    def refused(self) -> Sequence[Place]:
        """What TikTok refused at the last launch, in the order of the tree."""
        return tuple(place for place in self.places if place.answer)

    @property
    def is_small(self) -> bool:
        return len(self.by_path) <= SMALL_TREE

    def find(self, thing: Thing) -> Place:
        return next(place for place in self.by_path.values() if place.thing == thing)

    def owner(self, path: str) -> Place:
        """The object that a finding's path lies in."""
        parts = path.split("/")
        for length in (4, 2):
            place = self.by_path.get("/".join(parts[:length])) if len(parts) > length else None
            if place is not None and parts[0] == "adgroups":
                return place
        return self.root


def read_tree(campaign: Campaign, findings: Iterable[Finding], *, fresh: bool = False) -> Tree:
    """The tree's objects in order, each with its findings. `campaign` comes with ad groups and ads prefetched.

    `fresh`: nobody has asked for its review, so what holds nothing yet is to be filled in.
    """
    root = Place(campaign, "", 0)
    by_path = {"": root}
    for index, group in enumerate(campaign.adgroups.all()):
        branch = Place(group, f"adgroups/{index}", index, root)
        root.children.append(branch)
        by_path[branch.path] = branch
        for place, ad in enumerate(group.ads.all()):
            leaf = Place(ad, f"{branch.path}/ads/{place}", place, branch)
            branch.children.append(leaf)
            by_path[leaf.path] = leaf
    tree = Tree(root, by_path)
    for finding in findings:
        owner = tree.owner(finding.path)
        if fresh and finding.level is FindingLevel.REFUSE and is_empty(owner, finding):
            given = (getattr(finding, item.name) for item in dataclasses.fields(finding))
            finding = OpenFinding(*given)
        owner.findings.append(finding)
    if campaign.mends:
        answers = _read_answers(campaign)
        for item in by_path.values():
            item.answer = answers.get((item.level, item.thing.pk))
    return tree


def _read_answers(campaign: Campaign) -> Mapping[tuple[Level, int], Mapping[str, Any]]:
    """Of the launch alone: a refused change of what is live is mended where it is changed, not in the builder."""
    refused = queries.list_pushes(campaign).filter(state=Push.State.REFUSED, launch__isnull=False)
    return {
        (tuple(Level)[push.depth], push.campaign_id or push.adgroup_id or push.ad_id): push.error
        or {"message": ""}
        for push in refused
    }


def find_mending(campaign: Campaign) -> str:
    """Where a stopped launch is mended: the page of what TikTok refused, else of the first object not made."""
    tree = read_tree(campaign, ())
    unmade = (place for place in tree.places if not place.thing.remote_id)
    return next(iter((*tree.refused, *unmade)), tree.root).href


def find_thing(campaign: Campaign, level: Level, pk: int) -> Thing | None:
    things: list[Thing] = [campaign] if level is Level.CAMPAIGN else []
    for group in campaign.adgroups.all():
        if level is Level.ADGROUP:
            things.append(group)
        if level is Level.AD:
            things.extend(group.ads.all())
    return next((thing for thing in things if thing.pk == pk), None)


def is_empty(place: Place, finding: Finding) -> bool:
    """Whether a finding is about a member that holds nothing yet: it is to be filled in."""
    path = place.relative(finding.path)
    return bool(path) and find_at(place.thing.wanted, path) in (None, "", [], {})


def _needs_person(place: Place, finding: Finding) -> bool:
    """Whether only a person knows the value: a name, a link, an amount; a word can be tried."""
    member = find_member(place.level, place.relative(finding.path))
    known = finding.fix is not None or (member is not None and member.type in ("word", "flag"))
    return not known and is_empty(place, finding)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """The one summary of a plan: what it makes, what it can cost, what is open. Counted here and nowhere else."""

    creates: str
    worst_day: Decimal | None
    mend: int
    open: int  # to be filled in
    confirm: int
    escalate: int
    advice: int
    first_mend: str  # where the first thing to mend stands
    first_open: str
    refused: int = 0  # objects that TikTok refused at the last launch
    first_refused: str = ""
    outlook: ToldOutlook | None = None  # what the budget can feed, before launch
    repairable: bool = False  # whether all of it may be mended without what only a person knows


_NAMES = {
    Level.CAMPAIGN: ("campaign", "campaigns"),
    Level.ADGROUP: ("ad group", "ad groups"),
    Level.AD: ("ad", "ads"),
}


def _link_first(found: Sequence[tuple[Place, Finding]]) -> str:
    return next((place.link_to(item.path) for place, item in found), "")


def count_plan(judgement: Judgement, tree: Tree) -> PlanLine:
    creates = judgement.plan.creates
    parts = [f"+{creates[level]:,} {_NAMES[level][creates[level] != 1]}" for level in Level if creates[level]]
    levels = Counter(finding.level for finding in judgement.leaving)
    refused = [
        (place, item) for place in tree.places for item in place.findings if item.level is FindingLevel.REFUSE
    ]
    to_fill = [entry for entry in refused if isinstance(entry[1], OpenFinding)]
    to_mend = [entry for entry in refused if not isinstance(entry[1], OpenFinding)]
    outlook = foresee_launch(judgement=judgement)
    return PlanLine(
        creates=", ".join(parts) or "nothing to make",
        worst_day=judgement.plan.exposure.day,
        mend=len(to_mend),
        open=len(to_fill),
        confirm=levels[FindingLevel.CONFIRM],
        escalate=levels[FindingLevel.ESCALATE],
        advice=levels[FindingLevel.ADVICE],
        first_mend=_link_first(to_mend),
        first_open=_link_first(to_fill),
        refused=len(tree.refused),
        first_refused=tree.refused[0].href if tree.refused else "",
        repairable=bool(refused) and not any(_needs_person(place, item) for place, item in refused),
        outlook=tell_outlook(outlook, judgement.facts.account.currency) if outlook else None,
    )
