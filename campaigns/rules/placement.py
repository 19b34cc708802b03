"""Rules about placement, and about targeting that needs one (T3, R59, R69, request tables)."""

from collections.abc import Iterable

from campaigns.contract.choices import BUNDLE_COUNTRIES
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members

TIKTOK, PANGLE, BUNDLE = "PLACEMENT_TIKTOK", "PLACEMENT_PANGLE", "PLACEMENT_GLOBAL_APP_BUNDLE"

# Members of targeting_spec and the placements of which one must be there (docs, ad group create; platform section 8)
_NEEDS = {
    "purchase_intention_keyword_ids": (TIKTOK, PANGLE),
    "saved_audience_id": (TIKTOK,),
    "household_income": (TIKTOK,),
    "isp_ids": (TIKTOK, PANGLE),
    "included_pangle_audience_package_ids": (PANGLE,),
    "excluded_pangle_audience_package_ids": (PANGLE,),
    "blocked_pangle_app_ids": (PANGLE,),
}


def read_placements(group: ObjectFacts) -> tuple[str, ...] | None:
    """The placements chosen by hand; None where TikTok chooses."""
    if group.get("placement_type") != "PLACEMENT_TYPE_NORMAL":
        return None
    return tuple(group.items("placements"))


@rule("placements-required", sentence="Chosen placements need at least one name.", source="T3, R69")
def check_placements(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if read_placements(group) == () and facts.is_missing(group, "placements"):
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
        chosen = read_placements(group) or ()
        if BUNDLE in chosen and group.get("optimization_goal") == "TRAFFIC_LANDING_PAGE_VIEW":
            rest = [name for name in chosen if name != BUNDLE]
            fix = (
                set_members("Leave it out", (group.at("placements"), rest))
                if rest
                else set_members(
                    "Leave placement to TikTok",
                    (group.at("placement_type"), None),
                    (group.at("placements"), None),
                )
            )
            yield Hit(
                group.at("placements"), "Global App Bundle does not serve TRAFFIC_LANDING_PAGE_VIEW.", fix
            )


@rule(
    "gab-countries",
    sentence="Global App Bundle serves nine countries only.",
    source="R69, platform section 8",
)
def check_countries(facts: TreeFacts) -> Iterable[Hit]:
    home = facts.account.location_id
    if home is None or facts.account.country in BUNDLE_COUNTRIES:
        return
    for group in facts.adgroups:
        places = group.inner("targeting_spec").get("location_ids") or []
        if read_placements(group) == (BUNDLE,) and home in places:
            yield Hit(
                group.at("placements"),
                f"Global App Bundle does not serve {facts.account.country}; it serves {', '.join(BUNDLE_COUNTRIES)}.",
                set_members(
                    "Leave placement to TikTok",
                    (group.at("placement_type"), None),
                    (group.at("placements"), None),
                ),
            )


@rule(
    "targeting-needs-placement",
    sentence="Some targeting works on certain placements only.",
    source="R59, docs, ad group create; platform section 8",
)
def check_needs(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        chosen, spec = read_placements(group), group.inner("targeting_spec")
        if not chosen:
            continue
        for name, needed in _NEEDS.items():
            if spec.get(name) and not set(needed) & set(chosen):
                path = group.at("targeting_spec", name)
                yield Hit(
                    path,
                    f"{name} works on {' or '.join(needed)} only; chosen are {', '.join(chosen)}.",
                    set_members("Take it away", (path, None)),
                )


@rule(
    "behaviour-categories-tiktok-only",
    sentence="Behaviour categories need TikTok as the only placement.",
    source="docs, ad group create",
)
def check_categories(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if read_placements(group) == (TIKTOK,):
            continue
        for index, action in enumerate(group.inner("targeting_spec").get("actions") or []):
            if action.get("action_category_ids"):
                path = group.at("targeting_spec", "actions", index, "action_category_ids")
                yield Hit(
                    path,
                    "Behaviour categories are accepted where TikTok is the only placement.",
                    set_members("Take the categories away", (path, None)),
                )
