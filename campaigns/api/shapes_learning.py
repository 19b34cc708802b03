"""What REST takes and gives about learning, proposals and the envelope."""

from collections.abc import Mapping
from typing import Any

from campaigns.analysis.forecast import Moments
from campaigns.analysis.learning import Entry, State
from campaigns.api.shapes import (
    AMOUNT,
    ANYTHING,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    Finding,
    ObjectLevel,
    Shape,
    Words,
    words,
)
from campaigns.api.trees import show_time, show_value, write_bound
from campaigns.contract.members import find_member
from campaigns.models import Decision, Proposal, ProposalItem
from campaigns.rules.edits import LockFacts
from campaigns.services.desk import Card, Line
from campaigns.services.learning import Standing
from campaigns.services.locks import weigh_lock

SHARE: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
COUNT: dict[str, Any] = {"type": "number"}
FLAG: dict[str, Any] = {"type": "boolean"}
TIME_OR_NULL: dict[str, Any] = {**TIME, "type": ["string", "null"]}
AMOUNT_OR_NULL: dict[str, Any] = {**AMOUNT, "type": ["string", "null"]}
OBJECT: dict[str, Any] = {"type": "object"}


class LearningPhase(Words):
    about = "Where an ad group stands in learning. stuck: the days are over with results short; open."
    known = tuple(state.value for state in State)


class ProposalState(Words):
    about = "The state of a proposal. waiting, bounded: decided, and goes by itself."
    known = tuple(Proposal.State.values)


class ReceiptState(Words):
    about = "What became of one item of a proposal."
    known = tuple(ProposalItem.Receipt.values)


class Interval(Shape):
    about = (
        "An 80 % interval in time with its median; null = beyond the 14 days about which anything is said."
    )
    members = {"low": TIME_OR_NULL, "middle": TIME_OR_NULL, "high": TIME_OR_NULL}


class ExitForecast(Shape):
    about = (
        "When TikTok lets the ad group leave learning, estimated: TikTok shows no state. `by_now`: the chance that it has "
        "already; `in_time`: that it does within the learning days; `per_day`: results a day, 80 % interval."
    )
    members = {
        "at": Interval,
        "by_now": SHARE,
        "in_time": SHARE,
        "per_day": {"type": "array", "items": COUNT, "minItems": 3, "maxItems": 3},
    }


class Lock(Shape):
    about = "Our lock: while it holds, a change is a proposal. It opens at `opens_at` at the latest."
    members = {"locked": FLAG, "opens_at": TIME_OR_NULL, "expected": (Interval, None)}


class LedgerEntry(Shape):
    about = "What happened. `chance`: that it starts learning anew; `reset`: it is booked so; `lost`: results gathered before."
    members = {
        "at": TIME,
        "kind": words("edited", "found", "stopped", "started"),
        "what": TEXT,
        "by": TEXT,
        "ref": TEXT,
        "chance": SHARE,
        "reset": FLAG,
        "lost": COUNT,
    }


class LearningRow(Shape):
    about = (
        "Where an ad group stands in learning, computed from daily results and edits; `why` says it in words. `results` are "
        "counted since `began`; parts of days are taken pro rata."
    )
    members = {
        "id": {**NUMBER, "description": "our id of the ad group"},
        "adgroup_id": TEXT,
        "adgroup_name": TEXT,
        "campaign": NUMBER,
        "advertiser_id": TEXT,
        "state": LearningPhase,
        "since": TIME_OR_NULL,
        "began": TIME_OR_NULL,
        "results": COUNT,
        "needed": NUMBER,
        "resets": NUMBER,
        "exit": (ExitForecast, None),
        "lock": Lock,
        "spend_per_day": AMOUNT_OR_NULL,
        "why": TEXT,
        "entries": [LedgerEntry],
    }

    def to_representation(self, row: Standing) -> dict[str, Any]:
        return show_standing(row)


class LearningState(Shape):
    about = "Where a campaign or an ad stands: where its most locked ad group does."
    members = {"state": LearningPhase, "locked": FLAG, "opens_at": TIME_OR_NULL}


class ProposedItem(Shape):
    about = "One object's change, by our id. `version`: the one you looked at."
    members = {"level": ObjectLevel, "id": NUMBER, "version": NUMBER, "changes": OBJECT}
    optional = ("version",)


class Bounds(Shape):
    about = (
        "An approval within bounds: while the live value lies between `least` and `most`, and is raised by at most `raise_by` "
        "percent, until `until`."
    )
    members = {
        "member": TEXT,
        "least": AMOUNT,
        "most": AMOUNT,
        "raise_by": {**AMOUNT, "examples": ["20"]},
        "until": TIME,
    }
    optional = ("member", "least", "most", "raise_by", "until")


class ProposalOrder(Shape):
    about = "A change that needs a manager, or a bundle of them; all of one account."
    members = {"items": [ProposedItem], "reason": TEXT, "bounds": Bounds, "valid_until": TIME}
    optional = ("bounds", "valid_until")


class Counter(Shape):
    about = "Other values for members that an item changes, by the item's position."
    members = {"item": NUMBER, "changes": OBJECT}


class Answer(Shape):
    about = "`version` is the one you looked at. `comment` is needed to return or to refuse."
    members = {
        "version": {**NUMBER, "description": "may stand in If-Match instead"},
        "comment": TEXT,
        "counter": [Counter],
        "bounds": Bounds,
    }
    optional = ("version", "comment", "counter", "bounds")


class CostOfGroup(Shape):
    members = {
        "id": NUMBER,
        "label": TEXT,
        "state": LearningPhase,
        "results": TEXT,
        "expected_days": COUNT,
        "expected_money": AMOUNT_OR_NULL,
    }


class Cost(Shape):
    about = (
        "What it costs in learning: `expected_*` with the chance in them, `days` and `money` the 80 % interval if it starts "
        "anew. Null where nobody knows the spend."
    )
    members = {
        "chance": SHARE,
        "because": TEXT,
        "expected_days": COUNT,
        "days": {"type": ["array", "null"], "items": COUNT},
        "expected_money": AMOUNT_OR_NULL,
        "money": {"type": ["array", "null"], "items": AMOUNT},
        "adgroups": [CostOfGroup],
    }


class WorstCase(Shape):
    members = {"worst_day": AMOUNT_OR_NULL, "worst_week": AMOUNT_OR_NULL, "total": AMOUNT_OR_NULL}


class BothExposures(Shape):
    members = {"before": WorstCase, "after": WorstCase}


class ItemReceipt(Shape):
    about = "What became of an item; `change` is its row in the journal once it is on its way."
    members = {
        "state": ReceiptState,
        "note": TEXT,
        "change": {"type": ["integer", "null"]},
        "at": TIME_OR_NULL,
    }


class ItemLine(Shape):
    about = "`moved`: what is live is no longer what it was when it was asked for."
    members = {
        "path": TEXT,
        "before": ANYTHING,
        "after": ANYTHING,
        "counter": ANYTHING,
        "live": ANYTHING,
        "moved": FLAG,
        "percent": {"type": ["number", "null"]},
    }


class Item(Shape):
    members = {
        "position": NUMBER,
        "level": ObjectLevel,
        "id": NUMBER,
        "label": TEXT,
        "campaign": NUMBER,
        "lines": [ItemLine],
        "findings": [Finding],
        "cost": (Cost, None),
        "exposure": BothExposures,
        "receipt": ItemReceipt,
    }


class DecisionRow(Shape):
    about = "One step of a proposal; no actor: it happened by itself."
    members = {
        "at": TIME,
        "actor": TEXT_OR_NULL,
        "act": words(*Decision.Act.values),
        "version": NUMBER,
        "comment": TEXT,
    }


class ProposalRow(Shape):
    about = "A proposal as it stands. `stale`: a live value moved, so that an approval would fall."
    members = {
        "id": NUMBER,
        "version": NUMBER,
        "state": ProposalState,
        "stale": FLAG,
        "emergency": FLAG,
        "advertiser_id": TEXT,
        "currency": TEXT,
        "asked_by": TEXT,
        "reason": TEXT,
        "created_at": TIME,
        "changed_at": TIME,
        "valid_until": TIME,
        "decided_by": TEXT_OR_NULL,
        "bounds": (Bounds, None),
        "at_risk": AMOUNT,
        "items": [Item],
        "decisions": [DecisionRow],
    }

    def to_representation(self, row: Card) -> dict[str, Any]:
        return show_card(row)


class EnvelopeState(Shape):
    about = (
        "`amount`: the most the account may be exposed to on one day, null where none is set. `worst_day`: what is live may "
        "spend; `held`: what approvals wait to add; `room`: what is left. Null = no bound."
    )
    members = {
        "advertiser_id": TEXT,
        "currency": TEXT,
        "amount": AMOUNT_OR_NULL,
        "held": AMOUNT_OR_NULL,
        "worst_day": AMOUNT_OR_NULL,
        "room": AMOUNT_OR_NULL,
        "set_by": TEXT_OR_NULL,
        "set_at": TIME_OR_NULL,
        "reason": TEXT_OR_NULL,
    }


class EnvelopeOrder(Shape):
    members = {"amount": AMOUNT, "reason": TEXT}


def add_learning(tree: dict[str, Any], standings: Mapping[int, Standing]) -> None:
    """Puts into a tree as REST shows it where each of its objects stands; what TikTok does not hold stays unknown."""
    if standings:
        tree["learning"] = _show_lock(weigh_lock(standings.values()))
    for group in tree["adgroups"]:
        standing = standings.get(group["id"])
        if standing is None:
            continue
        group["learning"] = show_standing(standing)
        for ad in group["ads"]:
            ad["learning"] = _show_lock(weigh_lock([standing]))


def _show_lock(lock: LockFacts) -> dict[str, Any]:
    return {"state": lock.phase.value, "locked": lock.locked, "opens_at": _time(lock.opens_at)}


def show_standing(row: Standing) -> dict[str, Any]:
    group, ledger = row.adgroup, row.ledger
    return {
        "id": group.pk,
        "adgroup_id": group.remote_id,
        "adgroup_name": group.name,
        "campaign": group.campaign_id,
        "advertiser_id": group.campaign.advertiser.advertiser_id,
        "state": ledger.state.value,
        "since": _time(ledger.since),
        "began": _time(ledger.began),
        "results": float(ledger.results),
        "needed": ledger.needed,
        "resets": len(ledger.resets),
        "exit": row.exit
        and {
            "at": _show_moments(row.exit.exit),
            "by_now": round(row.exit.by_now, 3),
            "in_time": round(row.exit.in_time, 3),
            "per_day": [
                round(edge or 0.0, 2)
                for edge in (row.exit.per_day.low, row.exit.per_day.middle, row.exit.per_day.high)
            ],
        },
        "lock": {
            "locked": ledger.locked,
            "opens_at": _time(ledger.opens_at),
            "expected": row.lock_opens and _show_moments(row.lock_opens),
        },
        "spend_per_day": write_bound(group.campaign.advertiser.money, row.spend_per_day),
        "why": ledger.why,
        "entries": [_show_entry(entry) for entry in ledger.entries],
    }


def show_card(card: Card) -> dict[str, Any]:
    row = card.proposal
    return {
        "id": row.pk,
        "version": row.version,
        "state": row.state,
        "stale": card.stale or row.state == Proposal.State.STALE,
        "emergency": row.emergency,
        "advertiser_id": row.advertiser.advertiser_id,
        "currency": row.advertiser.currency,
        "asked_by": row.asked_by.username,
        "reason": row.reason,
        "created_at": show_time(row.created_at),
        "changed_at": show_time(row.changed_at),
        "valid_until": show_time(row.valid_until),
        "decided_by": row.decided_by.username if row.decided_by else None,
        "bounds": row.bounds,
        "at_risk": f"{card.at_risk:.2f}",
        "items": [
            {
                "position": item.position,
                "level": item.target.level.value,
                "id": item.target.pk,
                "label": item.target.label,
                "campaign": item.campaign_id,
                "lines": [_show_line(item, line) for line in lines],
                "findings": item.findings,
                "cost": item.cost,
                "exposure": item.exposure,
                "receipt": {
                    "state": item.receipt,
                    "note": item.note,
                    "change": item.change_id,
                    "at": _time(item.settled_at),
                },
            }
            for item, lines in card.items
        ],
        "decisions": [
            {
                "at": show_time(step.at),
                "actor": step.actor.username if step.actor else None,
                "act": step.act,
                "version": step.version,
                "comment": step.comment,
            }
            for step in row.decisions.all()
        ],
    }


def _show_line(item: ProposalItem, line: Line) -> dict[str, Any]:
    level, money = item.target.level, item.campaign.advertiser.money
    member = find_member(level, line.path)

    def show(value: Any) -> Any:
        return show_value(level, member, value, money)

    return {
        "path": line.path,
        "before": show(line.before),
        "after": show(line.after),
        "counter": show(line.counter),
        "live": show(line.live),
        "moved": line.moved,
        "percent": None if line.percent is None else float(line.percent),
    }


def _show_entry(entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {
        "at": show_time(event.at),
        "kind": event.kind.value,
        "what": event.what,
        "by": event.by,
        "ref": event.ref,
        "chance": round(entry.chance, 3),
        "reset": entry.reset,
        "lost": float(entry.lost),
    }


def _show_moments(moments: Moments) -> dict[str, Any]:
    return {"low": _time(moments.low), "middle": _time(moments.middle), "high": _time(moments.high)}


def _time(moment: Any) -> str | None:
    return show_time(moment) if moment else None
