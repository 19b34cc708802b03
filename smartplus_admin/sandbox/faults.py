"""Faults on purpose: rules kept in the file, each with a path, a kind, and how often it strikes.

A rule is {path (glob below /open_api/v1.3/), kind, times?, probability?, seed?, skip?, burst?, code?, seconds?}. Chance is
drawn from the seed and the number of matching calls so far, so a run can be repeated. `burst` lets one strike last for so many
matching calls in a row: a throttle storm.
"""

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from campaigns.contract import codes
from smartplus_admin.sandbox.past import LONGEST_LAG
from smartplus_admin.sandbox.store import Store, dump_json, load_json

KINDS = {
    "request-lost": "the connection breaks before the call is carried out",
    "answer-lost": "the call is carried out, then the connection breaks",
    "5xxxx-before": "a server error (code, default 50000) instead of the call",
    "5xxxx-after": "a server error although the call was carried out",
    "http-500": "HTTP 500 without an envelope, nothing carried out",
    "slow": "carried out at once, answered after `seconds`",
    "late": "carried out only after `seconds`, then answered: the twin that wakes up late",
    "garbage": "carried out, answered with a page that is no JSON",
    "stale": "a get shows objects as they stood `seconds` ago (most and default 20): new ones missing, old values",
    "throttle": "40100 (or `code`) instead of the call",
    "listed": "a status call of campaigns or ad groups leaves all as they are: code 0, each in `error_list`",
    "token-revoked": "40105 although the token is right",
    "allowlist-off": "40118 although the account is allowed",
}
DEFAULT_CODES = {
    "5xxxx-before": codes.SYSTEM_ERROR,
    "5xxxx-after": codes.SYSTEM_ERROR,
    "throttle": codes.APP_LIMIT,
    "token-revoked": codes.TOKEN_WRONG,
    "allowlist-off": codes.NOT_ALLOWLISTED,
}
NUMBERS = ("times", "probability", "seed", "skip", "burst", "code", "seconds")
DEFAULT_SECONDS = {"stale": LONGEST_LAG}


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    code: int
    seconds: float


def read_rule(raw: Any) -> dict[str, Any]:
    """A rule as given to the control API. Raises ValueError naming what is wrong."""
    if not isinstance(raw, dict) or not isinstance(raw.get("path"), str):
        raise ValueError("path: a glob below /open_api/v1.3/, such as smart_plus/ad/*")
    if raw.get("kind") not in KINDS:
        raise ValueError(f"kind: one of {', '.join(KINDS)}")
    unknown = set(raw) - {"path", "kind", *NUMBERS}
    if unknown:
        raise ValueError(f"{sorted(unknown)[0]}: unknown member of a rule")
    for name in NUMBERS:
        if name in raw and (
            isinstance(raw[name], bool) or not isinstance(raw[name], int | float) or raw[name] < 0
        ):
            raise ValueError(f"{name}: a number, 0 or more")
    if raw["kind"] == "stale" and raw.get("seconds", 0) > LONGEST_LAG:
        raise ValueError(f"seconds: at most {LONGEST_LAG:g}, the past is not kept longer")
    return dict(raw)


def add_rule(store: Store, rule: dict[str, Any]) -> int:
    with store.write() as db:
        return int(db.execute("INSERT INTO fault (rule) VALUES (?)", (dump_json(rule),)).lastrowid or 0)


def list_rules(store: Store) -> list[dict[str, Any]]:
    with store.read() as db:
        rows = db.execute("SELECT * FROM fault ORDER BY id").fetchall()
    return [
        {"id": row["id"], **load_json(row["rule"]), "seen": row["seen"], "hits": row["hits"]} for row in rows
    ]


def clear_rules(store: Store) -> None:
    with store.write() as db:
        db.execute("DELETE FROM fault")


def draw_fault(store: Store, path: str) -> Fault | None:
    """The first rule that strikes this call, counted as a hit; None is the usual answer and costs one read."""
    with store.read() as db:
        if db.execute("SELECT 1 FROM fault LIMIT 1").fetchone() is None:
            return None
    with store.write() as db:
        for row in db.execute("SELECT * FROM fault ORDER BY id").fetchall():
            rule = load_json(row["rule"])
            if not fnmatchcase(path, rule["path"].lstrip("/")):
                continue
            strikes = _strikes(rule, row["seen"], row["hits"])
            db.execute(
                "UPDATE fault SET seen = seen + 1, hits = hits + ? WHERE id = ?", (int(strikes), row["id"])
            )
            if strikes:
                code = int(rule.get("code", DEFAULT_CODES.get(rule["kind"], 0)))
                seconds = rule.get("seconds", DEFAULT_SECONDS.get(rule["kind"], 1))
                return Fault(rule["kind"], code, float(seconds))
    return None


def _strikes(rule: dict[str, Any], seen: int, hits: int) -> bool:
    if "times" in rule and hits >= rule["times"]:
        return False
    chance, seed = float(rule.get("probability", 1)), rule.get("seed", 0)
    first = max(int(rule.get("skip", 0)), seen + 1 - int(rule.get("burst", 1)))
    return any(random.Random(f"{seed}:{call}").random() < chance for call in range(first, seen + 1))
