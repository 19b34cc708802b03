"""The mark on a row whose object was read back otherwise than planned, and which a person wants as planned.

It lies in the row's error, with the differences that were found, and goes through every try: what was decided is not asked
again because a call was throttled, lost or broke off.
"""

from collections.abc import Mapping
from typing import Any

from campaigns.models import Push

BRINGS_BACK, DIFFERENCES = "brings_back", "differences"


def mark(error: Mapping[str, Any] | None) -> dict[str, Any]:
    """The error of a row that is brought back from here on."""
    said = {"meaning": BRINGS_BACK, "message": "It is made as planned again.", BRINGS_BACK: True}
    return {**(error or {}), **said}


def brings_back(push: Push) -> bool:
    return bool((push.error or {}).get(BRINGS_BACK))


def keep_mark(push: Push) -> dict[str, Any]:
    """What any other error of the row says besides; nothing of a row without the mark."""
    told = push.error or {}
    return (
        {name: told[name] for name in (BRINGS_BACK, DIFFERENCES) if name in told}
        if told.get(BRINGS_BACK)
        else {}
    )
