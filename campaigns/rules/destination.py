"""Rules about where an ad leads: landing page, instant page, deeplink, parameters (C3, R78-R80)."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urlsplit

from campaigns.contract.choices import UTM_MACROS
from campaigns.contract.limits import UTM_PARAMS
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members


def split_address(text: object) -> SplitResult | None:
    """The parts of a full web address; None for anything else."""
    if not isinstance(text, str) or any(char.isspace() for char in text.strip()):
        return None
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port  # reading the port checks it
    except ValueError:
        return None
    return parts if parts.scheme in ("https", "http") and host else None


def _list_pages(ad: ObjectFacts) -> list[tuple[str, str]]:
    return [
        (ad.at("landing_page_url_list", index, "landing_page_url"), str(entry.get("landing_page_url") or ""))
        for index, entry in enumerate(ad.items("landing_page_url_list"))
    ]


def _is_web(facts: TreeFacts) -> bool:
    web = facts.campaign.get("objective_type") == "WEB_CONVERSIONS"
    return web and facts.campaign.get("sales_destination") in (None, "WEBSITE")


@rule(
    "one-destination",
    sentence="An ad leads to a landing page or to an instant page, never both.",
    source="C3, C23",
)
def check_destination(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        if ad.get("page_list") and ad.get("landing_page_url_list"):
            yield Hit(
                ad.at("page_list"),
                "page_list and landing_page_url_list are both set; an ad has one destination. Keep one of them.",
                set_members("Keep the landing page", (ad.at("page_list"), None)),
            )


@rule(
    "instant-page-on-web",
    sentence="Website ads lead to a landing page; instant pages are for lead generation and apps.",
    source="R78, C23",
)
def check_page(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads if _is_web(facts) else ():
        if ad.get("page_list") and not ad.get("landing_page_url_list"):
            yield Hit(
                ad.at("page_list"),
                "A website campaign takes no instant page. Give the address of the landing page instead.",
            )


@rule("landing-page-required", sentence="A website ad has exactly one landing page.", source="R78")
def check_landing_page(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads if _is_web(facts) else ():
        missing = facts.is_missing(ad, "landing_page_url_list") and not ad.get("page_list")
        if missing and not facts.campaign.get("catalog_enabled"):
            yield Hit(ad.at("landing_page_url_list"), f"{ad.label} needs the address of its landing page.")


@rule(
    "landing-page-address",
    sentence="A landing page is a full web address.",
    source="R78, U6",
)
def check_address(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for path, page in _list_pages(ad):
            if page.strip() and split_address(page) is None:
                full = f"https://{page.strip()}"
                fix = set_members(f"Use {full}", (path, full)) if _lacks_scheme(page) else None
                yield Hit(path, "A landing page is a full address, such as https://example.com/sale.", fix)


def _lacks_scheme(page: str) -> bool:
    """Whether https:// in front is all that is missing."""
    parts = split_address(f"https://{page.strip()}")
    return "://" not in page and parts is not None and "." in (parts.hostname or "")


@rule(
    "deeplink-type",
    sentence="A deeplink says its type and where it leads.",
    source="C3, R79",
)
def check_deeplinks(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for index, entry in enumerate(ad.items("deeplink_list")):
            if entry.get("deeplink") and not entry.get("deeplink_type"):
                path = ad.at("deeplink_list", index, "deeplink_type")
                yield Hit(
                    path, "A deeplink needs deeplink_type.", set_members("Use NORMAL", (path, "NORMAL"))
                )
            if entry.get("deeplink") and ":" not in entry["deeplink"]:
                path = ad.at("deeplink_list", index, "deeplink")
                yield Hit(
                    path,
                    "A deeplink is https://… or an address with the app's own scheme, such as shop://sale.",
                )


@rule(
    "deeplink-parameters-scope",
    sentence="Parameters of a deeplink go with a deferred deeplink into an app.",
    source="docs, ad create",
)
def check_deeplink_params(facts: TreeFacts) -> Iterable[Hit]:
    to_app = facts.campaign.get("sales_destination") == "APP"
    for _, ad in facts.ads:
        deferred = any(
            entry.get("deeplink_type") == "DEFERRED_DEEPLINK" for entry in ad.items("deeplink_list")
        )
        if ad.inner("ad_configuration").get("deeplink_utm_params") and not (to_app and deferred):
            path = ad.at("ad_configuration", "deeplink_utm_params")
            yield Hit(
                path,
                "deeplink_utm_params needs sales_destination APP and a deeplink of the type DEFERRED_DEEPLINK.",
                set_members("Take them away", (path, None)),
            )


@rule("utm-matches", sentence="UTM parameters agree with those already in the landing page.", source="R80")
def check_utm(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        params = ad.inner("ad_configuration").get("utm_params") or []
        wanted = {item.get("key"): item.get("value") for item in params}
        for _, page in _list_pages(ad) if wanted else ():
            inside = dict(_read_query(page))
            odd = next((key for key in wanted if key in inside and inside[key] != wanted[key]), None)
            if odd is not None:
                path = ad.at("ad_configuration", "utm_params")
                mended = [
                    {**item, "value": inside[item["key"]]} if item.get("key") in inside else item
                    for item in params
                ]
                yield Hit(
                    path,
                    f"{odd} is {wanted[odd]} here and {inside[odd]} in the landing page. Make them equal.",
                    set_members("Take those of the landing page", (path, mended)),
                )


@rule("utm-keys-differ", sentence="A UTM parameter is given once.", source="R80")
def check_utm_keys(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        params = ad.inner("ad_configuration").get("utm_params") or []
        first = {item.get("key"): item for item in reversed(params)}
        if len(first) < len(params):
            path = ad.at("ad_configuration", "utm_params")
            yield Hit(
                path,
                "A parameter stands twice; which of them counts nobody can say. Keep one.",
                set_members(
                    "Keep the first of each",
                    (path, [item for item in params if first[item.get("key")] is item]),
                ),
            )


@rule(
    "utm-macro-known",
    level=FindingLevel.ADVICE,
    sentence="A macro in a URL parameter is one that TikTok fills in.",
    source="docs, ad create: utm_params",
)
def check_utm_macros(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for index, item in enumerate(ad.inner("ad_configuration").get("utm_params") or []):
            for macro in find_unknown_macros(str(item.get("value") or "")):
                yield Hit(
                    f"{ad.at('ad_configuration', 'utm_params')}/{index}/value",
                    f"{macro} is no macro of TikTok's: it would stand in the address as it is. "
                    f"Known are {', '.join(UTM_MACROS)}.",
                )


def find_unknown_macros(value: str) -> list[str]:
    """What looks like a macro of TikTok's and is none."""
    return [found for found in _MACRO.findall(value) if found not in UTM_MACROS]


@rule(
    "utm-set-missing",
    level=FindingLevel.ADVICE,
    sentence="Ads carry the URL parameters that their account has set for all.",
    source="people's demand 12; docs, ad create: utm_params",
)
def check_utm_set(facts: TreeFacts) -> Iterable[Hit]:
    if not facts.account.utm or facts.campaign.get("objective_type") != "WEB_CONVERSIONS":
        return
    for _, ad in facts.ads:
        pages = _list_pages(ad)
        params = list(ad.inner("ad_configuration").get("utm_params") or [])
        given = {item.get("key") for item in params}
        given |= {key for _, page in pages for key, _ in _read_query(page)}
        missing = [(key, value) for key, value in facts.account.utm if key not in given]
        if pages and missing:
            path = ad.at("ad_configuration", "utm_params")
            added = [{"key": key, "value": value} for key, value in missing]
            room = len(params) + len(added) <= UTM_PARAMS
            yield Hit(
                path,
                f"{facts.account.name} adds {', '.join(key for key, _ in missing)} to its landing pages; not here yet.",
                set_members("Add the account's parameters", (path, params + added)) if room else None,
            )


_MACRO = re.compile(r"__[A-Za-z0-9_]*?[A-Za-z0-9]__")


def _read_query(page: str) -> list[tuple[str, str]]:
    parts = split_address(page)
    return parse_qsl(parts.query, keep_blank_values=True) if parts else []
