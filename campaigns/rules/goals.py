"""Rules about objective, promotion type, goal, event, pixel and billing (G1, G4, P7, R30-R37)."""

from collections.abc import Iterable

from campaigns.contract.choices import (
    APP_EVENTS,
    APP_SALES_GOALS,
    APP_SYSTEMS,
    AUTOMATIC_EVENTS,
    EVENT_DEFAULTS,
    FORM_GOALS,
    GOALS,
    MESSAGE_GOALS,
    MESSAGE_TYPES,
    MINIS,
    NO_PIXEL_GOALS,
    PIXEL_GOALS,
    PROMOTION_TYPES,
    RETARGETING_GOALS,
    WEB_EVENTS,
)
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members

_ALL_TYPES = frozenset(kind for kinds in PROMOTION_TYPES.values() for kind in kinds)
_ALL_GOALS = frozenset(goal for goals in GOALS.values() for goal in goals)


@rule(
    "promotion-type-fits",
    sentence="The promotion type fits the campaign's objective and destination.",
    source="R30",
)
def check_promotion_type(facts: TreeFacts) -> Iterable[Hit]:
    objective = facts.campaign.get("objective_type")
    second = facts.campaign.get(
        "sales_destination" if objective == "WEB_CONVERSIONS" else "app_promotion_type"
    )
    allowed = PROMOTION_TYPES.get((objective, None if objective == "LEAD_GENERATION" else second), ())
    for group in facts.adgroups if allowed else ():
        if group.get("promotion_type") in _ALL_TYPES and group.get("promotion_type") not in allowed:
            yield Hit(
                group.at("promotion_type"),
                f"{group.get('promotion_type')} does not fit a campaign with objective {objective}. "
                f"Use {' or '.join(allowed)}.",
                set_members(f"Use {allowed[0]}", (group.at("promotion_type"), allowed[0])),
            )


@rule(
    "goal-fits-objective",
    sentence="The optimization goal fits the campaign's objective.",
    source="P7, G1, R31, C39",
)
def check_goal(facts: TreeFacts) -> Iterable[Hit]:
    objective = facts.campaign.get("objective_type")
    for group in facts.adgroups:
        goal, allowed = group.get("optimization_goal"), list_goals(facts, group)
        if goal in _ALL_GOALS and allowed and goal not in allowed:
            yield Hit(
                group.at("optimization_goal"),
                f"The goal {goal} does not fit the objective {objective}"
                f"{_say_flow(facts, group)}. Use {' or '.join(allowed)}.",
            )


def list_goals(facts: TreeFacts, group: ObjectFacts) -> tuple[str, ...]:
    """The goals that fit an ad group's flow (R31); empty where the objective is not known."""
    goals = GOALS.get(str(facts.campaign.get("objective_type")), ())
    if facts.flow == "APP_RETARGETING":
        return RETARGETING_GOALS
    if facts.flow == "APP":
        return APP_SALES_GOALS
    if facts.flow == "WEB_AND_APP":  # not documented: what either side may have
        return tuple(dict.fromkeys((*goals, *APP_SALES_GOALS)))
    if group.get("promotion_type") in MESSAGE_TYPES:
        return MESSAGE_GOALS
    if group.get("promotion_type") == "LEAD_GENERATION":
        return FORM_GOALS
    return goals


def _say_flow(facts: TreeFacts, group: ObjectFacts) -> str:
    flow = group.get("promotion_type") if facts.flow in ("", "WEBSITE") else facts.flow
    return f" with {flow}" if flow else ""


@rule(
    "billing-fits-goal", sentence="Clicks are billed by CPC, every other goal by OCPM.", source="G1, R32, C7"
)
def check_billing(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        goal, billing = group.get("optimization_goal"), group.get("billing_event")
        wanted = "CPC" if goal == "CLICK" else "OCPM"
        if goal is not None and billing in ("CPC", "OCPM") and billing != wanted:
            yield Hit(
                group.at("billing_event"),
                f"The goal {goal} is billed by {wanted}, not {billing}.",
                set_members(f"Use {wanted}", (group.at("billing_event"), wanted)),
            )


@rule(
    "event-required",
    sentence="A goal that counts an event, a pixel or a mini app names the event to optimise for.",
    source="G1, R34",
)
def check_event_given(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        goal = group.get("optimization_goal")
        counted = goal in ("CONVERT", "VALUE", "IN_APP_EVENT")
        # a pixel where none is taken has its own finding
        bound = goal == "LEAD_GENERATION" and group.get("pixel_id") or group.get("minis_id")
        if (
            (counted or bound)
            and goal not in ("CLICK", *EVENT_DEFAULTS)
            and facts.is_missing(group, "optimization_event")
        ):
            event = _find_only_event(facts, group)
            fix = set_members(f"Use {event}", (group.at("optimization_event"), event)) if event else None
            yield Hit(
                group.at("optimization_event"),
                f"The goal {goal} needs the event to optimise for, such as SHOPPING (purchase).",
                fix,
            )


def _find_only_event(facts: TreeFacts, group: ObjectFacts) -> str | None:
    """The event that is the only possible one: of the goal, or of the pixel."""
    if _is_web_value(group):
        return "SHOPPING"
    pixel = facts.account.find_pixel(group.get("pixel_id"))
    return pixel.events[0] if pixel is not None and len(pixel.events) == 1 else None


@rule("event-unwanted", sentence="The goal CLICK takes no optimization event.", source="G1, R34")
def check_event_absent(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("optimization_goal") == "CLICK" and group.get("optimization_event"):
            yield Hit(
                group.at("optimization_event"),
                f"optimization_event is set ({group.get('optimization_event')}), but the goal CLICK counts clicks and takes "
                "no event. Take the event away, or choose the goal CONVERT.",
                set_members("Take the event away", (group.at("optimization_event"), None)),
            )


@rule(
    "landing-page-event",
    sentence="The landing-page-view goal counts landing page views and nothing else.",
    source="G1, R34",
)
def check_landing_event(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        event = group.get("optimization_event")
        if group.get("optimization_goal") != "TRAFFIC_LANDING_PAGE_VIEW" or event in (
            None,
            "",
            "LANDING_PAGE_VIEW",
        ):
            continue
        yield Hit(
            group.at("optimization_event"),
            f"optimization_event is set ({event}), but the goal TRAFFIC_LANDING_PAGE_VIEW counts LANDING_PAGE_VIEW. Take the "
            "event away, or choose the goal CONVERT.",
            set_members("Take the event away", (group.at("optimization_event"), None)),
        )


@rule(
    "event-kind",
    sentence="Websites and lead ads are optimised for website events, apps and mini apps for app events.",
    source="R34, appendix B",
)
def check_event_kind(facts: TreeFacts) -> Iterable[Hit]:
    web = (*WEB_EVENTS, *AUTOMATIC_EVENTS)
    for group in facts.adgroups if facts.flow != "WEB_AND_APP" else ():
        event, kind = group.get("optimization_event"), group.get("promotion_type")
        if kind not in _ALL_TYPES or group.get("optimization_goal") == "CLICK":
            continue  # what no goal counts has its own finding
        if kind in (*APP_SYSTEMS, *MINIS) and event in web:
            said = f"{event} is an event of a website; {kind} promotes an app. Choose an event of the app."
        elif kind not in (*APP_SYSTEMS, *MINIS) and event in APP_EVENTS:
            said = f"{event} is an event of an app; {kind} counts events of a website. Choose one of those."
        else:
            continue
        yield Hit(group.at("optimization_event"), said)


@rule(
    "custom-conversion-scope",
    sentence="A custom conversion goes with a conversion goal and the standard event behind it.",
    source="R37",
)
def check_custom_conversion(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        goal = group.get("optimization_goal")
        if group.get("custom_conversion_id") and goal not in (None, "CONVERT", "IN_APP_EVENT"):
            yield Hit(
                group.at("custom_conversion_id"),
                f"A custom conversion goes with the goal CONVERT or IN_APP_EVENT; here is {goal}.",
                set_members("Take it away", (group.at("custom_conversion_id"), None)),
            )


@rule(
    "pixel-required",
    sentence="Optimising for a website event needs the pixel that reports it.",
    source="G4, R33",
)
def check_pixel_given(facts: TreeFacts) -> Iterable[Hit]:
    lead = facts.campaign.get("objective_type") == "LEAD_GENERATION"
    for group in facts.adgroups if lead or facts.flow == "WEBSITE" else ():
        if group.get("optimization_goal") in PIXEL_GOALS and facts.is_missing(group, "pixel_id"):
            pixels = facts.account.pixels
            only = (
                set_members(f"Use {pixels[0].name}", (group.at("pixel_id"), pixels[0].pixel_id))
                if len(pixels) == 1
                else None
            )
            yield Hit(
                group.at("pixel_id"),
                f"The goal {group.get('optimization_goal')} needs a pixel. Choose one.",
                only,
            )


@rule("pixel-unwanted", sentence="Goals that count no website event take no pixel.", source="R33, C6")
def check_pixel_absent(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("optimization_goal") in NO_PIXEL_GOALS and group.get("pixel_id"):
            yield Hit(
                group.at("pixel_id"),
                f"The goal {group.get('optimization_goal')} takes no pixel.",
                set_members("Take the pixel away", (group.at("pixel_id"), None)),
            )


@rule("pixel-known", sentence="The pixel belongs to the account.", source="E2, G4")
def check_pixel_known(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        pixel = group.get("pixel_id")
        if pixel and facts.account.find_pixel(pixel) is None:
            known = ", ".join(f"{item.name} ({item.pixel_id})" for item in facts.account.pixels) or "none yet"
            yield Hit(
                group.at("pixel_id"), f"{facts.account.name} has no pixel {pixel}. Its pixels: {known}."
            )


@rule("pixel-lists-event", sentence="The pixel lists the event that is optimised for.", source="E2, G4")
def check_pixel_event(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        pixel, event = facts.account.find_pixel(group.get("pixel_id")), group.get("optimization_event")
        if pixel and event in WEB_EVENTS and pixel.events and event not in pixel.events:
            only = pixel.events[0] if len(pixel.events) == 1 else None
            yield Hit(
                group.at("optimization_event"),
                f"The pixel {pixel.name} does not list {event}. It lists {', '.join(pixel.events)}.",
                set_members(f"Use {only}", (group.at("optimization_event"), only)) if only else None,
            )


@rule("web-value-event", sentence="Optimising for value on the web counts purchases.", source="R35")
def check_value_event(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if _is_web_value(group) and group.get("optimization_event") not in (None, "", "SHOPPING"):
            yield Hit(
                group.at("optimization_event"),
                "The goal VALUE on the web takes the event SHOPPING only.",
                set_members("Use SHOPPING", (group.at("optimization_event"), "SHOPPING")),
            )


def _is_web_value(group: ObjectFacts) -> bool:
    web = group.get("promotion_type") in ("WEBSITE", "LEAD_GENERATION")
    return bool(web and group.get("optimization_goal") == "VALUE")
