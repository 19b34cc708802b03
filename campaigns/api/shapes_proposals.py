"""What REST takes and gives about proposals: what is asked for, what it costs, and what was decided."""

from typing import Any

from campaigns.api.shapes import (
    AMOUNT,
    AMOUNT_OR_NULL,
    ANYTHING,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    Finding,
    ObjectLevel,
    Shape,
    Words,
    words,
)
from campaigns.api.shapes_learning import COUNT, FLAG, SHARE, LearningPhase, show_time_or_null
from campaigns.api.trees import show_time, show_value
from campaigns.contract.members import find_member
from campaigns.models import Decision, Proposal, ProposalItem
from campaigns.services.desk import Card, Line

OBJECT: dict[str, Any] = {"type": "object"}


class ProposalState(Words):
    about = "The state of a proposal. waiting, bounded: decided, and goes by itself."
    known = tuple(Proposal.State.values)


class ReceiptState(Words):
    about = "What became of one item of a proposal."
    known = tuple(ProposalItem.Receipt.values)


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
    about = (
        "`moved`: what is live is no longer what it was when it was asked for. `percent`: from `before` to `after`, where "
        "both are amounts."
    )
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
                    "at": show_time_or_null(item.settled_at),
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
