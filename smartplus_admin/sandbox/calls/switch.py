"""Status calls of the three levels and the budget call of ad groups (R15, R19, R88).

Campaigns and ad groups report failures per id with code 0; ads and budgets are all or nothing (U16: assumed for ads).
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.contract import limits
from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from campaigns.contract.shape import read_money
from smartplus_admin.sandbox.calls.objects import TITLES, find_living, keep_gate
from smartplus_admin.sandbox.changes import record_change, record_deletion
from smartplus_admin.sandbox.clock import to_moment
from smartplus_admin.sandbox.entities import Entity, find_entity, list_children
from smartplus_admin.sandbox.errors import refuse_missing, refuse_parameter
from smartplus_admin.sandbox.judge.budget import check_adgroup_budget
from smartplus_admin.sandbox.judge.case import Case
from smartplus_admin.sandbox.judge.table import refuse_first
from smartplus_admin.sandbox.life.purses import tell_spent
from smartplus_admin.sandbox.wire import Call

OPERATIONS = ("ENABLE", "DISABLE", "DELETE")


def switch_campaigns(call: Call) -> dict[str, Any]:
    return _switch_each(call, Level.CAMPAIGN)


def switch_adgroups(call: Call) -> dict[str, Any]:
    return _switch_each(call, Level.ADGROUP)


def switch_ads(call: Call) -> dict[str, Any]:
    keys = call.texts(Level.AD.ids_member, required=True, most=limits.STATUS_IDS)
    operation = _read_operation(call)
    ads = [find_living(call, Level.AD, key) for key in keys]
    keep_gate(call, ads)
    for ad in ads:
        if ad.operation_status == "FROZEN" and operation == "ENABLE":  # 9.1: ended, cannot be enabled
            raise refuse_parameter("operation_status", f"ad {ad.id} has ended and cannot be enabled.")
        set_switch(call, ad, operation)
    return {"smart_plus_ad_ids": keys, "status": operation}


def set_switch(call: Call, entity: Entity, operation: str) -> None:
    if operation == "DELETE":
        record_deletion(call.db, entity, call.doer, call.now)
        return
    entity.operation_status = operation
    entity.modified_at = call.now
    record_change(call.db, entity, call.doer, call.now)


def _switch_each(call: Call, level: Level) -> dict[str, Any]:
    keys = call.texts(level.ids_member, required=True, most=limits.STATUS_IDS)
    operation = _read_operation(call)
    done: list[dict[str, str]] = []
    failed: list[dict[str, str]] = []
    for key in keys:
        entity = find_entity(call.db, level, key, call.advertiser_id)
        if entity is None:
            text = f"{TITLES[level]} does not exist. {level.id_member} {key}."  # docs
        elif entity.deleted:
            text = f"{TITLES[level]} has been deleted and cannot be changed. {level.id_member} {key}."
        elif entity.operation_status == "FROZEN" and operation == "ENABLE":
            text = f"{TITLES[level]} has ended and cannot be enabled. {level.id_member} {key}."
        else:
            set_switch(call, entity, operation)
            done.append({level.id_member: key, "status": operation})
            continue
        failed.append({level.id_member: key, "error_message": text})
    return {f"{level.value}_list": done, "error_list": failed}


def refuse_each(call: Call) -> dict[str, Any]:
    """The answer where no campaign or ad group can be switched, whatever is the matter with it."""
    level = next(item for item in (Level.CAMPAIGN, Level.ADGROUP) if call.read(item.ids_member))
    keys = call.texts(level.ids_member, required=True, most=limits.STATUS_IDS)
    text = f"{TITLES[level]} cannot be changed now."
    failed = [{level.id_member: key, "error_message": f"{text} {level.id_member} {key}."} for key in keys]
    return {f"{level.value}_list": [], "error_list": failed}


def _read_operation(call: Call) -> str:
    operation = call.text("operation_status", required=True)
    if operation not in OPERATIONS:
        raise refuse_parameter("operation_status", f"must be one of {', '.join(OPERATIONS)}.")
    return operation


def set_adgroup_budgets(call: Call) -> dict[str, Any]:
    """Now, or at the next midnight of the account (R19)."""
    lists = {name: call.read(name) for name in ("budget", "scheduled_budget")}
    given = [name for name, value in lists.items() if value]
    if len(given) != 1:
        raise refuse_parameter("budget", "exactly one of budget and scheduled_budget is needed.")
    name = given[0]
    items = lists[name]
    if (
        not isinstance(items, list)
        or len(items) > limits.STATUS_IDS
        or not all(isinstance(item, dict) for item in items)
    ):
        raise refuse_parameter(name, f"must be a list of 1 to {limits.STATUS_IDS} objects.")
    for item in items:
        if not item.get("adgroup_id") or item.get(name) in (None, ""):
            raise refuse_missing(f"{name}.adgroup_id", f"{name}.{name}")
        _set_budget(call, find_living(call, Level.ADGROUP, str(item["adgroup_id"])), name, item[name])
    return {}


def _set_budget(call: Call, adgroup: Entity, name: str, raw: object) -> None:
    campaign = find_living(call, Level.CAMPAIGN, adgroup.campaign_id)
    pooled = campaign.body.get("budget_optimize_on", True)
    if pooled and (
        name == "budget" or not (adgroup.body.get("min_budget") or adgroup.body.get("max_budget"))
    ):
        raise refuse_parameter(name, f"the campaign of ad group {adgroup.id} optimizes its budget (CBO).")
    try:
        amount = float(read_money(raw))  # numeric text is accepted here (C43)
    except ValueError as error:
        raise refuse_parameter(name, "must be a number.") from error
    others = list_children(call.db, Level.ADGROUP, "campaign_id", [adgroup.campaign_id])
    body = {**adgroup.body, "budget": amount}
    refuse_first(
        check_adgroup_budget(
            Case(
                level=Level.ADGROUP,
                body=body,
                sent=frozenset({"budget"}),
                before=adgroup.body,
                lenient=call.config.lenient,
                spark_rule=call.config.spark_rule,
                now=call.now,
                account=call.account,
                shelf=call.shelf,
                campaign=campaign.body,
                adgroup=body,
                siblings=tuple(row for row in others if row.id != adgroup.id),
                unlike="",
                spent=tell_spent(
                    call.db, adgroup, call.now, CURRENCIES[str(call.account["currency"])].decimals
                ),
            )
        )
    )
    if name == "budget":
        adgroup.body = body
    else:
        member = "max_budget" if pooled else "budget"
        adgroup.facts["scheduled"] = {"member": member, "budget": amount, "at": find_next_midnight(call)}
    adgroup.modified_at = call.now
    record_change(call.db, adgroup, call.doer, call.now)


def find_next_midnight(call: Call) -> float:
    zone = ZoneInfo(str(call.account["timezone"]))
    tomorrow = to_moment(call.now).astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).timestamp()
