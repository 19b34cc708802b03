"""Plans as REST shows them. Amounts and times are in REST's shapes; on the wire to TikTok they are numbers and its own form."""

from typing import Any

from campaigns.api.trees import show_time, show_value, write_bound
from campaigns.contract.members import find_member
from campaigns.contract.money import Currency
from campaigns.rules.repair import Exposed, Repair
from campaigns.services.forecasting import Cost, GroupOutlook, Outlook
from campaigns.sync.plan import FieldLine, Plan, Step


def show_summary(plan: Plan, money: Currency) -> dict[str, Any]:
    return {
        "creates": plan.creates,
        "calls": plan.calls,
        "exposure": _show_exposure(plan.exposure, money),
    }


def show_forecast(outlook: Outlook | None, money: Currency) -> dict[str, Any] | None:
    if outlook is None:
        return None
    weakest = outlook.weakest.chance
    return {
        "adgroups": [_show_group(group, money) for group in outlook.adgroups],
        "results_per_week": _round(outlook.per_week, 1),
        "chance": None if outlook.unknown else _round(weakest, 3),
        "enough": outlook.enough,
        "enough_per_day": write_bound(money, outlook.enough_per_day),
        "unknown": outlook.unknown or None,
    }


def _show_group(group: GroupOutlook, money: Currency) -> dict[str, Any]:
    week = group.per_week
    return {
        "path": group.path,
        "label": group.label,
        "budget_per_day": write_bound(money, group.budget_per_day),
        "cost": _show_cost(group.cost, money) if group.cost else None,
        "results_per_week": [_round(edge, 1) for edge in (week.low, week.middle, week.high)]
        if week
        else None,
        "chance": _round(group.chance, 3),
        "enough_per_day": write_bound(money, group.enough_per_day),
        "unknown": group.unknown or None,
    }


def _show_cost(cost: Cost, money: Currency) -> dict[str, Any]:
    past = cost.past
    return {
        "amount": money.write(money.quantize(cost.amount)),
        "source": "past" if past else "target",
        "conversions": past.conversions if past else None,
        "first": past.first.isoformat() if past else None,
        "last": past.last.isoformat() if past else None,
        "read_at": show_time(past.read_at) if past else None,
    }


def _round(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


def show_repair(repair: Repair, money: Currency) -> dict[str, Any]:
    return {
        "label": repair.label,
        "changes": [{"path": change.path, "value": change.value} for change in repair.changes],
        "raises_exposure": repair.raises_exposure,
        "exposure_before": _show_exposure(repair.exposure_before, money),
        "exposure_after": _show_exposure(repair.exposure_after, money),
    }


def show_plan(plan: Plan, money: Currency) -> dict[str, Any]:
    return {
        **show_summary(plan, money),
        "uploads": list(plan.uploads),
        "steps": [_show_step(step, money) for step in (*plan.steps, *plan.updates)],
    }


def _show_exposure(exposure: Exposed, money: Currency) -> dict[str, Any]:
    return {
        "currency": money.code,
        "worst_day": write_bound(money, exposure.day),
        "worst_week": write_bound(money, exposure.week),
        "total": write_bound(money, exposure.total),
    }


def _show_step(step: Step, money: Currency) -> dict[str, Any]:
    return {
        "level": step.level.value,
        "path": step.path,
        "label": step.label,
        "endpoint": step.endpoint,
        "fields": [_show_field(step, line, money) for line in step.fields],
    }


def _show_field(step: Step, line: FieldLine, money: Currency) -> dict[str, Any]:
    member = find_member(step.level, line.name)
    return {
        "path": line.path,
        "name": line.name,
        "typed": show_value(step.level, member, line.typed, money),
        "sent": show_value(step.level, member, line.sent, money),
        "remote": show_value(step.level, member, line.held, money),
        "because": line.rewrite.because if line.rewrite else None,
    }
