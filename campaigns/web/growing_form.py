"""What is added to a live campaign, as typed: begun as a copy of a live sibling, stored nowhere before it is sent."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict

from campaigns.contract.levels import Level
from campaigns.models import Ad, AdGroup, Campaign, Person
from campaigns.rules.findings import Finding
from campaigns.rules.lifecycle import SWITCH
from campaigns.services.growing import Foreseen
from campaigns.services.judging import is_going
from campaigns.services.wanted import write_wanted
from campaigns.web.builder_form import BoundForm
from campaigns.web.builder_library import read_library
from campaigns.web.builder_tree import Place, read_tree
from campaigns.web.unstored import act_on_rows, bind_over, list_offers, list_order, read_over

WHOLE = "object-findings"  # the anchor of what is said of an object as a whole; here each part has its own
ALONG = "along"  # the boxes of the sibling's other ads
_DROPPED = (
    SWITCH,
    "schedule_start_time",
)  # the copy is on, and starts now: a start long past is refused (R65)


@dataclass(slots=True)
class Growth:
    """A new ad of a live ad group, or a new ad group with its first ad. Its rows are never saved.

    `others` are the sibling's further ads, each with whether it comes along as it is.
    """

    source: AdGroup | Ad
    group: AdGroup | None
    ad: Ad | None
    order: list[str] = field(default_factory=list)
    others: list[tuple[Ad, bool]] = field(default_factory=list)
    at: str = ""  # path in the ad where the reader goes on
    begun: str = ""  # the live ad whose creatives are counted by their places, and its version

    @property
    def parent(self) -> Campaign | AdGroup:
        return self.source.parent

    @property
    def child(self) -> dict[str, Any]:
        """As the services take it."""
        own = dict(self.ad.wanted) if self.ad else {}
        if self.group is None:
            return own
        along = [_begin(other) for other, comes in self.others if comes]
        return {**self.group.wanted, "ads": [*([own] if self.ad else []), *along]}


@dataclass(frozen=True, slots=True)
class Part:
    """One object on the page."""

    title: str
    place: Place
    form: BoundForm


def begin_growth(source: AdGroup | Ad) -> Growth:
    """A copy under another name."""
    if isinstance(source, Ad):
        ad = _copy_ad(source, source.adgroup)
        return Growth(source, None, _rename(ad), list_order(ad), begun=_mark(source))
    live = [ad for ad in source.ads.all() if ad.remote_id and not is_going(ad)]
    group = AdGroup(campaign=source.campaign, position=source.campaign.adgroups.count() + 1)
    write_wanted(group, _begin(source))
    first = _copy_ad(live[0], group) if live else None
    order = list_order(first) if first else []
    others = [(ad, True) for ad in live[1:]]
    return Growth(source, _rename(group), first, order, others, begun=_mark(live[0]) if live else "")


def read_growth(source: AdGroup | Ad, given: QueryDict, now: datetime) -> Growth:
    """What was typed over the copy, and what a button did to its creatives."""
    growth = begin_growth(source)
    if growth.group is not None:
        read_over(growth.group, given)
    if growth.ad is not None:
        growth.order = read_over(growth.ad, given)
        if action := given.get("action", ""):
            growth.at = act_on_rows(growth.ad, growth.order, action, now)
    ticked = given.getlist(ALONG)
    growth.others = [(ad, str(ad.pk) in ticked) for ad, _ in growth.others]
    return growth


def draw_growth(growth: Growth, campaign: Campaign, foreseen: Foreseen, reader: Person) -> dict[str, Any]:
    """What the page draws: each part with its findings beside its fields, the others, and what the inputs suggest."""
    tree = read_tree(campaign, ())
    lists: dict[str, Any] = {}
    plain: dict[str, Any] = {}
    parts: list[Part] = []
    if growth.group is not None:
        index = len(tree.root.children)
        above = Place(growth.group, f"adgroups/{index}", index, tree.root)
        things: list[tuple[str, Place]] = [("The ad group", above)]
        nth = 0
    else:
        assert isinstance(growth.source, Ad)
        above, things = tree.find(growth.source.adgroup), []
        nth = len(above.children)
    if growth.ad is not None:
        title = "Its first ad" if growth.group is not None else "The ad"
        things.append((title, Place(growth.ad, f"{above.path}/ads/{nth}", nth, above)))
    left = list(foreseen.findings)
    for title, place in reversed(things):  # the ad first: its paths lie in the ad group's
        own = [item for item in left if item.path == place.path or item.path.startswith(f"{place.path}/")]
        left = [item for item in left if item not in own]
        place.findings = own
        library = read_library(campaign.advertiser, place.level)
        lists |= list_offers(campaign, library, place.level)
        plain |= library.for_plain(place.level)
        at = growth.at if place.level is Level.AD else ""
        form = bind_over(place, foreseen.after.facts, library, reader, at=at)
        parts.insert(0, Part(title, place, form))
    return {"parts": parts, "elsewhere": left, "lists": lists, "plain_lists": plain}


def list_refusals(parts: Iterable[Part]) -> list[tuple[str, str, Finding]]:
    """(anchor, label, refusal) of all parts, in the order of the page."""
    return [
        (f"{WHOLE}-{part.place.level}" if anchor == WHOLE else anchor, label, finding)
        for part in parts
        for anchor, label, finding in part.form.to_mend
    ]


def _begin(source: AdGroup | Ad) -> dict[str, Any]:
    return {name: value for name, value in copy.deepcopy(source.wanted).items() if name not in _DROPPED}


def _copy_ad(source: Ad, group: AdGroup) -> Ad:
    ad = Ad(adgroup=group, position=source.position)
    write_wanted(ad, _begin(source))
    return ad


def _mark(ad: Ad) -> str:
    return f"{ad.pk}.{ad.version}"


def _rename(thing: Any) -> Any:
    if thing.name:
        write_wanted(thing, {**thing.wanted, thing.level.name_member: f"{thing.name} (copy)"})
    return thing
