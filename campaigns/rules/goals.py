"""Rules about objective, promotion type, goal, event, pixel and billing (G1, G4, P7, R30-R37)."""

from collections.abc import Iterable

from campaigns.contract.choices import GOALS, NO_PIXEL_GOALS, PIXEL_GOALS, PROMOTION_TYPES
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members


def _is_web_or_lead(facts: TreeFacts) -> bool:
    return facts.campaign.get("objective_type") in ("WEB_CONVERSIONS", "LEAD_GENERATION")


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
        if group.get("promotion_type") is not None and group.get("promotion_type") not in allowed:
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
    allowed = GOALS.get(objective, ())
    for group in facts.adgroups if allowed else ():
        goal = group.get("optimization_goal")
        if goal is not None and goal not in allowed:
            yield Hit(
                group.at("optimization_goal"),
                f"The goal {goal} does not fit the objective {objective}. Use {', '.join(allowed)}.",
            )


@rule(
    "billing-fits-goal", sentence="Clicks are billed by CPC, every other goal by OCPM.", source="G1, R32, C7"
)
def check_billing(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        goal, billing = group.get("optimization_goal"), group.get("billing_event")
        wanted = "CPC" if goal == "CLICK" else "OCPM"
        if goal is not None and billing is not None and billing != wanted:
            yield Hit(
                group.at("billing_event"),
                f"The goal {goal} is billed by {wanted}, not {billing}.",
                set_members(f"Use {wanted}", (group.at("billing_event"), wanted)),
            )


@rule(
    "event-required",
    sentence="The goals CONVERT, VALUE and IN_APP_EVENT need an optimization event.",
    source="G1, R34",
)
def check_event_given(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("optimization_goal") in ("CONVERT", "VALUE", "IN_APP_EVENT") and not group.get(
            "optimization_event"
        ):
            yield Hit(
                group.at("optimization_event"),
                f"The goal {group.get('optimization_goal')} needs the event to optimise for, such as SHOPPING (purchase).",
            )


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
    "pixel-required",
    sentence="Optimising for a website event needs the pixel that reports it.",
    source="G4, R33",
)
def check_pixel_given(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups if _is_web_or_lead(facts) else ():
        web = (
            group.get("promotion_type") in ("WEBSITE", None)
            or group.get("promotion_target_type") == "EXTERNAL_WEBSITE"
        )
        if web and group.get("optimization_goal") in PIXEL_GOALS and not group.get("pixel_id"):
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
        if pixel and event and pixel.events and event not in pixel.events:
            yield Hit(
                group.at("optimization_event"),
                f"The pixel {pixel.name} does not list {event}. It lists {', '.join(pixel.events)}.",
            )


@rule("web-value-event", sentence="Optimising for value on the web counts purchases.", source="R35")
def check_value_event(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if _is_web_value(facts, group) and group.get("optimization_event") not in (None, "SHOPPING"):
            yield Hit(
                group.at("optimization_event"),
                "The goal VALUE on the web takes the event SHOPPING only.",
                set_members("Use SHOPPING", (group.at("optimization_event"), "SHOPPING")),
            )


def _is_web_value(facts: TreeFacts, group: ObjectFacts) -> bool:
    objective, goal = facts.campaign.get("objective_type"), group.get("optimization_goal")
    return bool(objective == "WEB_CONVERSIONS" and goal == "VALUE")
