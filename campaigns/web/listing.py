"""The list of campaigns as its address says it: filters, order, columns. Page, export and saved views read the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from campaigns import queries
from campaigns.models import Person
from campaigns.models.campaign import CampaignQuerySet, State
from campaigns.queries.weeks import MEASURES, order_by_week
from campaigns.services.desk import list_calendar

TEXT = 200  # characters of a filter that are looked at
COLUMNS = {
    "state": "State",
    "account": "Account",
    "budget": "Budget",
    "spend": "Spend",
    "results": "Results",
    "cost": "Per result",
    "size": "Groups / ads",
    "change": "Last change",
    "read": "Read",
    "created": "Made",
}
USUAL = ("state", "account", "budget", "spend", "results", "cost", "size", "change")
# what a column is ordered by; the week's measures are ordered by queries.weeks
ORDERS = {
    "name": "name",
    "state": "state",
    "account": "advertiser__name",
    "change": "changed_at",
    "created": "created_at",
}
NEWEST = "-change"
_SOURCE = "Seven days with today, in the account's zone: TikTok's daily report"
_RISES = ("name", "state", "account")  # words begin at A, times and numbers at the largest


@dataclass(frozen=True, slots=True)
class Listing:
    """What somebody wants to see. `sort` is a column, with `-` before it from the largest down."""

    text: str = ""
    state: str = ""
    account: str = ""
    drift: bool = False
    learning: bool = False
    sort: str = NEWEST
    columns: tuple[str, ...] = USUAL

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As the address says it: what is usual is left out."""
        words = [("q", self.text), ("state", self.state), ("account", self.account)]
        words += [("drift", "1" if self.drift else ""), ("learning", "1" if self.learning else "")]
        words += [("sort", self.sort if self.sort != NEWEST else "")]
        if self.columns != USUAL:
            words += [("col", name) for name in self.columns] or [("col", "none")]
        return [(name, value) for name, value in words if value]

    @property
    def address(self) -> str:
        return urlencode(self.pairs)

    @property
    def narrowed(self) -> bool:
        """By more than an account and a state."""
        return bool(self.text or self.drift or self.learning)

    @property
    def filtered(self) -> bool:
        return bool(self.account or self.narrowed)

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def key(self) -> str:
        return self.sort.removeprefix("-")

    def sorted_by(self, key: str) -> "Listing":
        """By a column; by the one it is sorted by already, the other way round."""
        down = not self.descending if key == self.key else key not in _RISES
        return replace(self, sort=f"-{key}" if down else key)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; `address` sorts by it."""

    key: str
    title: str
    more: str
    sorts: bool
    address: str
    direction: str  # ascending, descending or none


def read_address(given: Mapping[str, str]) -> Listing:
    """Nonsense in an address is left out."""

    def word(name: str) -> str:
        return given.get(name, "").strip()[:TEXT]

    chosen = given.getlist("col") if isinstance(given, QueryDict) else []
    sort = word("sort")
    return Listing(
        text=word("q"),
        state=word("state") if word("state") in State.values else "",
        account=word("account"),
        drift=word("drift") == "1",
        learning=word("learning") == "1",
        sort=sort if sort.removeprefix("-") in (*ORDERS, *MEASURES) else NEWEST,
        columns=tuple(name for name in COLUMNS if name in chosen) if chosen else USUAL,
    )


def list_heads(listing: Listing) -> list[Head]:
    """The name first, then the columns chosen."""
    heads = []
    for key, title in {"name": "Campaign", **{name: COLUMNS[name] for name in listing.columns}}.items():
        sortable = key in ORDERS or key in MEASURES
        direction = ("descending" if listing.descending else "ascending") if key == listing.key else "none"
        heads.append(
            Head(
                key,
                title,
                _SOURCE if key in MEASURES else "",
                sortable,
                listing.sorted_by(key).address,
                direction,
            )
        )
    return heads


def narrow(person: Person, listing: Listing, *, now: datetime) -> CampaignQuerySet:
    """What the filters but the state leave of the person's campaigns, without their state."""
    found = queries.search_campaigns(
        queries.held_campaigns(person), text=listing.text, advertiser_id=listing.account
    )
    if listing.drift:
        found = found.drifting()
    if listing.learning:
        learning = list_calendar(person, now=now, advertiser_id=listing.account)
        found = found.filter(pk__in={standing.adgroup.campaign_id for standing in learning})
    return found


def order(campaigns: CampaignQuerySet, listing: Listing) -> CampaignQuerySet:
    if listing.key in MEASURES:
        return order_by_week(campaigns, measure=listing.key, descending=listing.descending)
    sign = "-" if listing.descending else ""
    return campaigns.order_by(f"{sign}{ORDERS[listing.key]}", "-pk")


def list_choices(listing: Listing) -> list[dict[str, Any]]:
    return [{"key": key, "title": title, "chosen": key in listing.columns} for key, title in COLUMNS.items()]
