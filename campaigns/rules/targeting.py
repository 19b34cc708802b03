"""Rules about targeting and placement (T1-T4, R50, R56-R61, R69)."""

from collections.abc import Iterable
from typing import Any

from campaigns.contract.choices import SPECIAL_INDUSTRY_COUNTRIES
from campaigns.contract.limits import LOCATIONS_AND_ZIPS
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members


def read_spec(group: ObjectFacts) -> dict[str, Any]:
    return group.get("targeting_spec") or {}


@rule("location-required", sentence="Every ad group says where it may be shown.", source="T1, R50, C14")
def check_locations(facts: TreeFacts) -> Iterable[Hit]:
    travel = facts.campaign.get("catalog_type") == "TRAVEL_ENTERTAINMENT"
    for group in facts.adgroups:
        spec = read_spec(group)
        if not spec.get("location_ids") and not (travel and spec.get("zipcode_ids")):
            yield Hit(
                group.at("targeting_spec", "location_ids"),
                f"{group.label} has no location, and the account's own country is not known. Choose one.",
            )


@rule("location-count", sentence="Locations and postal codes together are at most 3,000.", source="R56")
def check_location_count(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        spec = read_spec(group)
        count = len(spec.get("location_ids") or []) + len(spec.get("zipcode_ids") or [])
        if count > LOCATIONS_AND_ZIPS:
            yield Hit(
                group.at("targeting_spec", "location_ids"),
                f"Here are {count} places; TikTok takes {LOCATIONS_AND_ZIPS}.",
            )


@rule(
    "age-13-17-apps-only", sentence="Ages 13 to 17 are for app installs and retargeting only.", source="R61"
)
def check_minors(facts: TreeFacts) -> Iterable[Hit]:
    if facts.campaign.get("app_promotion_type") in ("APP_INSTALL", "APP_RETARGETING"):
        return
    for group in facts.adgroups:
        ages = read_spec(group).get("age_groups") or []
        if "AGE_13_17" in ages:
            path = group.at("targeting_spec", "age_groups")
            yield Hit(
                path,
                "AGE_13_17 is for app installs and app retargeting only.",
                set_members("Leave it out", (path, [age for age in ages if age != "AGE_13_17"] or None)),
            )


@rule("one-operating-system", sentence="At most one operating system can be targeted.", source="R57")
def check_systems(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if len(read_spec(group).get("operating_systems") or []) > 1:
            yield Hit(
                group.at("targeting_spec", "operating_systems"),
                "TikTok takes one operating system. Leave the list out to reach both.",
                set_members("Reach both", (group.at("targeting_spec", "operating_systems"), None)),
            )


@rule("device-or-price", sentence="Device models and device prices exclude each other.", source="R59")
def check_devices(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        spec = read_spec(group)
        if spec.get("device_model_ids") and spec.get("device_price_ranges"):
            yield Hit(
                group.at("targeting_spec", "device_price_ranges"),
                "Target by device model or by device price, not both.",
                set_members("Keep the models", (group.at("targeting_spec", "device_price_ranges"), None)),
            )


@rule(
    "special-industries-region",
    sentence="Special ad categories are for accounts in the US and Canada.",
    source="T4, R60",
)
def check_industries(facts: TreeFacts) -> Iterable[Hit]:
    if facts.campaign.get("special_industries") and facts.account.country not in SPECIAL_INDUSTRY_COUNTRIES:
        yield Hit(
            "special_industries",
            f"Special ad categories are accepted from accounts registered in the US or Canada; {facts.account.name} is in "
            f"{facts.account.country or 'an unknown country'}.",
            set_members("Take them away", ("special_industries", None)),
        )


@rule(
    "special-industries-narrow",
    sentence="Special ad categories refuse postal codes and saved audiences.",
    source="R60",
)
def check_narrowing(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups if facts.campaign.get("special_industries") else ():
        for name in ("zipcode_ids", "saved_audience_id"):
            if read_spec(group).get(name):
                path = group.at("targeting_spec", name)
                yield Hit(
                    path, f"A special ad category refuses {name}.", set_members("Take it away", (path, None))
                )


@rule("placements-required", sentence="Chosen placements need at least one name.", source="T3, R69")
def check_placements(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("placement_type") == "PLACEMENT_TYPE_NORMAL" and not group.get("placements"):
            yield Hit(
                group.at("placements"),
                "PLACEMENT_TYPE_NORMAL needs a list of placements. Name one, or leave placement to TikTok.",
                set_members("Leave placement to TikTok", (group.at("placement_type"), None)),
            )


@rule(
    "gab-landing-page", sentence="Global App Bundle does not serve the landing-page-view goal.", source="R69"
)
def check_bundle(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if (
            group.get("placement_type") == "PLACEMENT_TYPE_NORMAL"
            and "PLACEMENT_GLOBAL_APP_BUNDLE" in (group.get("placements") or [])
            and group.get("optimization_goal") == "TRAFFIC_LANDING_PAGE_VIEW"
        ):
            rest = [name for name in group.get("placements") if name != "PLACEMENT_GLOBAL_APP_BUNDLE"]
            yield Hit(
                group.at("placements"),
                "Global App Bundle does not serve TRAFFIC_LANDING_PAGE_VIEW.",
                set_members("Leave it out", (group.at("placements"), rest or None)),
            )
