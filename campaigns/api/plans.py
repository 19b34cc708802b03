"""Plans as REST shows them. Amounts and times are in REST's shapes; on the wire to TikTok they are numbers and its own form."""

from typing import Any

from campaigns.api.trees import show_value, write_bound
from campaigns.contract.members import find_member
from campaigns.contract.money import Currency
from campaigns.rules.repair import Exposed, Repair
from campaigns.sync.plan import FieldLine, Plan, Step


def show_summary(plan: Plan, money: Currency) -> dict[str, Any]:
    return {
        "creates": plan.creates,
        "calls": plan.calls,
        "exposure": _show_exposure(plan.exposure, money),
    }


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
