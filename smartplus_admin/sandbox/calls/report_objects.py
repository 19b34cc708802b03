"""The objects that rows of a report are about: which of them a status filter keeps, and their attributes as texts."""

from typing import Any

from campaigns.contract import statuses
from campaigns.contract.levels import Level
from smartplus_admin.sandbox.calls.objects import open_family
from smartplus_admin.sandbox.entities import Entity, find_entities
from smartplus_admin.sandbox.wire import Call

EVERY = ("STATUS_ALL",)
LISTS = {
    "ad_text": "ad_text_list",
    "call_to_action": "call_to_action_list",
    "ad_url": "landing_page_url_list",
}
LIST_MEMBERS = {"ad_text": "ad_text", "call_to_action": "call_to_action", "ad_url": "landing_page_url"}
OF_ACCOUNT = {"advertiser_name": "name", "currency": "currency", "timezone": "timezone"}
# Attributes answer texts about an object; all others are figures (platform 9.2, 9.1)
ATTRIBUTES = frozenset(
    (
        *OF_ACCOUNT,
        *LISTS,
        *("advertiser_id", "campaign_id", "adgroup_id", "campaign_name", "adgroup_name", "ad_name"),
        *("objective_type", "budget", "campaign_budget", "bid", "bid_strategy", "opt_status"),
        *("campaign_automation_type", "budget_mode", "placement_type", "promotion_type"),
    )
)


class Objects:
    """Reads each object once, and its parents."""

    def __init__(self, call: Call, level: Level | None) -> None:
        self.call = call
        self.level = level
        self.rows: dict[str, Entity] = {}
        self.owners: dict[str, str] = {}  # creative → its ad, where rows are about creatives

    def keep(self, keys: list[str], wanted: tuple[str, ...]) -> set[str]:
        """Those of the keys whose status, or whose ad's, is one of the wanted."""
        kept = self._keep({self.owners.get(key, key) for key in keys}, wanted)
        return {key for key in keys if self.owners.get(key, key) in kept}

    def _keep(self, keys: set[str], wanted: tuple[str, ...]) -> set[str]:
        assert self.level is not None
        found = find_entities(self.call.db, self.level, keys)
        self.rows = {row.id: row for row in found}
        if set(wanted) & set(EVERY):
            return set(self.rows)
        rest = set(wanted) - {"STATUS_NOT_DELETE", "STATUS_DELETE"}
        kept = {
            row.id for row in found if ("STATUS_DELETE" if row.deleted else "STATUS_NOT_DELETE") in wanted
        }
        if rest:
            family = open_family(self.call, found)
            kept |= {row.id for row in found if statuses.find_primary(self.level, family.derive(row)) in rest}
        return kept

    def describe(self, name: str, key: str) -> dict[str, Any]:
        """One attribute; the lists of an ad come back under their list names (platform 9.1)."""
        if name in OF_ACCOUNT:
            return {name: str(self.call.account[OF_ACCOUNT[name]])}
        if name == "advertiser_id":
            return {name: self.call.advertiser_id}
        own = self.rows.get(self.owners.get(key, key))
        if own is None:
            return {name: "-"}
        if name == "campaign_automation_type":
            return {name: "UPGRADED_SMART_PLUS" + ("_CREATIVE" if key in self.owners else "")}
        if name in LISTS:
            items = own.body.get(LISTS[name]) or ()
            return {f"{name}_list": [str(item.get(LIST_MEMBERS[name], "")) for item in items]}
        holder = {
            **dict.fromkeys(
                ("campaign_name", "campaign_id", "campaign_budget", "objective_type"), Level.CAMPAIGN
            ),
            **dict.fromkeys(
                ("adgroup_name", "adgroup_id", "placement_type", "promotion_type"), Level.ADGROUP
            ),
            **dict.fromkeys(("bid", "bid_strategy"), Level.ADGROUP),
            "ad_name": Level.AD,
        }.get(name, own.level)
        row = self._climb(own, holder)
        return {name: "-" if row is None else _tell(row, name)}

    def _climb(self, row: Entity, level: Level) -> Entity | None:
        """The object itself or its parent at a level; None below it."""
        if row.level is level:
            return row
        key = {Level.CAMPAIGN: row.campaign_id, Level.ADGROUP: row.adgroup_id, Level.AD: ""}[level]
        if not key:
            return None
        if key not in self.rows:
            self.rows.update({found.id: found for found in find_entities(self.call.db, level, [key])})
        return self.rows.get(key)


def _tell(row: Entity, name: str) -> str:
    body = row.body
    match name:
        case "campaign_name" | "adgroup_name" | "ad_name":
            return row.name
        case "campaign_id" | "adgroup_id":
            return row.id
        case "opt_status":
            return row.operation_status
        case "campaign_budget" | "budget":
            return str(body.get("budget", 0))
        case "bid":
            return str(body.get("conversion_bid_price") or body.get("bid_price") or 0)
        case "bid_strategy":
            return str(body.get("bid_type") or "-")
        case _:
            return str(body.get(name) or "-")
