"""Rules about targeting (T1, T2, T4, R50, R56-R63)."""

from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.contract.choices import (
    SCENE_ACTIONS,
    SPECIAL_INDUSTRY_COUNTRIES,
    SPECIAL_INDUSTRY_REFUSES,
    TARGETING_EXCLUSIVE,
    US_LOCATION,
)
from campaigns.contract.limits import LOCATIONS_AND_ZIPS
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members


def read_spec(group: ObjectFacts) -> Mapping[str, Any]:
    return group.inner("targeting_spec")


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


@rule(
    "device-or-price",
    sentence="Device models and prices exclude each other, and so do included and excluded Pangle packages.",
    source="R59",
)
def check_devices(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        spec = read_spec(group)
        for one, other in TARGETING_EXCLUSIVE:
            if spec.get(one) and spec.get(other):
                path = group.at("targeting_spec", other)
                yield Hit(
                    path,
                    f"{one} and {other} exclude each other. Keep one of them.",
                    set_members(f"Keep {one}", (path, None)),
                )


@rule(
    "device-price-steps",
    sentence="Device prices go in steps of 50; 10000 means 1000 and more.",
    source="docs, ad group create",
)
def check_prices(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        for price in read_spec(group).get("device_price_ranges") or []:
            if price < 0 or price % 50 or 1_000 < price != 10_000:
                yield Hit(
                    group.at("targeting_spec", "device_price_ranges"),
                    f"A device price is a multiple of 50 up to 1000, or 10000; here is {price}.",
                )
                break


@rule(
    "behaviour-fits-scene",
    sentence="Behaviours fit the scene they are observed in.",
    source="R58",
)
def check_behaviours(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        for index, action in enumerate(read_spec(group).get("actions") or []):
            path = group.at("targeting_spec", "actions", index)
            fitting = SCENE_ACTIONS.get(action.get("action_scene") or "")
            if fitting is None:
                if not action.get("action_scene"):
                    yield Hit(f"{path}/action_scene", "Say where the behaviour is observed: action_scene.")
                continue
            wrong = [word for word in action.get("video_user_actions") or [] if word not in fitting]
            if wrong:
                rest = [word for word in action["video_user_actions"] if word in fitting]
                yield Hit(
                    f"{path}/video_user_actions",
                    f"{wrong[0]} does not fit {action['action_scene']}, which takes {', '.join(fitting)}.",
                    set_members("Keep those that fit", (f"{path}/video_user_actions", rest or list(fitting))),
                )


@rule(
    "behaviour-period",
    level=FindingLevel.ADVICE,
    sentence="Creator and hashtag behaviours have no look-back period.",
    source="R58",
)
def check_period(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        for index, action in enumerate(read_spec(group).get("actions") or []):
            scene = action.get("action_scene")
            if scene in ("CREATOR_RELATED", "HASHTAG_RELATED") and action.get("action_period"):
                path = group.at("targeting_spec", "actions", index, "action_period")
                yield Hit(
                    path,
                    f"TikTok sets the period of {scene} to 0; {action['action_period']} days have no effect.",
                    set_members("Use 0", (path, 0)),
                )


@rule(
    "zip-codes-travel-only",
    sentence="Postal codes are for travel and entertainment catalogs.",
    source="docs, ad group create; R50",
)
def check_zips(facts: TreeFacts) -> Iterable[Hit]:
    travel = facts.campaign.get("catalog_type") == "TRAVEL_ENTERTAINMENT"
    for group in () if travel else facts.adgroups:
        if read_spec(group).get("zipcode_ids"):
            path = group.at("targeting_spec", "zipcode_ids")
            yield Hit(
                path,
                "Postal codes are accepted with travel and entertainment catalogs only. Choose regions or cities.",
                set_members("Take them away", (path, None)),
            )


@rule(
    "minors-in-us",
    level=FindingLevel.ADVICE,
    sentence="TikTok restricts targeting of ages 13 to 17 in the US.",
    source="code 40065, platform section 8",
)
def check_us_minors(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        spec = read_spec(group)
        if "AGE_13_17" in (spec.get("age_groups") or []) and US_LOCATION in (spec.get("location_ids") or []):
            yield Hit(
                group.at("targeting_spec", "age_groups"),
                "In the US TikTok refuses most targeting together with ages 13 to 17: expect a refusal (40065).",
            )


@rule(
    "hfss-manual-only",
    level=FindingLevel.ADVICE,
    sentence="The mark for food high in fat, salt or sugar counts with manual targeting only.",
    source="R63",
)
def check_hfss(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("is_hfss") and group.get("targeting_optimization_mode") != "MANUAL":
            yield Hit(
                group.at("is_hfss"),
                "is_hfss counts with MANUAL targeting only; TikTok ignores it here.",
                set_members("Target by hand", (group.at("targeting_optimization_mode"), "MANUAL")),
            )


@rule(
    "hfss-uk-consent",
    sentence="Less-healthy food in the UK needs the advertiser's consent.",
    source="R63",
)
def check_uk(facts: TreeFacts) -> Iterable[Hit]:
    home = facts.account.location_id if facts.account.country == "GB" else None
    for group in facts.adgroups:
        places = read_spec(group).get("location_ids") or []
        manual = group.get("targeting_optimization_mode") == "MANUAL"
        if group.get("is_hfss") and manual and home in places and not group.get("is_lhf_compliance"):
            path = group.at("is_lhf_compliance")
            yield Hit(
                path,
                "is_hfss with a place in the UK needs is_lhf_compliance: the advertiser keeps the rules for less-healthy food.",
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
    sentence="Special ad categories refuse postal codes, saved audiences, income and spending power.",
    source="R60, U13, platform section 8",
)
def check_narrowing(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups if facts.campaign.get("special_industries") else ():
        spec = read_spec(group)
        rich = ("spending_power",) if spec.get("spending_power") == "HIGH" else ()
        for name in (*SPECIAL_INDUSTRY_REFUSES, *rich):
            if spec.get(name):
                path = group.at("targeting_spec", name)
                yield Hit(
                    path, f"A special ad category refuses {name}.", set_members("Take it away", (path, None))
                )
