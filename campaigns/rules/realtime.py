"""Rules about realtime strategies, TikTok's RTA (R62, docs)."""

from collections.abc import Iterable

from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Hit, rule, set_members

# What a strategy may do, and the flows in which it may (docs, campaign create)
SWITCHES = {
    "rta_bid_enabled": ("APP", "APP_RETARGETING"),
    "rta_product_selection_enabled": ("APP",),
}


@rule(
    "rta-complete",
    sentence="Realtime bidding and product selection need their strategy's id.",
    source="R62, docs",
)
def check_complete(facts: TreeFacts) -> Iterable[Hit]:
    for name in SWITCHES:
        if facts.campaign.get(name) and facts.is_missing(facts.campaign, "rta_id"):
            yield Hit(
                name,
                f"{name} needs rta_id, the strategy it belongs to.",
                set_members("Switch it off", (name, None)),
            )


@rule(
    "rta-scope",
    sentence="Realtime bidding is for sales in an app and app retargeting, realtime product selection for sales in an app.",
    source="docs, campaign create",
)
def check_scope(facts: TreeFacts) -> Iterable[Hit]:
    for name, flows in SWITCHES.items():
        if facts.campaign.get(name) and facts.flow not in flows:
            yield Hit(
                name,
                f"{name} is for {' and '.join(flows)} only.",
                set_members("Switch it off", (name, None)),
            )


@rule(
    "rta-all-products",
    sentence="Where a realtime strategy selects the products, ads offer it all of them.",
    source="docs, campaign create",
)
def check_products(facts: TreeFacts) -> Iterable[Hit]:
    selects = facts.catalog and facts.campaign.get("rta_product_selection_enabled")
    for _, ad in facts.ads if selects else ():
        kind = ad.inner("ad_configuration").get("product_specific_type")
        if kind not in (None, "ALL"):
            path = ad.at("ad_configuration", "product_specific_type")
            rest = ("product_set_id", "product_ids")
            yield Hit(
                path,
                f"rta_product_selection_enabled chooses among all products; {ad.label} shows {kind}.",
                set_members(
                    "Show all products",
                    (path, "ALL"),
                    *((ad.at("ad_configuration", name), None) for name in rest),
                ),
            )


@rule(
    "rta-targeting",
    sentence="A campaign with a realtime strategy takes no audience lists and no suggestions.",
    source="R62",
)
def check_targeting(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups if facts.campaign.get("rta_id") else ():
        for name in ("audience_ids", "excluded_audience_ids"):
            if group.inner("targeting_spec").get(name):
                path = group.at("targeting_spec", name)
                yield Hit(
                    path,
                    f"{name} is not supported with rta_id.",
                    set_members("Take it away", (path, None)),
                )
        if group.get("suggestion_audience_enabled"):
            path = group.at("suggestion_audience_enabled")
            yield Hit(
                path,
                "Audience suggestions stay off with rta_id.",
                set_members("Switch them off", (path, None)),
            )
