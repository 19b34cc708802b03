"""Apps, authorisation codes and tokens, as rows (platform 4): who may use which advertisers, for what, and until when.

One app lives here. A token of the Marketing API never expires; a short-term one lasts a day and comes with a refresh token.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from smartplus_admin.sandbox.store import Database, dump_json, load_json

APP_ID = "7080000000000000001"  # invented, like the secret: in the README, for `--mode strict`
APP_SECRET = "sandbox-app-secret"
CODE_SECONDS = 3600  # platform 4.1: valid one hour, single use
ACCESS_SECONDS = 86_400  # platform 4.2: short-term access
REFRESH_SECONDS = 365 * 86_400  # platform 4.2


@dataclass(frozen=True, slots=True)
class Grant:
    """What was consented to. None means all advertisers, or every scope."""

    app_id: str = APP_ID
    advertiser_ids: list[str] | None = None
    scope: list[int] | None = None

    def covers(self, advertiser_id: str) -> bool:
        return self.advertiser_ids is None or advertiser_id in self.advertiser_ids


@dataclass(frozen=True, slots=True)
class Token:
    grant: Grant
    revoked: bool
    expires_at: float | None
    refresh_until: float | None


def add_token(db: Database, token: str, grant: Grant = Grant()) -> None:
    """A long-term token. One that was revoked works again."""
    db.execute("DELETE FROM token WHERE token = ?", (token,))
    _insert(db, token, grant)


def add_short_token(db: Database, grant: Grant, now: float) -> tuple[str, str]:
    """Access and refresh token."""
    token, refresh = make_secret(), make_secret()
    _insert(db, token, grant, now + ACCESS_SECONDS, refresh, now + REFRESH_SECONDS)
    return token, refresh


def find_token(db: Database, token: str) -> Token | None:
    return _find(db, "token", token)


def find_refresh(db: Database, refresh: str) -> Token | None:
    """The token that a refresh token belongs to."""
    return _find(db, "refresh_token", refresh)


def revoke(db: Database, token: str) -> bool:
    """Whether there was one to revoke."""
    changed = db.execute("UPDATE token SET revoked = 1 WHERE token = ? AND revoked = 0", (token,))
    return bool(changed.rowcount)


def retire_refresh(db: Database, refresh: str) -> None:
    """A refreshed token goes, and its refresh token with it."""
    db.execute("DELETE FROM token WHERE refresh_token = ?", (refresh,))


def add_code(db: Database, grant: Grant, now: float) -> str:
    code = secrets.token_hex(20)
    db.execute(
        "INSERT INTO auth_code VALUES (?, ?, ?, ?, ?, 0)",
        (code, grant.app_id, *_pack(grant), now + CODE_SECONDS),
    )
    return code


def use_code(db: Database, code: str, app_id: str, now: float, *, any_code: bool) -> Grant | None:
    """What a code stands for, once; None for a used, late, foreign or unknown one. `any_code`: unknown ones stand for all."""
    row = db.execute("SELECT * FROM auth_code WHERE code = ?", (code,)).fetchone()
    if row is None and any_code:
        db.execute("INSERT INTO auth_code VALUES (?, ?, NULL, NULL, ?, 1)", (code, app_id, now))
        return Grant(app_id)
    if row is None or row["used"] or now >= row["expires_at"] or row["app_id"] != app_id:
        return None
    db.execute("UPDATE auth_code SET used = 1 WHERE code = ?", (code,))
    return _unpack(row)


def make_secret() -> str:
    return f"sandbox-{secrets.token_hex(16)}"


def _insert(
    db: Database,
    token: str,
    grant: Grant,
    expires_at: float | None = None,
    refresh: str | None = None,
    refresh_until: float | None = None,
) -> None:
    db.execute(
        "INSERT INTO token (token, app_id, advertiser_ids, scope, expires_at, refresh_token, refresh_until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (token, grant.app_id, *_pack(grant), expires_at, refresh, refresh_until),
    )


def _find(db: Database, column: str, value: str) -> Token | None:
    row = db.execute(f"SELECT * FROM token WHERE {column} = ?", (value,)).fetchone()
    if row is None:
        return None
    return Token(_unpack(row), bool(row["revoked"]), row["expires_at"], row["refresh_until"])


def _pack(grant: Grant) -> tuple[str | None, str | None]:
    ids, scope = grant.advertiser_ids, grant.scope
    return (None if ids is None else dump_json(ids), None if scope is None else dump_json(scope))


def _unpack(row: Any) -> Grant:
    ids, scope = row["advertiser_ids"], row["scope"]
    return Grant(
        row["app_id"], None if ids is None else load_json(ids), None if scope is None else load_json(scope)
    )
