"""The three get calls: filters, newest first, totals (R89; the order is not stated for Smart+, U15).

Deleted objects are hidden unless primary_status asks for them: documented for ad groups, assumed for the others.
"""

from typing import Any

from campaigns.contract import limits, statuses
from campaigns.contract.levels import Level
from smartplus_admin.sandbox.calls.objects import open_family
from smartplus_admin.sandbox.clock import read_time
from smartplus_admin.sandbox.entities import count_entities, select_entities
from smartplus_admin.sandbox.errors import refuse_parameter
from smartplus_admin.sandbox.store import dump_json
from smartplus_admin.sandbox.wire import Call, cut_page, make_page

PRIMARY = {  # docs sdk: the words of filtering.primary_status by level
    Level.CAMPAIGN: "ALL NOT_DELETE DELETE DISABLE NOT_DELIVERY DELIVERY_OK",
    Level.ADGROUP: "ALL NOT_DELETE DELETE DISABLE NOT_DELIVERY DELIVERY_OK TIME_DONE FROZEN RF_CLOSED",
    Level.AD: "ALL NOT_DELETE DELETE DISABLE NOT_DELIVERY DELIVERY_OK TIME_DONE FROZEN RF_CLOSED CLOSED",
}
ALWAYS = {Level.AD: ("advertiser_id", "smart_plus_ad_id")}  # docs: come back whatever `fields` says
PARENT_FILTERS = {  # filter → the level whose body holds it
    "objective_type": Level.CAMPAIGN,
    "sales_destination": Level.CAMPAIGN,
    "optimization_goal": Level.ADGROUP,
    "promotion_type": Level.ADGROUP,
}


def get_campaigns(call: Call) -> dict[str, Any]:
    return _get(call, Level.CAMPAIGN)


def get_adgroups(call: Call) -> dict[str, Any]:
    return _get(call, Level.ADGROUP)


def get_ads(call: Call) -> dict[str, Any]:
    return _get(call, Level.AD)


def _get(call: Call, level: Level) -> dict[str, Any]:
    filtering = Call(
        call.db, call.config, call.object("filtering"), call.now, call.advertiser_id, call.account, call.token
    )
    fields = call.texts("fields", most=10**4)
    page, size = call.page(most=limits.PAGE_SIZE[level.value])
    where, values, primary, secondary = _build_filter(filtering, level)
    if secondary or primary not in ("STATUS_ALL", "STATUS_NOT_DELETE", "STATUS_DELETE"):
        entities = select_entities(call.db, where, values)
        family = open_family(call, entities)
        kept = [row for row in entities if _fits(level, family.derive(row), primary, secondary)]
        result = cut_page(kept, page, size)
    else:
        total = count_entities(call.db, where, values)
        rows = select_entities(call.db, where, values, limit=size, offset=(page - 1) * size)
        family = open_family(call, rows)
        result = make_page(rows, total, page, size)
    bodies = [family.render(row) for row in result["list"]]
    if fields:
        wanted = {*fields, *ALWAYS.get(level, ())}
        bodies = [{name: value for name, value in body.items() if name in wanted} for body in bodies]
    return {**result, "list": bodies}


def _build_filter(filtering: Call, level: Level) -> tuple[str, list[Any], str, str]:
    """SQL for what is stored; the two statuses come back because they are derived."""
    where = ["advertiser_id = ?", "level = ?"]
    values: list[Any] = [filtering.advertiser_id, level.value]
    for other in Level:
        if other is level or other is level.parent or (level is Level.AD and other is Level.CAMPAIGN):
            keys = filtering.texts(other.ids_member)
            if keys:
                column = "id" if other is level else other.id_member
                where.append(f"{column} IN (SELECT value FROM json_each(?))")
                values.append(dump_json(keys))
    name = filtering.text(level.name_member) if level is not Level.AD else ""
    if name:
        where.append("instr(lower(name), lower(?)) > 0")
        values.append(name)
    for member, holder in PARENT_FILTERS.items():
        word = filtering.text(member)
        if word and holder in (level, level.parent, Level.CAMPAIGN):
            source = f"(SELECT id FROM entity WHERE level = ? AND json_extract(body, '$.{member}') = ?)"
            where.append(f"{'id' if holder is level else holder.id_member} IN {source}")
            values += [holder.value, word]
    for member, test in (
        ("creation_filter_start_time", "created_at >= ?"),
        ("creation_filter_end_time", "created_at <= ?"),
        ("modified_after", "modified_at > ?"),
    ):
        text = filtering.text(member)
        if text:
            try:
                values.append(read_time(text))
            except ValueError as error:
                raise refuse_parameter(f"filtering.{member}", "must be YYYY-MM-DD HH:MM:SS.") from error
            where.append(test)
    secondary = filtering.text("secondary_status")
    primary = filtering.text("primary_status")
    if primary and primary.removeprefix("STATUS_") not in PRIMARY[level].split():
        raise refuse_parameter("filtering.primary_status", f"{primary} is not a valid value.")
    if not primary:
        primary = (
            "STATUS_DELETE" if secondary and statuses.is_deleted(level, secondary) else "STATUS_NOT_DELETE"
        )
    if primary != "STATUS_ALL":
        where.append("deleted_with <> ''" if primary == "STATUS_DELETE" else "deleted_with = ''")
    return " AND ".join(where), values, primary, secondary


def _fits(level: Level, status: str, primary: str, secondary: str) -> bool:
    if secondary and status != secondary:
        return False
    return (
        primary in ("STATUS_ALL", "STATUS_NOT_DELETE", "STATUS_DELETE")
        or statuses.find_primary(level, status) == primary
    )
