"""What a check may look at, and the small readings that many checks share."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from campaigns.contract import codes
from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES, Currency
from smartplus_admin.sandbox.clock import read_time
from smartplus_admin.sandbox.entities import Entity
from smartplus_admin.sandbox.library import Shelf

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    field: str
    text: str
    code: int = codes.PARAMETER_ERROR


Problems = Iterator[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One object as it would be after the call, and everything around it. `campaign` and `adgroup` may be the object."""

    level: Level
    body: Body
    sent: frozenset[str]  # the members this call brought
    before: Body | None  # the stored body; None on create
    lenient: bool
    spark_rule: bool
    now: float
    account: Body
    shelf: Shelf
    campaign: Body
    adgroup: Body
    siblings: tuple[Entity, ...]  # undeleted, same parent; on a campaign's update: its ad groups
    unlike: str  # an ad of the campaign that is Spark where this one is not, or the reverse; "" if none (C22)
    spent: float

    @property
    def creating(self) -> bool:
        return self.before is None

    @property
    def currency(self) -> Currency:
        return CURRENCIES[str(self.account["currency"])]

    @property
    def pooled(self) -> bool:
        """Campaign budget optimization (CBO)."""
        return bool(self.campaign.get("budget_optimize_on", True))

    @property
    def catalog(self) -> bool:
        """Whether a product catalog is used; the switch means nothing outside web conversions and leads (docs)."""
        fits = self.campaign.get("objective_type") in ("WEB_CONVERSIONS", "LEAD_GENERATION")
        return fits and bool(self.campaign.get("catalog_enabled"))

    @property
    def dedicated(self) -> bool:
        """An iOS 14 Dedicated Campaign."""
        return self.campaign.get("campaign_type") == "IOS14_CAMPAIGN"

    @property
    def app_kind(self) -> str:
        """APP_INSTALL, APP_RETARGETING, MINIS, APP, WEB_AND_APP or WEBSITE; "" in lead generation."""
        names = {"APP_PROMOTION": "app_promotion_type", "WEB_CONVERSIONS": "sales_destination"}
        return str(self.campaign.get(names.get(str(self.campaign.get("objective_type")), "")) or "")

    @property
    def daily(self) -> bool:
        """Whether the budget that counts is dynamic daily: the campaign's under CBO, else the ad group's (R40, R67)."""
        holder = self.campaign if self.pooled else self.adgroup
        return holder.get("budget_mode") == "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"

    def touches(self, *names: str) -> bool:
        """On create always; on update only when the call brought one of the members."""
        return self.creating or any(name in self.sent for name in names)


def read_amount(body: Body, name: str) -> Decimal | None:
    value = body.get(name)
    return None if value is None else Decimal(str(value))


def read_moment(body: Body, name: str) -> float | None:
    value = body.get(name)
    return None if not value else read_time(str(value))


def read_list(body: Body, name: str) -> list[Any]:
    value = body.get(name)
    return value if isinstance(value, list) else []


def missing(field: str) -> Problem:
    return Problem(field, "is required.")
