"""Rules about apps: install, retargeting, Dedicated Campaigns, mini apps (P7, R31, R35, R38, R47, docs)."""

from collections.abc import Iterable

from campaigns.contract.choices import APP_SYSTEMS, APP_VALUE_EVENTS, MINIS
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members

DEDICATED = "IOS14_CAMPAIGN"


@rule(
    "app-kind-required",
    sentence="App promotion says whether it is for installs, retargeting or mini apps.",
    source="P7, docs, campaign create",
)
def check_kind(facts: TreeFacts) -> Iterable[Hit]:
    if facts.campaign.get("objective_type") == "APP_PROMOTION" and facts.is_missing(
        facts.campaign, "app_promotion_type"
    ):
        yield Hit(
            "app_promotion_type",
            "Say what is promoted: APP_INSTALL, APP_RETARGETING or MINIS.",
            set_members("Use APP_INSTALL", ("app_promotion_type", "APP_INSTALL")),
        )


@rule(
    "app-required",
    sentence="Promoting an app names the app: on the ad group, for Dedicated Campaigns on the campaign.",
    source="docs, campaign and ad group create",
)
def check_app(facts: TreeFacts) -> Iterable[Hit]:
    if facts.campaign.get("campaign_type") == DEDICATED:
        if facts.flow in ("APP_INSTALL", "APP") and facts.is_missing(facts.campaign, "app_id"):
            yield Hit("app_id", "A Dedicated Campaign names its app: enter app_id.")
        return
    for group in facts.adgroups if facts.flow in ("APP_INSTALL", "APP_RETARGETING", "APP") else ():
        if facts.is_missing(group, "app_id"):
            yield Hit(group.at("app_id"), f"{group.label} promotes an app and needs its app_id.")


@rule(
    "app-config-required",
    sentence="Website and app together name up to one Android and one iOS app.",
    source="docs, ad group create",
)
def check_app_config(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups if facts.flow == "WEB_AND_APP" else ():
        if facts.is_missing(group, "app_config"):
            yield Hit(group.at("app_config"), f"{group.label} leads to a website and an app: name the app.")


@rule("minis-required", sentence="Mini apps and games name which one.", source="docs, ad group create; R34")
def check_minis(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("promotion_type") in MINIS and facts.is_missing(group, "minis_id"):
            yield Hit(group.at("minis_id"), f"{group.label} promotes a mini app and needs its minis_id.")


@rule(
    "app-value-event",
    sentence="Optimising an app for value counts purchases or ad revenue.",
    source="R35, C41",
)
def check_value_event(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        event = group.get("optimization_event")
        app = group.get("promotion_type") in APP_SYSTEMS and group.get("optimization_goal") == "VALUE"
        if app and event not in (None, "", *APP_VALUE_EVENTS):
            yield Hit(
                group.at("optimization_event"),
                "The goal VALUE of an app takes ACTIVE_PAY (purchases) or AD_REVENUE_VALUE (ad revenue).",
                set_members("Use ACTIVE_PAY", (group.at("optimization_event"), "ACTIVE_PAY")),
            )


@rule(
    "app-value-android",
    sentence="Installs are optimised for value on Android, or in a Dedicated Campaign.",
    source="R31",
)
def check_value_system(facts: TreeFacts) -> Iterable[Hit]:
    plain = facts.campaign.get("campaign_type") != DEDICATED
    for group in facts.adgroups if plain and facts.flow == "APP_INSTALL" else ():
        if group.get("promotion_type") == "APP_IOS" and group.get("optimization_goal") == "VALUE":
            yield Hit(
                group.at("optimization_goal"),
                "The goal VALUE for installs works on Android, on iOS only in a Dedicated Campaign. Choose INSTALL or "
                "IN_APP_EVENT.",
            )


@rule(
    "app-value-placement",
    sentence="An app ad group with the goal VALUE says its placement in so many words.",
    source="R38",
)
def check_value_placement(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        app = group.get("promotion_type") in APP_SYSTEMS and group.get("optimization_goal") == "VALUE"
        if app and facts.is_missing(group, "placement_type"):
            path = group.at("placement_type")
            yield Hit(
                path,
                "With the goal VALUE an app's placement must be said, even when TikTok chooses it.",
                set_members(
                    "Leave placement to TikTok, in so many words", (path, "PLACEMENT_TYPE_AUTOMATIC")
                ),
            )


@rule(
    "app-system-overridden",
    level=FindingLevel.ADVICE,
    sentence="The app decides the operating system, whatever is targeted.",
    source="R57",
)
def check_system(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        own = APP_SYSTEMS.get(str(group.get("promotion_type")))
        systems = group.inner("targeting_spec").get("operating_systems") or []
        if own and systems and systems != [own]:
            path = group.at("targeting_spec", "operating_systems")
            yield Hit(
                path,
                f"{group.get('promotion_type')} reaches {own} only; {', '.join(systems)} has no effect.",
                set_members("Leave it out", (path, None)),
            )


@rule(
    "dedicated-scope",
    sentence="Dedicated Campaigns and their settings are for apps only.",
    source="docs, campaign create",
)
def check_dedicated(facts: TreeFacts) -> Iterable[Hit]:
    campaign = facts.campaign
    dedicated = campaign.get("campaign_type") == DEDICATED
    app = campaign.get("objective_type") == "APP_PROMOTION" or facts.flow == "APP"
    if dedicated and campaign.get("objective_type") and not app:
        yield Hit(
            "campaign_type",
            f"{DEDICATED} is for app promotion; the objective here is {campaign.get('objective_type')}.",
            set_members("Use a regular campaign", ("campaign_type", None)),
        )
    for name in ("campaign_app_profile_page_state", "disable_skan_campaign", "postback_window_mode"):
        if campaign.get(name) and not (dedicated and app):
            yield Hit(
                name,
                f"{name} is for Dedicated Campaigns ({DEDICATED}) of apps only; TikTok refuses it elsewhere.",
                set_members("Take it away", (name, None)),
            )


@rule(
    "dedicated-no-cost-cap",
    sentence="A Dedicated Campaign that counts by SKAN and is not Advanced takes no cost cap.",
    source="R47",
    wide=True,
)
def check_dedicated_cap(facts: TreeFacts) -> Iterable[Hit]:
    campaign = facts.campaign
    plain = campaign.get("is_advanced_dedicated_campaign") is False and not campaign.get(
        "disable_skan_campaign"
    )
    for group in facts.adgroups if campaign.get("campaign_type") == DEDICATED and plain else ():
        if group.get("bid_type") == "BID_TYPE_CUSTOM" and group.get("optimization_goal") in (
            "INSTALL",
            "IN_APP_EVENT",
        ):
            yield Hit(
                group.at("bid_type"),
                f"This Dedicated Campaign takes no cost cap for {group.get('optimization_goal')}.",
                set_members(
                    "Use maximum delivery",
                    *((other.at("bid_type"), "BID_TYPE_NO_BID") for other in facts.adgroups),
                ),
            )


@rule(
    "profile-page-required",
    sentence="With an app profile page every ad names its page.",
    source="docs, campaign create",
)
def check_profile_page(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads if facts.campaign.get("campaign_app_profile_page_state") == "ON" else ():
        if facts.is_missing(ad, "page_list"):
            yield Hit(
                ad.at("page_list"),
                f"campaign_app_profile_page_state is ON, so {ad.label} needs the page it shows.",
                set_members("Do without the page", ("campaign_app_profile_page_state", None)),
            )


@rule(
    "gaming-consent-place",
    sentence="The consent for games stands on the ad group, for installs by a Dedicated Campaign on the campaign.",
    source="docs, campaign and ad group create",
)
def check_gaming(facts: TreeFacts) -> Iterable[Hit]:
    name, dedicated = "gaming_ad_compliance_agreement", facts.campaign.get("campaign_type") == DEDICATED
    on_campaign = dedicated and facts.flow == "APP_INSTALL"
    on_groups = facts.flow == "APP_RETARGETING" or (facts.flow == "APP_INSTALL" and not dedicated)
    said = {
        (False, False): "It is for app installs and app retargeting only.",
        (True, False): "In a Dedicated Campaign it stands on the campaign.",
        (False, True): "It stands on the ad group here.",
    }[on_campaign, on_groups]
    for thing, fits in ((facts.campaign, on_campaign), *((group, on_groups) for group in facts.adgroups)):
        if thing.get(name) == "ON" and not fits:
            path = thing.at(name)
            yield Hit(path, f"{name} does not fit here. {said}", set_members("Take it away", (path, None)))
