"""Rows of the lists that are no campaigns: described as shapes, and shown."""

from typing import Any

from campaigns.api.shapes import ANYTHING, NUMBER, TEXT, TEXT_OR_NULL, TIME, Shape, words
from campaigns.api.trees import show_time
from campaigns.models import Advertiser, Change, Flip
from campaigns.rules.authority import Role


class Account(Shape):
    members = {
        "advertiser_id": TEXT,
        "name": TEXT,
        "currency": TEXT,
        "timezone": {**TEXT, "description": "IANA name"},
        "country": TEXT,
        "role": words(*Role),
        "connection": words("connected", "refused", "disconnected"),
        "readiness": {
            "type": "object",
            "description": "What TikTok said when it was last asked, by kind: `ok` null is not known, `at` when. Kinds that were "
            "never asked are left out.",
            "properties": {
                "scopes": {
                    "type": "array",
                    "description": "the three that P8 asks for; `ok` null: not known",
                    "items": {
                        "type": "object",
                        "properties": {
                            "scope": TEXT,
                            "number": {
                                "type": ["integer", "null"],
                                "description": "null: TikTok publishes none",
                            },
                            "at": TIME,
                            "ok": {"type": ["boolean", "null"]},
                            "message": TEXT,
                            "code": {"type": ["integer", "null"]},
                        },
                    },
                }
            },
            "additionalProperties": True,
        },
    }

    def to_representation(self, row: Advertiser) -> dict[str, Any]:
        return {
            "advertiser_id": row.advertiser_id,
            "name": row.name,
            "currency": row.currency,
            "timezone": row.zone,
            "country": row.country,
            "role": row.own[0].role,  # type: ignore[attr-defined]  # queries.accounts_with_role brings it
            "connection": _say_connection(row),
            "readiness": row.readiness,
        }


def _say_connection(row: Advertiser) -> str:
    if row.disconnected_at:
        return "disconnected"
    return "refused" if row.connection.refused_at else "connected"


class DisconnectionOrder(Shape):
    members = {"leave_running": {"type": "boolean", "description": "what is live runs on, and spends"}}
    optional = ("leave_running",)


class ChangeRow(Shape):
    about = (
        "Who decided what. `target` is `campaign`, `adgroups/{id}` or `ads/{id}` by our ids. `origin`: the network address it "
        "came from; `token`: how the token began; empty where there was none. Typed again by PATCH, `before` undoes it."
    )
    members = {
        "id": NUMBER,
        "at": TIME,
        "actor": TEXT_OR_NULL,
        "door": words(*Change.Door.values),
        "origin": TEXT,
        "token": TEXT,
        "act": words(*Change.Act.values),
        "advertiser_id": TEXT,
        "campaign": {"type": ["integer", "null"]},
        "target": TEXT,
        "before": ANYTHING,
        "after": ANYTHING,
        "note": TEXT,
    }

    def to_representation(self, row: Change) -> dict[str, Any]:
        return show_change(row)


def show_change(row: Change) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": show_time(row.at),
        "actor": row.actor.username if row.actor else None,
        "door": row.door,
        "origin": row.origin,
        "token": row.token,
        "act": row.act,
        "advertiser_id": row.advertiser.advertiser_id,
        "campaign": row.campaign_ref,
        "target": row.target,
        "before": row.before,
        "after": row.after,
        "note": row.note,
    }


class FlipRow(Shape):
    about = (
        "What moved at TikTok. It happened between `since` (null where that is unknown) and `at`, when it was read. Values of "
        "`body:` members are JSON text."
    )
    members = {
        "id": NUMBER,
        "at": TIME,
        "advertiser_id": TEXT,
        "campaign": NUMBER,
        "target": TEXT,
        "member": TEXT,
        "before": TEXT,
        "after": TEXT,
        "cause": words(*Flip.Cause.values),
        "since": {**TIME, "type": ["string", "null"]},
    }

    def to_representation(self, row: Flip) -> dict[str, Any]:
        return {
            "id": row.pk,
            "at": show_time(row.at),
            "advertiser_id": row.advertiser.advertiser_id,
            "campaign": row.campaign_ref,
            "target": row.target,
            "member": row.member,
            "before": row.before,
            "after": row.after,
            "cause": row.cause,
            "since": show_time(row.since) if row.since else None,
        }
