"""What an advertiser owns beside campaigns: accounts, pixels, identities, posts, videos, pictures, portfolios.

One table for all: kind, owner, id, name and the object as TikTok would list it. Knows no meaning of a kind.
"""

from dataclasses import dataclass
from typing import Any

from smartplus_admin.sandbox.store import Database, dump_json, load_json

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One advertiser's library, inside one call."""

    db: Database
    advertiser_id: str

    def find(self, kind: str, key: str) -> Body | None:
        row = self.db.execute(
            "SELECT body FROM library WHERE kind = ? AND advertiser_id = ? AND id = ?",
            (kind, self.advertiser_id, key),
        ).fetchone()
        return None if row is None else load_json(row["body"])

    def find_named(self, kind: str, name: str) -> Body | None:
        row = self.db.execute(
            "SELECT body FROM library WHERE kind = ? AND advertiser_id = ? AND name = ?",
            (kind, self.advertiser_id, name),
        ).fetchone()
        return None if row is None else load_json(row["body"])

    def list(self, kind: str) -> list[Body]:
        """All of a kind, newest first."""
        rows = self.db.execute(
            "SELECT body FROM library WHERE kind = ? AND advertiser_id = ? ORDER BY seq DESC",
            (kind, self.advertiser_id),
        )
        return [load_json(row["body"]) for row in rows]

    def add(self, kind: str, key: str, body: Body, name: str = "") -> None:
        self.db.execute(
            "INSERT INTO library (kind, advertiser_id, id, name, body) VALUES (?, ?, ?, ?, ?)",
            (kind, self.advertiser_id, key, name, dump_json(body)),
        )


def find_account(db: Database, advertiser_id: str) -> Body | None:
    return Shelf(db, advertiser_id).find("account", advertiser_id)


def list_accounts(db: Database) -> list[Body]:
    rows = db.execute("SELECT body FROM library WHERE kind = 'account' ORDER BY seq")
    return [load_json(row["body"]) for row in rows]


def change_account(db: Database, advertiser_id: str, **changes: Any) -> None:
    """Raises KeyError for an account that does not exist."""
    change_asset(db, "account", advertiser_id, **changes)


def change_asset(db: Database, kind: str, key: str, **changes: Any) -> None:
    """Whoever owns it; None takes a member away. Raises KeyError when there is none."""
    row = db.execute("SELECT body FROM library WHERE kind = ? AND id = ?", (kind, key)).fetchone()
    if row is None:
        raise KeyError(key)
    body = {name: value for name, value in {**load_json(row["body"]), **changes}.items() if value is not None}
    db.execute("UPDATE library SET body = ? WHERE kind = ? AND id = ?", (dump_json(body), kind, key))
