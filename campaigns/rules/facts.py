"""The frozen facts that rules judge: a tree as it would be sent, the account it belongs to, and what was rewritten.

Members hold typed values: Decimal in the account's currency, aware datetimes, bool, str, list, dict.
Knows no storage: models build facts, rules only read them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from campaigns.contract.choices import SPARK_IDENTITIES
from campaigns.contract.levels import Level
from campaigns.contract.money import Currency
from campaigns.rules.policy import Policy

SHOWN_NAME = 80  # characters of a name that a sentence repeats


@dataclass(frozen=True, slots=True)
class PixelFacts:
    pixel_id: str
    code: str
    name: str
    events: tuple[str, ...]  # optimization_event codes the pixel lists


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    identity_id: str
    identity_type: str
    name: str
    bc_id: str = ""


@dataclass(frozen=True, slots=True)
class PastCost:
    """What one conversion has cost an account, in its currency: of so many, between two days (both inclusive), as last read."""

    amount: Decimal
    conversions: int
    first: date
    last: date
    read_at: datetime


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One advertiser account. `videos` is None while its library was never read: unknown is not empty."""

    advertiser_id: str
    name: str
    currency: Currency
    zone: str  # IANA name
    country: str  # ISO 3166 alpha-2, the account's registration area
    location_id: str | None  # TikTok's id of that country, None where unknown
    pixels: tuple[PixelFacts, ...] = ()
    identities: tuple[IdentityFacts, ...] = ()
    videos: frozenset[str] | None = None
    utm: tuple[tuple[str, str], ...] = ()  # the account's own set of URL parameters: key, value
    costs: Mapping[str, PastCost] = field(default_factory=dict)  # by optimization event; absent = unknown

    def find_pixel(self, pixel_id: object) -> PixelFacts | None:
        return next((pixel for pixel in self.pixels if pixel.pixel_id == pixel_id), None)


class Weight(StrEnum):
    """What a rewriting touches. Money and audience need the actor's yes (requirements section 10)."""

    MONEY = "money"
    AUDIENCE = "audience"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One value that is not sent as it was typed. `sent` None = not sent at all; `typed` None = filled in."""

    path: str
    typed: Any
    sent: Any
    weight: Weight
    because: str
    source: str


@dataclass(frozen=True, slots=True)
class MalformedFact:
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """One campaign, ad group or ad. `path` is "" for the campaign, `adgroups/0`, `adgroups/0/ads/1` below it."""

    level: Level
    path: str
    members: Mapping[str, Any]
    children: tuple["ObjectFacts", ...] = ()
    within: str = ""  # what an ad's ad group is called
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def get(self, name: str) -> Any:
        return self.members.get(name)

    def inner(self, name: str) -> Mapping[str, Any]:
        """A member that is an object; empty where it is not given."""
        return self.members.get(name) or {}

    def items(self, name: str) -> Sequence[Any]:
        """A member that is a list; empty where it is not given."""
        return self.members.get(name) or ()

    def at(self, *parts: str | int) -> str:
        """The path of a member of this object."""
        return "/".join(str(part) for part in (self.path, *parts) if part != "")

    @property
    def label(self) -> str:
        """What a person calls the object: its name, or its place; an ad's says of which ad group."""
        name = str(self.get(self.level.name_member) or "").strip()
        if not name and not self.path:
            return "The campaign"
        if not name:
            place = f"{self.level.label} {int(self.path.rpartition('/')[2]) + 1}"
            return f"{place} of {self.within}" if self.within else place
        return name if len(name) <= SHOWN_NAME else f"{name[: SHOWN_NAME - 1]}…"


@dataclass(frozen=True, slots=True)
class TreeFacts:
    account: AccountFacts
    campaign: ObjectFacts
    now: datetime
    policy: Policy
    rewrites: tuple[Rewrite, ...] = ()
    malformed: tuple[MalformedFact, ...] = ()
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def adgroups(self) -> tuple[ObjectFacts, ...]:
        return self.campaign.children

    @property
    def ads(self) -> Iterator[tuple[ObjectFacts, ObjectFacts]]:
        """Every ad with its ad group."""
        return ((group, ad) for group in self.adgroups for ad in group.children)

    @property
    def objects(self) -> Iterator[ObjectFacts]:
        yield self.campaign
        for group in self.adgroups:
            yield group
            yield from group.children

    @property
    def flow(self) -> str:
        """Which kind of app promotion, or where sales lead: APP_INSTALL, MINIS, WEBSITE, APP …; "" for leads."""
        names = {"APP_PROMOTION": "app_promotion_type", "WEB_CONVERSIONS": "sales_destination"}
        return str(self.campaign.get(names.get(self.campaign.get("objective_type") or "", "")) or "")

    @property
    def catalog(self) -> bool:
        """Whether products of a catalog are shown; the switch means nothing in app promotion (docs, campaign create)."""
        fits = self.campaign.get("objective_type") in ("WEB_CONVERSIONS", "LEAD_GENERATION")
        return fits and self.campaign.get("catalog_enabled") is True

    def takes_catalog_creatives(self, ad: ObjectFacts) -> bool:
        """Whether the catalog brings the ad's creatives by itself."""
        return self.catalog and ad.inner("ad_configuration").get("catalog_creative_toggle") is True

    @property
    def cbo(self) -> bool:
        """Campaign Budget Optimization; on unless switched off (B1)."""
        return self.campaign.get("budget_optimize_on") is not False

    def say_money(self, amount: Decimal) -> str:
        return self.account.currency.say(amount)

    def is_missing(self, thing: ObjectFacts, name: str) -> bool:
        """Whether a member was left out. A malformed one was not: it has its own finding."""
        if thing.get(name) not in (None, "", []):
            return False
        paths = self.memo.get("malformed")
        if paths is None:
            paths = self.memo["malformed"] = frozenset(problem.path for problem in self.malformed)
        return thing.at(name) not in paths

    def narrow(self, index: int) -> "TreeFacts":
        """The same tree with one ad group only, its paths kept: what a change inside that ad group can break."""
        group = self.adgroups[index]
        inside = f"{group.path}/"
        return replace(
            self,
            campaign=replace(self.campaign, children=(group,)),
            rewrites=tuple(
                item for item in self.rewrites if not _lies_below(item.path) or item.path.startswith(inside)
            ),
            malformed=tuple(
                item for item in self.malformed if not _lies_below(item.path) or item.path.startswith(inside)
            ),
        )

    def without(self, paths: Collection[str]) -> "TreeFacts":
        """The same tree without some ad groups and ads; the others keep their paths."""
        if not paths:
            return self
        left = tuple(
            replace(group, children=tuple(ad for ad in group.children if ad.path not in paths))
            for group in self.adgroups
            if group.path not in paths
        )
        inside = tuple(f"{path}/" for path in paths)
        return replace(
            self,
            campaign=replace(self.campaign, children=left),
            rewrites=tuple(item for item in self.rewrites if not item.path.startswith(inside)),
            malformed=tuple(item for item in self.malformed if not item.path.startswith(inside)),
        )

    def budget_mode(self, group: ObjectFacts) -> str | None:
        """The mode that paces this ad group: the campaign's under CBO, else its own."""
        mode: str | None = (self.campaign if self.cbo else group).get("budget_mode")
        return mode

    def budget(self, group: ObjectFacts) -> Decimal | None:
        amount: Decimal | None = (self.campaign if self.cbo else group).get("budget")
        return amount


@dataclass(frozen=True, slots=True)
class Creative:
    """One creative of an ad with the path of its `creative_info`."""

    path: str
    info: Mapping[str, Any] = field(default_factory=dict)
    speaker: str | None = None  # the identity type of the whole ad, where it has one

    @property
    def spark(self) -> bool:
        """An existing post, or a video or catalog creative shown under a TikTok account (R73)."""
        kinds = (self.info.get("identity_type"), self.speaker)
        return bool(self.info.get("tiktok_item_id")) or any(kind in SPARK_IDENTITIES for kind in kinds)


def list_creatives(ad: ObjectFacts) -> tuple[Creative, ...]:
    """The creatives of an ad, read once however many rules ask."""
    found: tuple[Creative, ...] | None = ad.memo.get("creatives")
    if found is None:
        path, speaker = ad.at("creative_list"), ad.inner("ad_configuration").get("identity_type")
        found = ad.memo["creatives"] = tuple(
            Creative(f"{path}/{index}/creative_info", entry.get("creative_info") or {}, speaker)
            for index, entry in enumerate(ad.items("creative_list"))
        )
    return found


def _lies_below(path: str) -> bool:
    """Whether a path is about one ad group, not about the campaign or the list of ad groups itself."""
    return path.startswith("adgroups/")
