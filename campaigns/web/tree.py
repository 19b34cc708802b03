"""A campaign's tree as the page shows it: every object with its switch, status, modules, errors and open pushes.

Made from rows that were read already; asks the database for nothing itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from campaigns.contract.choices import WEB_EVENTS, read_modules
from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELETE, DISABLE, ENABLE
from campaigns.models import Ad, AdGroup, Campaign, Push, Thing
from campaigns.sync.clock import read_real_time
from campaigns.web.templatetags.smartplus import money
from campaigns.web.told import tell_review
from campaigns.web.words import Word, say_status, say_word

ModuleStarts = Mapping[tuple[str, str], tuple[str, datetime, int]]  # as queries.read_module_starts tells them
OPEN = 60  # ads: a tree of so many stands open; of a larger one what was opened, found, or needs somebody


@dataclass(frozen=True, slots=True)
class Module:
    """One module of an ad group. `since` is None where no reading told; `flips` counts what was read of it."""

    name: str
    state: str
    since: datetime | None
    flips: int


@dataclass(frozen=True, slots=True)
class Node:
    """One object. `pending` says in words what is on its way; `next_at` when we try again after an error."""

    thing: Thing
    status: Word
    switch: str
    details: tuple[str, ...]
    modules: tuple[Module, ...]
    error: dict[str, Any] | None
    certain: bool  # the error is a refusal; else something that may pass
    pending: str
    next_at: datetime | None
    may_stop: bool
    may_start: bool
    review: Mapping[str, Any] | None = None  # why TikTok's review refused an ad, and the next step
    children: tuple["Node", ...] = ()

    @property
    def key(self) -> str:
        return f"{self.thing.level}-{self.thing.pk}"

    @property
    def target(self) -> str:
        return "campaign" if isinstance(self.thing, Campaign) else f"{self.thing.level}s/{self.thing.pk}"


@dataclass(frozen=True, slots=True)
class Branch:
    """An ad group as the Structure tab shows it: `ads` are those that are drawn. `toggled` is the address that turns it."""

    node: Node
    open: bool
    ads: tuple[Node, ...]
    summary: str
    toggled: str


def build_tree(
    campaign: Campaign,
    pushes: Iterable[Push],
    *,
    launching: bool,
    starts: ModuleStarts | None = None,
) -> Node:
    """The tree's root with everything below it. `campaign` has its ad groups and ads along; `starts` tell of modules."""
    by_object: dict[tuple[Level, int], list[Push]] = {}
    for push in pushes:
        level = tuple(Level)[push.depth]
        by_object.setdefault((level, push.campaign_id or push.adgroup_id or push.ad_id or 0), []).append(push)

    def build(thing: Thing, children: tuple[Node, ...] = ()) -> Node:
        own = by_object.get((thing.level, thing.pk), [])
        return _node(thing, own, children, launching, campaign, starts or {})

    groups = [build(group, tuple(build(ad) for ad in group.ads.all())) for group in campaign.adgroups.all()]
    return build(campaign, tuple(groups))


def list_branches(root: Node, *, text: str, opened: Sequence[str]) -> list[Branch]:
    """The ad groups, narrowed to names, TikTok's ids and statuses that hold `text`; `opened` are our ids of ad groups."""
    sought = text.casefold()
    small = sum(len(group.children) for group in root.children) <= OPEN
    branches = []
    for group in root.children:
        pk = str(group.thing.pk)
        found = tuple(ad for ad in group.children if not sought or _holds(ad, sought))
        if sought and not found and not _holds(group, sought):
            continue
        troubled = tuple(ad for ad in group.children if ad.error or ad.review)
        is_open = bool(sought and found) or small or pk in opened
        others = [other for other in opened if other != pk]
        toggled = others if pk in opened else [*others, pk]
        branches.append(
            Branch(
                group,
                is_open,
                (found if sought else group.children) if is_open else troubled,
                _summarise(group),
                urlencode([("open", item) for item in toggled]),
            )
        )
    return branches


def _holds(node: Node, sought: str) -> bool:
    held = (node.thing.label, node.thing.remote_id or "", node.status.text)
    return any(sought in text.casefold() for text in held)


def _summarise(group: Node) -> str:
    counts = Counter(ad.status.text for ad in group.children)
    said = ", ".join(f"{count} {text[:1].lower()}{text[1:]}" for text, count in counts.most_common())
    return f"{_count(list(group.children), 'ad')}: {said}" if said else ""


def list_nodes(root: Node) -> Sequence[Node]:
    found = [root]
    for child in root.children:
        found += list_nodes(child)
    return found


def _node(
    thing: Thing,
    pushes: list[Push],
    children: tuple[Node, ...],
    launching: bool,
    campaign: Campaign,
    starts: ModuleStarts,
) -> Node:
    troubled = [push for push in pushes if push.error and push.state != Push.State.DONE]
    worst = next((push for push in troubled if not push.is_open), troubled[0] if troubled else None)
    there = bool(thing.remote_id) and not thing.is_removed
    return Node(
        thing=thing,
        status=_status(thing, pushes),
        switch=thing.operation_status if there else "",
        details=_details(thing, campaign),
        modules=_modules(thing, starts),
        error=worst.error if worst else None,
        certain=worst is not None and not worst.is_open,
        pending=_pending(thing, pushes),
        next_at=worst.not_before if worst and worst.is_open and worst.not_before > read_real_time() else None,
        # what lies in something that is to be removed spends until that is gone
        may_stop=there
        and thing.wanted_switch != DELETE
        and (thing.operation_status == ENABLE or thing.wanted_switch == ENABLE),
        # also what somebody switched off at TikTok, behind our back
        may_start=there
        and not launching
        and not thing.is_leaving
        and DISABLE in (thing.wanted_switch, thing.operation_status),
        review=tell_review(thing) if isinstance(thing, Ad) and thing.review else None,
        children=children,
    )


def _status(thing: Thing, pushes: list[Push]) -> Word:
    if thing.is_removed:
        return Word("Removed", "quiet", "A complete reading did not hold it any more.")
    states = {push.state for push in pushes}
    if Push.State.NEEDS_PERSON in states:
        return Word("Needs a person", "bad")
    if thing.remote_id:
        return say_status(thing.level, thing.secondary_status)
    if Push.State.REFUSED in states:
        return Word("Not made: refused", "bad")
    if Push.State.UNSURE in states:
        return Word(
            "Unsure whether it was made", "wait", "No answer came; we look before anything is sent again."
        )
    return Word("Not made yet", "quiet") if pushes else Word("Draft", "quiet")


def _pending(thing: Thing, pushes: list[Push]) -> str:
    for push in pushes:
        if push.aspect == Push.Aspect.SWITCH and push.is_open and push.launch_id is None:
            return {DISABLE: "Pausing", DELETE: "Removing"}.get(thing.wanted_switch, "Starting")
    return ""


def _modules(thing: Thing, starts: ModuleStarts) -> tuple[Module, ...]:
    if not isinstance(thing, AdGroup) or not thing.remote:
        return ()
    found = []
    for name, state in read_modules(thing.remote, [ad.remote for ad in thing.ads.all() if ad.remote]).items():
        after, at, flips = starts.get((f"adgroups/{thing.pk}", name), ("", None, 0))
        found.append(Module(name, state, at if after == state else None, flips))
    return tuple(found)


def _details(thing: Thing, campaign: Campaign) -> tuple[str, ...]:
    """The few settings that tell objects of one level apart."""
    wanted, account = thing.wanted, campaign.advertiser
    found: list[str] = []
    match thing:
        case AdGroup():
            event = WEB_EVENTS.get(str(wanted.get("optimization_event") or ""), "")
            found.append(event or say_word(wanted.get("optimization_goal")))
            if price := wanted.get("conversion_bid_price") or wanted.get("bid_price"):
                found.append(f"cap {money(price, account)} a result")
            elif roas := wanted.get("roas_bid"):
                found.append(f"ROAS at least {roas}")
            if (amount := wanted.get("budget")) and campaign.wanted.get("budget_optimize_on") is False:
                found.append(f"{money(amount, account)} {say_word(wanted.get('budget_mode'))}")
        case Ad():
            found.append(_count(wanted.get("creative_list"), "creative"))
            found.append(_count(wanted.get("ad_text_list"), "text"))
    return tuple(item for item in found if item)


def _count(items: object, noun: str) -> str:
    count = len(items) if isinstance(items, list) else 0
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""
