"""Rules about product catalogs, as far as the sheet documents them (R46, R82, docs)."""

from collections.abc import Iterable

from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Hit, rule, set_members


@rule(
    "catalog-type-required",
    sentence="A web campaign with a catalog says which kind.",
    source="docs, campaign create",
)
def check_type(facts: TreeFacts) -> Iterable[Hit]:
    campaign = facts.campaign
    web = campaign.get("objective_type") == "WEB_CONVERSIONS" and campaign.get("catalog_enabled")
    if web and facts.is_missing(campaign, "catalog_type"):
        yield Hit(
            "catalog_type",
            "Say which kind of catalog: ECOMMERCE, TRAVEL_ENTERTAINMENT or MINI_SERIES.",
            set_members("Use ECOMMERCE", ("catalog_type", "ECOMMERCE")),
        )


@rule(
    "catalog-scope",
    sentence="Catalogs are for web conversions and lead generation.",
    source="docs, campaign create",
)
def check_scope(facts: TreeFacts) -> Iterable[Hit]:
    if facts.campaign.get("objective_type") == "APP_PROMOTION" and facts.campaign.get("catalog_enabled"):
        yield Hit(
            "catalog_enabled",
            "A catalog goes with WEB_CONVERSIONS or LEAD_GENERATION; the objective here is APP_PROMOTION.",
            set_members("Switch it off", ("catalog_enabled", None)),
        )


@rule(
    "catalog-required",
    sentence="With a catalog every ad group names it and the Business Center it belongs to.",
    source="docs, ad group create",
)
def check_catalog(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups if facts.catalog else ():
        for name in ("catalog_id", "catalog_authorized_bc_id"):
            if facts.is_missing(group, name):
                yield Hit(group.at(name), f"The campaign uses a catalog, so {group.label} needs {name}.")


@rule("catalog-products", sentence="Ads with a catalog say which of its products they show.", source="R82")
def check_products(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads if facts.catalog else ():
        config = ad.inner("ad_configuration")
        kind, everything = (
            config.get("product_specific_type"),
            ad.at("ad_configuration", "product_specific_type"),
        )
        show_all = set_members("Show all products", (everything, "ALL"))
        if not kind:
            yield Hit(everything, f"{ad.label} needs product_specific_type: all products or some.", show_all)
        if kind == "PRODUCT_SET" and not config.get("product_set_id"):
            yield Hit(
                ad.at("ad_configuration", "product_set_id"), "PRODUCT_SET needs its product_set_id.", show_all
            )
        if kind == "CUSTOMIZED_PRODUCTS" and not config.get("product_ids"):
            yield Hit(
                ad.at("ad_configuration", "product_ids"),
                "CUSTOMIZED_PRODUCTS needs 1 to 20 product_ids.",
                show_all,
            )
        for name in ("product_set_id", "product_ids"):
            if kind == "ALL" and config.get(name):
                path = ad.at("ad_configuration", name)
                yield Hit(
                    path,
                    f"All products are shown, so {name} cannot be given.",
                    set_members("Take it away", (path, None)),
                )


@rule(
    "catalog-landing-view-bid",
    sentence="E-commerce catalogs bid for landing page views by maximum delivery only.",
    source="R46",
    wide=True,
)
def check_bid(facts: TreeFacts) -> Iterable[Hit]:
    shop = facts.catalog and facts.campaign.get("catalog_type") == "ECOMMERCE"
    for group in facts.adgroups if shop else ():
        if (
            group.get("optimization_goal") == "TRAFFIC_LANDING_PAGE_VIEW"
            and group.get("bid_type") == "BID_TYPE_CUSTOM"
        ):
            yield Hit(
                group.at("bid_type"),
                "In e-commerce catalog campaigns TRAFFIC_LANDING_PAGE_VIEW takes BID_TYPE_NO_BID only.",
                set_members(
                    "Use maximum delivery",
                    *((other.at("bid_type"), "BID_TYPE_NO_BID") for other in facts.adgroups),
                ),
            )


@rule(
    "catalog-retargeting-complete",
    sentence="Catalog retargeting says how far it looks back, or at which actions.",
    source="docs, ad group create",
)
def check_retargeting(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        spec = group.inner("targeting_spec")
        kind = spec.get("shopping_ads_retargeting_type")
        off = set_members(
            "Switch it off", (group.at("targeting_spec", "shopping_ads_retargeting_type"), None)
        )
        if kind in ("LAB1", "LAB2") and not spec.get("shopping_ads_retargeting_actions_days"):
            path = group.at("targeting_spec", "shopping_ads_retargeting_actions_days")
            yield Hit(path, f"{kind} needs the number of days it looks back.", off)
        if kind == "LAB3" and not (
            spec.get("included_custom_actions") or spec.get("excluded_custom_actions")
        ):
            path = group.at("targeting_spec", "included_custom_actions")
            yield Hit(path, "LAB3 needs the actions that are included or excluded.", off)
