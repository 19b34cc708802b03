"""What REST says of what was read back: daily results, drift and what becomes of it, surprises."""

from collections.abc import Iterable
from typing import Any

from campaigns.api.rows import ChangeRow
from campaigns.api.shapes import (
    AMOUNT_OR_NULL,
    ANYTHING,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    Acknowledgement,
    Finding,
    ObjectLevel,
    Shape,
    words,
)
from campaigns.api.shapes_proposals import ProposalRow
from campaigns.api.trees import show_time, show_value, write_bound
from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.contract.money import Currency
from campaigns.models import Result, Surprise
from campaigns.services.drifting import Left
from campaigns.sync.attribution import UNKNOWN, Origin
from campaigns.sync.drift import Drift

COUNT = {"type": ["integer", "null"]}
DAY = {"type": "string", "format": "date"}


class ResultRow(Shape):
    about = (
        "One object's numbers of one day of its account's zone. A day that is missing is unknown, not 0; null: TikTok gave no "
        "number. `conversions` are dated by the impression, `real_time_conversions` by the event."
    )
    members = {
        "id": NUMBER,
        "day": DAY,
        "advertiser_id": TEXT,
        "level": ObjectLevel,
        "object": {**NUMBER, "description": "our id"},
        "remote_id": TEXT_OR_NULL,
        "currency": TEXT,
        "spend": AMOUNT_OR_NULL,
        "value": AMOUNT_OR_NULL,
        "impressions": COUNT,
        "clicks": COUNT,
        "results": COUNT,
        "conversions": COUNT,
        "real_time_conversions": COUNT,
        "read_at": TIME,
    }

    def to_representation(self, row: Result) -> dict[str, Any]:
        thing, money = row.target, row.advertiser.money
        return {
            "id": row.pk,
            "day": row.day.isoformat(),
            "advertiser_id": row.advertiser.advertiser_id,
            "level": thing.level.value,
            "object": thing.pk,
            "remote_id": thing.remote_id,
            "currency": money.code,
            "spend": write_bound(money, row.spend),
            "value": write_bound(money, row.value),
            "impressions": row.impressions,
            "clicks": row.clicks,
            "results": row.results,
            "conversions": row.conversions,
            "real_time_conversions": row.real_time_conversions,
            "read_at": show_time(row.read_at),
        }


class DriftOrigin(Shape):
    about = (
        "Who did it, as TikTok's change log says; `who` empty: unknown, and `unread` where the log was not asked since. It "
        "happened between `since` and `at`. `ours`: it was changed here and TikTok was not brought to it."
    )
    members = {
        "who": TEXT,
        "how": TEXT,
        "since": TIME_OR_NULL,
        "at": TIME_OR_NULL,
        "ours": {"type": "boolean"},
        "unread": {"type": "boolean"},
    }


class Difference(Shape):
    about = (
        "One member that TikTok holds otherwise. `path` counts from the tree's root (`adgroups/0/budget`); an object made "
        "elsewhere stands at `strangers/7`. `twin`: nobody else made that one, a call of ours without an answer made it twice."
    )
    members = {
        "path": TEXT,
        "label": TEXT,
        "target": TEXT,
        "member": TEXT,
        "wanted": ANYTHING,
        "remote": ANYTHING,
        "twin": {"type": "boolean"},
        "origin": DriftOrigin,
    }


class DriftingCampaign(Shape):
    members = {
        "id": {**NUMBER, "description": "our id of the campaign"},
        "campaign_id": TEXT_OR_NULL,
        "campaign_name": TEXT,
        "advertiser_id": TEXT,
        "since": TIME,
        "differences": [Difference],
    }


class DriftOrder(Shape):
    about = (
        "`paths` are those of the drift; without it all of the campaign's is meant, but for what was made elsewhere, which is "
        "named or left. `acknowledge` and `reason`, which a manager reads, are heard by keep only."
    )
    members = {
        "campaign": {**NUMBER, "description": "our id"},
        "paths": {"type": ["array", "null"], "items": TEXT},
        "acknowledge": [(TEXT, Acknowledgement)],
        "reason": TEXT,
    }
    optional = ("paths", "acknowledge", "reason")


class CampaignRead(Shape):
    about = (
        "`moved`: how many objects of the tree stood otherwise than at the last reading. `shown` false: TikTok did not show "
        "the campaign, and its row stands as it was; once that cannot be an old answer any more it is taken for `gone`."
    )
    members = {
        "read_at": {**TIME, "description": "when the reading began"},
        "moved": NUMBER,
        "shown": {"type": "boolean"},
        "gone": {"type": "boolean"},
    }


class Retried(Shape):
    about = "One change for each object whose change is tried again; `before` holds what had stopped it."
    members = {"changes": [ChangeRow]}


class DriftLeft(Shape):
    about = "What was not decided along and stands as it stood, and why."
    members = {"path": TEXT, "label": TEXT, "why": TEXT}


class DriftKept(Shape):
    about = "What is on its way to TikTok; `proposal` is what the gate did not let through, it waits for a manager."
    members = {"changes": [ChangeRow], "left": [DriftLeft], "proposal": ProposalRow}
    optional = ("proposal",)


class DriftTaken(Shape):
    about = "What TikTok holds is wanted from now on; nothing is sent. `findings`: what our rules say of it all the same."
    members = {"changes": [ChangeRow], "findings": [Finding], "left": [DriftLeft]}


class StrangerOrder(Shape):
    about = "The yes to what cannot be undone: `removes-for-good`."
    members = {"acknowledge": [(TEXT, Acknowledgement)]}
    optional = ("acknowledge",)


class StrangerRemoved(Shape):
    about = "The removal is on its way to TikTok."
    members = {"changes": [ChangeRow]}


class SurpriseRow(Shape):
    about = (
        "refused: TikTok refused what our rules had passed. accepted: TikTok holds what they refuse. `rules_version` names the "
        "rules that were asked."
    )
    members = {
        "id": NUMBER,
        "at": TIME,
        "kind": words(*Surprise.Kind.values),
        "advertiser_id": TEXT,
        "campaign": NUMBER,
        "target": TEXT,
        "label": TEXT,
        "endpoint": TEXT,
        "code": COUNT,
        "message": TEXT,
        "request": {"type": "object", "additionalProperties": ANYTHING},
        "answer": {"type": "object", "additionalProperties": ANYTHING},
        "rules_version": TEXT,
    }

    def to_representation(self, row: Surprise) -> dict[str, Any]:
        return {
            "id": row.pk,
            "at": show_time(row.at),
            "kind": row.kind,
            "advertiser_id": row.advertiser.advertiser_id,
            "campaign": row.campaign_ref,
            "target": row.target,
            "label": row.label,
            "endpoint": row.endpoint,
            "code": row.code,
            "message": row.message,
            "request": row.request,
            "answer": row.answer,
            "rules_version": row.rules_version,
        }


def show_difference(item: Drift, origin: Origin | None, money: Currency) -> dict[str, Any]:
    level = Level(item.target.partition("s/")[0])
    member = members_below(level, "").get(item.member)
    found = origin or UNKNOWN
    return {
        "path": item.path,
        "label": item.label,
        "target": item.target,
        "member": item.member,
        "wanted": show_value(level, member, item.wanted, money),
        "remote": show_value(level, member, item.remote, money),
        "twin": item.twin,
        "origin": {
            "who": found.who,
            "how": found.how,
            "since": show_time(found.since) if found.since else None,
            "at": show_time(found.at) if found.at else None,
            "ours": found.ours,
            "unread": found.unread,
        },
    }


def show_left(left: Iterable[Left]) -> list[dict[str, Any]]:
    return [{"path": item.drift.path, "label": item.drift.label, "why": item.why} for item in left]
