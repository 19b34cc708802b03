"""What an answer, or the lack of one, means: one closed table. Codes that TikTok does not list are judged by class.

Sources: fact sheet 1.3 and 13, platform section 2. What we do about a meaning stands in sync/push.py.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from campaigns.contract import codes


class Meaning(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # certain: nothing was made or changed; the request must be mended
    THROTTLED = "throttled"  # certain: nothing was made; later
    CONFLICT = "conflict"  # certain: another write to the same object is under way; shortly later
    DUPLICATE = "duplicate"  # our request_id was seen before: something may exist
    TOKEN = "token"  # certain: the connection is dead until a person renews it
    PERMISSION = "permission"  # certain: the account is out of the connection's reach
    ALLOWLIST = "allowlist"  # certain: TikTok has not opened Smart+ for this account (P8)
    MISSING = "missing"  # certain: the parent or the object itself is not there
    UNREACHABLE = "unreachable"  # certain: the request never left the house
    PACED = "paced"  # certain: nothing was sent; our own meter had no room, and TikTok knows nothing of it
    UNSURE = "unsure"  # it may have happened or not


# about the ids themselves: it will not be otherwise in a moment
CERTAIN = (Meaning.REFUSED, Meaning.MISSING)

_TABLE: dict[int, Meaning] = {
    codes.OK: Meaning.DONE,
    codes.NOT_FOUND: Meaning.MISSING,
    codes.DUPLICATE_REQUEST: Meaning.DUPLICATE,
    codes.NOT_ALLOWLISTED: Meaning.ALLOWLIST,
    codes.WRITE_CONFLICT: Meaning.CONFLICT,
    codes.PARTLY_DONE: Meaning.UNSURE,  # one object, partly done: only a look tells which part
    41021: Meaning.UNSURE,  # in no list; scripts repeat it after rapid ad creates (fact sheet 13): look first
    codes.INTERNAL_VALIDATION: Meaning.UNSURE,  # "internal": not known to be before the commit
    codes.MAINTENANCE: Meaning.THROTTLED,
    **dict.fromkeys(codes.THROTTLES, Meaning.THROTTLED),
    **dict.fromkeys(codes.TOKEN_PROBLEMS, Meaning.TOKEN),
    **dict.fromkeys(codes.PERMISSION_PROBLEMS, Meaning.PERMISSION),
}

TOO_MANY_REQUESTS = 429  # HTTP; documented nowhere, tolerated (C34)


def read_meaning(*, http_status: int, code: int | None) -> Meaning:
    """The meaning of an answer. `code` is None where the body was no envelope.

    Any 5xxxx code means that the outcome is unknown, never that it was refused (fact sheet section 13).
    """
    if http_status == TOO_MANY_REQUESTS:
        return Meaning.THROTTLED
    if code is None:
        # a gateway's own refusal (wrong path or method) never reaches the API; anything else may have
        return Meaning.REFUSED if 400 <= http_status < 500 else Meaning.UNSURE
    if code in _TABLE:
        return _TABLE[code]
    if 50_000 <= code < 60_000:
        return Meaning.UNSURE
    return Meaning.REFUSED if 40_000 <= code < 50_000 else Meaning.UNSURE


class TikTokError(Exception):
    """An answer that is not a plain success. `request_id` is TikTok's log id, to be quoted to its support; `request` the
    body that a POST carried (the token travels in a header and is no part of it)."""

    def __init__(
        self, meaning: Meaning, message: str, *, endpoint: str, code: int | None = None, request_id: str = ""
    ) -> None:
        super().__init__(message)
        self.meaning = meaning
        self.message = message
        self.endpoint = endpoint
        self.code = code
        self.request_id = request_id
        self.request: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "meaning": self.meaning.value,
            "code": self.code,
            "message": self.message,
            "endpoint": self.endpoint,
            "request_id": self.request_id,
        }
