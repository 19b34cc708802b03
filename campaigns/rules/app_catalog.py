"""Rules about sales in an app: a catalog whose ads lead there (R55, docs)."""

from collections.abc import Iterable

from campaigns.contract.choices import APP_TARGETING_GOALS
from campaigns.rules.app import DEDICATED
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Hit, rule, set_members

APP_CATALOGS = ("ECOMMERCE", "TRAVEL_ENTERTAINMENT")


@rule(
    "app-destination-catalog",
    sentence="Sales in an app need an e-commerce or travel catalog.",
    source="docs, campaign create",
)
def check_app_destination(facts: TreeFacts) -> Iterable[Hit]:
    fits = facts.catalog and facts.campaign.get("catalog_type") in (None, *APP_CATALOGS)
    if facts.flow == "APP" and not fits:
        yield Hit(
            "catalog_enabled",
            "sales_destination APP needs catalog_enabled and the catalog type ECOMMERCE or TRAVEL_ENTERTAINMENT.",
            set_members("Lead to the website", ("sales_destination", "WEBSITE")),
        )


@rule(
    "app-catalog-suggestions",
    sentence="App catalogs keep audience suggestions off.",
    source="R55",
)
def check_suggestions(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups if facts.flow == "APP" else ():
        if group.get("suggestion_audience_enabled"):
            path = group.at("suggestion_audience_enabled")
            yield Hit(
                path,
                "Audience suggestions stay off for app catalogs.",
                set_members("Switch them off", (path, None)),
            )


@rule(
    "app-targeting-type",
    sentence="Sales in an app say whether they look for new people or for those who have the app; nothing else does.",
    source="docs, ad group create",
)
def check_type(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        path = group.at("targeting_spec", "app_targeting_type")
        kind, goal = group.inner("targeting_spec").get("app_targeting_type"), group.get("optimization_goal")
        asked = facts.flow == "APP" and goal in APP_TARGETING_GOALS
        if asked and not kind:
            yield Hit(
                path,
                f"Say whom {group.label} looks for: PROSPECT (new people) or RETARGETING (those who have the app).",
                set_members("Look for new people", (path, "PROSPECT")),
            )
        if kind and not asked:
            yield Hit(
                path,
                "app_targeting_type goes with sales_destination APP and the goals "
                f"{', '.join(APP_TARGETING_GOALS)} only.",
                set_members("Take it away", (path, None)),
            )
        if kind == "RETARGETING" and facts.campaign.get("campaign_type") == DEDICATED:
            yield Hit(
                path,
                "A Dedicated Campaign looks for new people only: PROSPECT.",
                set_members("Look for new people", (path, "PROSPECT")),
            )
