"""Rules about attribution windows and counts (R70): settled for good once the ad group exists."""

from collections.abc import Iterable

from campaigns.contract.choices import APP_SYSTEMS, ATTRIBUTION, LONG_ENGAGED_WINDOWS, MINI_WINDOWS
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members

CLICK, VIEW, ENGAGED = (
    "click_attribution_window",
    "view_attribution_window",
    "engaged_view_attribution_window",
)
WINDOWS = (CLICK, VIEW, ENGAGED)
COUNT = "attribution_event_count"
PURCHASES = ("ACTIVE_PAY",)


def read_flow(facts: TreeFacts, group: ObjectFacts) -> str | None:
    """Which table of windows holds: web (also for leads on a website), app install, or none that is known."""
    kind = group.get("promotion_type")
    form = kind == "LEAD_GENERATION" and group.get("promotion_target_type") == "EXTERNAL_WEBSITE"
    if kind == "WEBSITE" or form:
        return "web" if group.get("optimization_goal") in ("CONVERT", "VALUE") else None
    if kind in APP_SYSTEMS and facts.flow == "APP_INSTALL":
        return "install"
    return None


@rule(
    "windows-together",
    sentence="Click and view windows are given together; the engaged one only beside both.",
    source="R70",
)
def check_together(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        given = [name for name in WINDOWS if group.get(name)]
        for name in (CLICK, VIEW):
            if given and name not in given:
                yield Hit(
                    group.at(name),
                    f"{name} is missing: click and view windows go together. Give both, or neither for TikTok's default.",
                    set_members("Use TikTok's default", *((group.at(item), None) for item in given)),
                )


@rule(
    "windows-fit",
    sentence="The windows are among those the goal can use.",
    source="R70; docs, ad group create",
)
def check_windows(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        table = ATTRIBUTION.get(read_flow(facts, group) or "", {})
        for name, allowed in table.items():
            value = group.get(name)
            if value is not None and value not in allowed:
                yield Hit(
                    group.at(name),
                    f"{name} {value} cannot be used here. Use {', '.join(allowed)}.",
                    set_members(f"Use {allowed[-1]}", (group.at(name), allowed[-1])),
                )
        for name, kind in _list_rare(facts, group):
            if name not in table:
                yield Hit(
                    group.at(name),
                    f"{name} {group.get(name)} is for {kind} only.",
                    set_members("Use TikTok's default", *((group.at(item), None) for item in WINDOWS)),
                )


def _list_rare(facts: TreeFacts, group: ObjectFacts) -> Iterable[tuple[str, str]]:
    """The windows that another kind of promotion alone has, each with that kind."""
    kind, bought = MINI_WINDOWS.get(group.get(CLICK)), group.get("optimization_event") in PURCHASES
    here = group.get("promotion_type") == kind
    if kind == "MINI_APP" and not (here and bought):
        yield CLICK, "MINI_APP with ACTIVE_PAY (purchases)"
    elif kind == "MINI_GAME" and not here:
        yield CLICK, kind
    if group.get(ENGAGED) in LONG_ENGAGED_WINDOWS and facts.flow != "WEB_AND_APP":
        yield ENGAGED, "WEB_AND_APP, a website and an app together,"


@rule(
    "event-count-fits",
    sentence="Value counts every event; installs count once.",
    source="R70",
)
def check_count(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        count, allowed = group.get(COUNT), _list_counts(facts, group)
        if count in ("ONCE", "EVERY") and allowed and count not in allowed:
            yield Hit(
                group.at(COUNT),
                f"The goal {group.get('optimization_goal')} counts {allowed[0]} here, not {count}.",
                set_members(f"Use {allowed[0]}", (group.at(COUNT), allowed[0])),
            )


def _list_counts(facts: TreeFacts, group: ObjectFacts) -> tuple[str, ...]:
    flow = read_flow(facts, group)
    if flow is not None and group.get("optimization_goal") == "VALUE":
        return ("EVERY",)
    if flow == "install" and group.get("optimization_event") not in PURCHASES:
        return ("ONCE",)
    return ()


@rule(
    "view-window-off",
    level=FindingLevel.ADVICE,
    sentence="View-through attribution off may raise delivery when the budget is not used up; it costs measurement.",
    source="L6",
)
def check_view_off(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if read_flow(facts, group) and group.get(VIEW) not in (None, "OFF"):
            yield Hit(
                group.at(VIEW),
                "Should the budget not be used up, view-through attribution OFF may raise delivery. It costs measurement: people "
                "who saw and came later are no longer counted, and the choice is settled for good.",
                set_members("Switch view-through off", (group.at(VIEW), "OFF")),
            )
