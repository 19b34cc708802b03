"""Random changes of a sound tree: words from the contract's lists, members taken away, amounts and moments moved, ad groups
and ads doubled so that one of two changes."""

import copy
from typing import Any

from hypothesis import strategies as st

from campaigns.contract.choices import APP_EVENTS, AUTOMATIC_EVENTS, WEB_EVENTS
from campaigns.contract.levels import Level
from campaigns.contract.members import Member, members_of
from tests.rules.bases import BASES, GONE, change

Tree = dict[str, Any]
AMOUNTS = ("0.01", "1", "19.99", "20", "49.99", "50", "50.005", "199", "200", "500", "9999999.99", "10000000")
MOMENTS = (
    "2026-11-16 23:59:59",
    "2026-11-17 00:00:00",
    "2026-11-18 08:00:00",
    "2026-12-17 12:00:00",
    "2028-01-01 00:00:00",
    "2038-01-01 00:00:00",
)
EVENTS = (*WEB_EVENTS, *AUTOMATIC_EVENTS, *APP_EVENTS[:6], "AD_REVENUE_VALUE")
PLACES = (["6252001"], ["2635167"], ["6252001", "2635167"], ["5332921"], ["6252001", "5332921"])
# Own assets of the account, and names: what a random word would make of them says nothing about a rule
ASSETS = (
    "campaign_name",
    "adgroup_name",
    "ad_name",
    "advertiser_id",
    "request_id",
    "campaign_id",
    "adgroup_id",
)


def list_members(level: Level) -> list[Member]:
    return [
        member
        for member in members_of(level).values()
        if "create" in member.writes and member.sent and member.path not in ASSETS
    ]


def draw_value(member: Member) -> st.SearchStrategy[Any]:
    """A value of the member's own form; half of the time it is taken away."""
    match member.type:
        case "word":
            some: st.SearchStrategy[Any] = st.sampled_from(member.values)
        case "words":
            some = st.lists(st.sampled_from(member.values), min_size=1, max_size=2, unique=True)
        case "flag":
            some = st.booleans()
        case "money":
            some = st.sampled_from(AMOUNTS)
        case "moment":
            some = st.sampled_from(MOMENTS)
        case "number":
            some = st.sampled_from(("0.01", "1.5", "1000", "1000.01"))
        case "count":
            some = st.sampled_from(member.values or (1, 7, 180))
        case "counts":
            some = st.sampled_from(([0, 500], [25], [1050], [10000]))
        case "ids" if member.name == "location_ids":
            some = st.sampled_from(PLACES)
        case "ids":
            some = st.just(["5"])
        case "texts":
            some = st.just(["en"])
        case "id" if member.name == "pixel_id":
            some = st.just("7100000000000000001")
        case "id":
            some = st.just("7500000000000000001")
        case "text" if member.name == "optimization_event":
            some = st.sampled_from(EVENTS)
        case "text" if member.name in ("landing_page_url", "viewability_vast_url", "brand_safety_vast_url"):
            some = st.sampled_from(("https://example.com/a?x=1", "http://example.com"))
        case "text" if member.name == "deeplink":
            some = st.sampled_from(("shop://sale", "https://example.com"))
        case "text" if member.name in ("identity_id",):
            some = st.sampled_from(("tt-1", "bc-1", "code-1", "custom-1"))
        case "text" if member.name == "dayparting":
            some = st.sampled_from(("1" * 336, "10" * 168))
        case "text" if member.name == "video_id":
            some = st.sampled_from(("v1", "v6"))
        case "text":
            some = st.sampled_from(("x1", " ", "Warm 🔥"))
        case _:
            some = st.nothing()
    return some


CHOICES = [
    (level, member) for level in Level for member in list_members(level) if not draw_value(member).is_empty
]
CALM = sorted(set(BASES) - {"guide-1", "guide-2", "web-three"})


@st.composite
def mutated_trees(draw: st.DrawFn) -> Tree:
    tree = copy.deepcopy(BASES[draw(st.sampled_from(CALM))])
    doubled = draw(st.sampled_from(("", "", "adgroups", "ads")))
    if doubled:
        homes = tree["adgroups"] if doubled == "adgroups" else tree["adgroups"][0]["ads"]
        homes.append(copy.deepcopy(homes[0]))
    for _ in range(draw(st.integers(1, 5))):
        level, member = draw(st.sampled_from(CHOICES))
        value = GONE if draw(st.integers(0, 4)) == 0 else draw(draw_value(member))
        tree = change(tree, {draw_place(draw, tree, level, member): value})
    return tree


def draw_place(draw: st.DrawFn, tree: Tree, level: Level, member: Member) -> str:
    """Where a member stands in one of the ad groups or ads; of a list, in its first or second entry."""
    home, groups = "", tree["adgroups"]
    if level is not Level.CAMPAIGN:
        group = draw(st.integers(0, len(groups) - 1))
        home = f"adgroups/{group}/"
    if level is Level.AD:
        home += f"ads/{draw(st.integers(0, len(groups[group]['ads']) - 1))}/"
    entry = draw(st.sampled_from(("/0/", "/0/", "/1/")))
    return home + member.path.replace("[].", entry).replace("[]", "").replace(".", "/")
