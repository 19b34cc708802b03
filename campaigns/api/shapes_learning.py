"""What REST gives about learning: where an ad group stands, and until when its lock holds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.analysis.forecast import Moments
from campaigns.analysis.learning import Entry, State
from campaigns.api.shapes import AMOUNT_OR_NULL, NUMBER, TEXT, TIME, TIME_OR_NULL, Shape, Words, words
from campaigns.api.trees import show_time, write_bound
from campaigns.rules.edits import LockFacts
from campaigns.services.learning import Standing
from campaigns.services.locks import weigh_lock

SHARE: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
COUNT: dict[str, Any] = {"type": "number"}
FLAG: dict[str, Any] = {"type": "boolean"}


class LearningPhase(Words):
    about = "Where an ad group stands in learning. stuck: the days are over with results short; open."
    known = tuple(state.value for state in State)


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
    return {"state": lock.phase.value, "locked": lock.locked, "opens_at": show_time_or_null(lock.opens_at)}


def show_standing(row: Standing) -> dict[str, Any]:
    group, ledger = row.adgroup, row.ledger
    return {
        "id": group.pk,
        "adgroup_id": group.remote_id,
        "adgroup_name": group.name,
        "campaign": group.campaign_id,
        "advertiser_id": group.campaign.advertiser.advertiser_id,
        "state": ledger.state.value,
        "since": show_time_or_null(ledger.since),
        "began": show_time_or_null(ledger.began),
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
            "opens_at": show_time_or_null(ledger.opens_at),
            "expected": row.lock_opens and _show_moments(row.lock_opens),
        },
        "spend_per_day": write_bound(group.campaign.advertiser.money, row.spend_per_day),
        "why": ledger.why,
        "entries": [_show_entry(entry) for entry in ledger.entries],
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
    return {
        "low": show_time_or_null(moments.low),
        "middle": show_time_or_null(moments.middle),
        "high": show_time_or_null(moments.high),
    }


def show_time_or_null(moment: datetime | None) -> str | None:
    return show_time(moment) if moment else None
