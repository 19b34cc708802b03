"""Rules about the name under which an ad appears (C1, C2, R73, R74, R77)."""

from collections.abc import Iterable, Iterator
from typing import Any

from campaigns.contract.choices import SPARK_IDENTITIES, can_deliver_on_tiktok
from campaigns.rules.facts import AccountFacts, ObjectFacts, TreeFacts, list_creatives
from campaigns.rules.findings import FindingLevel, Fix, Hit, rule, set_members
from campaigns.rules.lead import DIRECT

CUSTOM = "CUSTOMIZED_USER"


@rule(
    "spark-unmixed",
    sentence="Existing posts (Spark) and other creatives do not mix in one campaign.",
    source="C1, C22",
    wide=True,
)
def check_mixing(facts: TreeFacts) -> Iterable[Hit]:
    kinds = [(ad, *_count_kinds(ad)) for _, ad in facts.ads]
    spark, other = sum(kind[1] for kind in kinds), sum(kind[2] for kind in kinds)
    if spark and other:
        first = next(has_spark > 0 for _, has_spark, has_other in kinds if has_spark or has_other)
        creatives = (creative for ad, _, _ in kinds for creative in list_creatives(ad))
        odd = next((creative for creative in creatives if creative.spark is not first), None)
        yield Hit(
            odd.path if odd else "adgroups",
            f"The campaign mixes {spark} Spark and {other} other creatives. Give one kind its own campaign.",
        )


def _count_kinds(ad: ObjectFacts) -> tuple[int, int]:
    """How many Spark and other creatives an ad has, counted once."""
    found: tuple[int, int] | None = ad.memo.get("kinds")
    if found is None:
        creatives = list_creatives(ad)
        spark = sum(creative.spark for creative in creatives)
        found = ad.memo["kinds"] = (spark, len(creatives) - spark)
    return found


@rule("identity-required", sentence="Every ad says under whose name it appears.", source="C2, R73")
def check_identity(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        config = ad.inner("ad_configuration")
        if config.get("identity_type") and not config.get("identity_id"):
            yield Hit(
                ad.at("ad_configuration", "identity_id"),
                f"{config['identity_type']} needs an identity_id, and the account has no default one. Choose an identity.",
            )
        if config.get("identity_type") == "BC_AUTH_TT" and not config.get("identity_authorized_bc_id"):
            yield Hit(
                ad.at("ad_configuration", "identity_authorized_bc_id"),
                "BC_AUTH_TT needs the id of its Business Center.",
            )
        for creative in list_creatives(ad):
            kind = creative.info.get("identity_type")
            if not kind and (not config.get("identity_type") or creative.info.get("tiktok_item_id")):
                yield Hit(
                    f"{creative.path}/identity_type", "Choose the identity under which this creative appears."
                )
            if kind and not creative.info.get("identity_id"):
                path = f"{creative.path}/identity_id"
                yield Hit(
                    path,
                    f"{kind} needs an identity_id. Choose an identity.",
                    _offer_only(facts.account, kind, path),
                )
            if kind == "BC_AUTH_TT" and not creative.info.get("identity_authorized_bc_id"):
                center = _find_center(facts.account, creative.info.get("identity_id"))
                path = f"{creative.path}/identity_authorized_bc_id"
                yield Hit(
                    path,
                    "BC_AUTH_TT needs the id of its Business Center.",
                    set_members("Use its Business Center", (path, center)) if center else None,
                )


def _offer_only(account: AccountFacts, kind: object, path: str) -> Fix | None:
    """The account's identity of a kind, where it has one alone."""
    mine = [item for item in account.identities if item.identity_type == kind]
    return set_members(f"Use {mine[0].name}", (path, mine[0].identity_id)) if len(mine) == 1 else None


def _find_center(account: AccountFacts, identity_id: object) -> str:
    return next((item.bc_id for item in account.identities if item.identity_id == identity_id), "")


@rule(
    "adgroup-identity-scope",
    sentence="An ad group has a TikTok account of its own for direct messages only.",
    source="docs, ad group create",
)
def check_speaker(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        given = [name for name in ("identity_id", "identity_type") if group.get(name)]
        if given and group.get("promotion_type") not in (None, DIRECT):
            all_of_it = (*given, "identity_authorized_bc_id")
            yield Hit(
                group.at(given[0]),
                f"The identity of an ad group is for {DIRECT} only. Other ads say it in their creatives.",
                set_members("Take it away", *((group.at(name), None) for name in all_of_it)),
            )


@rule(
    "adgroup-identity-complete",
    sentence="The identity of an ad group has its type, its id and, for BC_AUTH_TT, its Business Center.",
    source="docs, ad group create",
)
def check_speaker_whole(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        kind, identity = group.get("identity_type"), group.get("identity_id")
        for name in ("identity_type", "identity_id") if kind or identity else ():
            if facts.is_missing(group, name):
                yield Hit(group.at(name), f"The identity of {group.label} needs its {name} too.")
        if kind == "BC_AUTH_TT" and facts.is_missing(group, "identity_authorized_bc_id"):
            center, path = _find_center(facts.account, identity), group.at("identity_authorized_bc_id")
            yield Hit(
                path,
                "BC_AUTH_TT needs the id of its Business Center.",
                set_members("Use its Business Center", (path, center)) if center else None,
            )


@rule("identity-known", sentence="The identity belongs to the account.", source="R73; C2")
def check_known(facts: TreeFacts) -> Iterable[Hit]:
    known = {(item.identity_type, item.identity_id) for item in facts.account.identities}
    if not known:
        return  # not read yet: unknown is not wrong
    for path, kind, identity in _list_speakers(facts):
        at = f"{path}/identity_id"
        if kind and identity and (kind, identity) not in known:
            yield Hit(
                at,
                f"{facts.account.name} has no identity {identity} of the type {kind}. Choose one of its identities.",
                _offer_only(facts.account, kind, at),
            )
        if identity and not kind and not any(identity == item for _, item in known):
            yield Hit(at, f"{facts.account.name} has no identity {identity}. Choose one of its identities.")


def _list_speakers(facts: TreeFacts) -> Iterator[tuple[str, Any, Any]]:
    """Everything that names an identity, with its path: ad groups, ads, creatives."""
    for group in facts.adgroups:
        yield group.path, group.get("identity_type"), group.get("identity_id")
        for ad in group.children:
            config = ad.inner("ad_configuration")
            yield ad.at("ad_configuration"), config.get("identity_type"), config.get("identity_id")
            for creative in list_creatives(ad):
                yield creative.path, creative.info.get("identity_type"), creative.info.get("identity_id")


@rule(
    "identity-place",
    sentence="A TikTok account stands in each creative, a custom identity once in the ad.",
    source="R73, R77, C21",
)
def check_place(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        kind = ad.inner("ad_configuration").get("identity_type")
        path = ad.at("ad_configuration", "identity_type")
        away = set_members(
            "Take it out of the ad", (path, None), (ad.at("ad_configuration", "identity_id"), None)
        )
        spoken = [creative for creative in list_creatives(ad) if creative.info.get("identity_type")]
        if kind == CUSTOM and spoken:
            yield Hit(
                path,
                "The ad has a custom identity and creatives with a TikTok account; one ad cannot have both.",
                away if len(spoken) == len(list_creatives(ad)) else None,
            )
        if kind in SPARK_IDENTITIES and not facts.campaign.get("catalog_enabled"):
            yield Hit(
                path,
                f"{kind} stands in creative_info of each creative; in ad_configuration it is for catalog ads only.",
                away if len(spoken) == len(list_creatives(ad)) else None,
            )


@rule(
    "auth-code-posts-only",
    sentence="An authorization code is for existing posts only.",
    source="R73",
)
def check_auth_code(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for creative in list_creatives(ad):
            if creative.info.get("identity_type") == "AUTH_CODE" and not creative.info.get("tiktok_item_id"):
                yield Hit(
                    f"{creative.path}/identity_type",
                    "AUTH_CODE shows an existing post: name it in tiktok_item_id, or choose TT_USER or BC_AUTH_TT.",
                )


@rule(
    "custom-identity-closed",
    level=FindingLevel.CONFIRM,
    sentence="TikTok has closed custom identities for new ads where TikTok itself delivers.",
    source="C2, C21, R74",
)
def check_custom_identity(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads:
        if ad.inner("ad_configuration").get("identity_type") == CUSTOM and can_deliver_on_tiktok(
            group.members
        ):
            yield Hit(
                ad.at("ad_configuration", "identity_type"),
                f"{ad.label} uses a custom identity, which TikTok has closed for new ads on TikTok since 2026-01-15: expect a "
                "refusal. Choose a TikTok account, or place it on Pangle or Global App Bundle only.",
            )
