"""What a second create with the same request_id gets: the first answer again, or 40050 inside a window (C1, C45).

Which of the two TikTok does is unknown (U1). Campaigns and ad groups only; ads have no such protection (R9).
"""

from typing import Any

from campaigns.contract import codes
from campaigns.contract.levels import Level
from smartplus_admin.sandbox.errors import Refusal
from smartplus_admin.sandbox.store import dump_json, load_json
from smartplus_admin.sandbox.wire import Call


def find_repeat(call: Call, level: Level, request_id: str) -> dict[str, Any] | None:
    """The answer to give again. Raises in reject mode inside the window; after it the id is new (C45)."""
    row = call.db.execute(
        "SELECT at, answer FROM repeat WHERE advertiser_id = ? AND level = ? AND request_id = ?",
        (call.advertiser_id, level.value, request_id),
    ).fetchone()
    if row is None:
        return None
    if call.config.replays:
        answer: dict[str, Any] = load_json(row["answer"])
        return answer
    if call.now - row["at"] < call.config.repeat_window:
        raise Refusal(codes.DUPLICATE_REQUEST, f"Duplicate requests have been sent. request_id {request_id}.")
    return None


def remember_answer(call: Call, level: Level, request_id: str, answer: dict[str, Any]) -> None:
    call.db.execute(
        "INSERT OR REPLACE INTO repeat VALUES (?, ?, ?, ?, ?)",
        (call.advertiser_id, level.value, request_id, call.now, dump_json(answer)),
    )
