"""The SQLite file: schema, connections, one transaction per call. Knows no meaning of what it stores.

Several processes may share a file. A call either commits whole or leaves no trace, also under kill -9: WAL, and every
writing call takes the write lock before it reads (BEGIN IMMEDIATE), so no two judge the same state.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BUSY_SECONDS = 30  # how long a call waits for another process's write; own choice

# One step per version of the file: an older file takes the steps it lacks when it is opened. A step that is out is never changed.
STEPS = (
    """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE token (token TEXT PRIMARY KEY, advertiser_ids TEXT, revoked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE sequence (name TEXT PRIMARY KEY, next INTEGER NOT NULL);
CREATE TABLE library (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, advertiser_id TEXT NOT NULL, id TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '', body TEXT NOT NULL, UNIQUE (kind, advertiser_id, id)
);
CREATE TABLE entity (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, level TEXT NOT NULL, id TEXT NOT NULL UNIQUE, advertiser_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL, adgroup_id TEXT NOT NULL DEFAULT '', name TEXT NOT NULL,
    operation_status TEXT NOT NULL CHECK (operation_status IN ('ENABLE', 'DISABLE', 'FROZEN')),
    deleted_with TEXT NOT NULL DEFAULT '' CHECK (deleted_with IN ('', 'campaign', 'adgroup', 'ad')),
    created_at REAL NOT NULL, modified_at REAL NOT NULL, written_at REAL NOT NULL,
    body TEXT NOT NULL, facts TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX entity_by_account ON entity (advertiser_id, level, deleted_with, seq);
CREATE INDEX entity_by_campaign ON entity (campaign_id, level);
CREATE INDEX entity_by_adgroup ON entity (adgroup_id, level);
CREATE TABLE repeat (
    advertiser_id TEXT NOT NULL, level TEXT NOT NULL, request_id TEXT NOT NULL, at REAL NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (advertiser_id, level, request_id)
);
CREATE TABLE fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0,
    hits INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE quota (name TEXT PRIMARY KEY, window INTEGER NOT NULL, calls INTEGER NOT NULL);
""",
    """
CREATE TABLE past (
    n INTEGER PRIMARY KEY AUTOINCREMENT, until REAL NOT NULL, seq INTEGER NOT NULL, level TEXT NOT NULL, id TEXT NOT NULL,
    advertiser_id TEXT NOT NULL, campaign_id TEXT NOT NULL, adgroup_id TEXT NOT NULL, name TEXT NOT NULL,
    operation_status TEXT NOT NULL, deleted_with TEXT NOT NULL, created_at REAL NOT NULL, modified_at REAL NOT NULL,
    written_at REAL NOT NULL, body TEXT NOT NULL, facts TEXT NOT NULL
);
CREATE INDEX past_by_time ON past (until);
CREATE TABLE change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, advertiser_id TEXT NOT NULL, object_type TEXT NOT NULL,
    object_id TEXT NOT NULL, object_name TEXT NOT NULL, operation TEXT NOT NULL, module TEXT NOT NULL,
    operator TEXT NOT NULL, source TEXT NOT NULL, app_id TEXT NOT NULL, details TEXT NOT NULL
);
CREATE INDEX change_by_account ON change (advertiser_id, at);
ALTER TABLE token ADD COLUMN app_id TEXT NOT NULL DEFAULT '7080000000000000001';
""",
    """
ALTER TABLE token ADD COLUMN scope TEXT;
ALTER TABLE token ADD COLUMN expires_at REAL;
ALTER TABLE token ADD COLUMN refresh_token TEXT;
ALTER TABLE token ADD COLUMN refresh_until REAL;
CREATE TABLE auth_code (
    code TEXT PRIMARY KEY, app_id TEXT NOT NULL, advertiser_ids TEXT, scope TEXT, expires_at REAL NOT NULL,
    used INTEGER NOT NULL
);
""",
    """
CREATE TABLE flip (entity_id TEXT NOT NULL, at REAL NOT NULL, runs INTEGER NOT NULL);
CREATE TRIGGER entity_flips AFTER UPDATE OF operation_status, deleted_with ON entity
    WHEN (OLD.operation_status = 'ENABLE' AND OLD.deleted_with = '')
        <> (NEW.operation_status = 'ENABLE' AND NEW.deleted_with = '')
    BEGIN INSERT INTO flip VALUES (NEW.id, NEW.modified_at, NEW.operation_status = 'ENABLE' AND NEW.deleted_with = ''); END;
CREATE TABLE life (campaign_id TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE purse (
    id TEXT PRIMARY KEY, today INTEGER NOT NULL, today_until REAL NOT NULL, spent INTEGER NOT NULL, budget REAL NOT NULL,
    live REAL NOT NULL, exhausted_until REAL NOT NULL
);
CREATE TABLE cause (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, scope_id TEXT NOT NULL, name TEXT NOT NULL, hour INTEGER NOT NULL,
    until INTEGER, strength REAL NOT NULL
);
CREATE TABLE learned (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, adgroup_id TEXT NOT NULL, hour INTEGER NOT NULL, kind TEXT NOT NULL,
    cause TEXT NOT NULL
);
CREATE TABLE shown (
    advertiser_id TEXT NOT NULL, day INTEGER NOT NULL, ad_id TEXT NOT NULL, hour INTEGER NOT NULL,
    campaign_id TEXT NOT NULL, adgroup_id TEXT NOT NULL, local_hour INTEGER NOT NULL, spend INTEGER NOT NULL,
    guess INTEGER NOT NULL, impressions INTEGER NOT NULL, reached INTEGER NOT NULL, watched INTEGER NOT NULL,
    clicks INTEGER NOT NULL, landed INTEGER NOT NULL, PRIMARY KEY (advertiser_id, day, ad_id, hour)
) WITHOUT ROWID;
CREATE TABLE result (
    advertiser_id TEXT NOT NULL, day INTEGER NOT NULL, ad_id TEXT NOT NULL, hour INTEGER NOT NULL, at INTEGER NOT NULL,
    campaign_id TEXT NOT NULL, adgroup_id TEXT NOT NULL, local_hour INTEGER NOT NULL, at_day INTEGER NOT NULL,
    at_local_hour INTEGER NOT NULL, told REAL NOT NULL, heard INTEGER NOT NULL, paid INTEGER NOT NULL,
    value INTEGER NOT NULL, by_view INTEGER NOT NULL, lost INTEGER NOT NULL,
    PRIMARY KEY (advertiser_id, day, ad_id, hour, at)
) WITHOUT ROWID;
CREATE INDEX result_by_event ON result (advertiser_id, at_day);
""",
    """
CREATE TABLE part (
    advertiser_id TEXT NOT NULL, day INTEGER NOT NULL, ad_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    campaign_id TEXT NOT NULL, adgroup_id TEXT NOT NULL, entity_id TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL,
    shown INTEGER NOT NULL, clicked INTEGER NOT NULL, PRIMARY KEY (advertiser_id, day, ad_id, kind, id)
) WITHOUT ROWID;
""",
    """
CREATE TABLE shown_day (
    advertiser_id TEXT NOT NULL, day INTEGER NOT NULL, ad_id TEXT NOT NULL, campaign_id TEXT NOT NULL,
    adgroup_id TEXT NOT NULL, spend INTEGER NOT NULL, guess INTEGER NOT NULL, impressions INTEGER NOT NULL,
    reached INTEGER NOT NULL, watched INTEGER NOT NULL, clicks INTEGER NOT NULL, landed INTEGER NOT NULL,
    PRIMARY KEY (advertiser_id, day, ad_id)
) WITHOUT ROWID;
CREATE TRIGGER shown_by_day AFTER INSERT ON shown BEGIN
    INSERT INTO shown_day VALUES (NEW.advertiser_id, NEW.day, NEW.ad_id, NEW.campaign_id, NEW.adgroup_id, NEW.spend,
        NEW.guess, NEW.impressions, NEW.reached, NEW.watched, NEW.clicks, NEW.landed)
    ON CONFLICT DO UPDATE SET spend = spend + excluded.spend, guess = guess + excluded.guess,
        impressions = impressions + excluded.impressions, reached = reached + excluded.reached,
        watched = watched + excluded.watched, clicks = clicks + excluded.clicks, landed = landed + excluded.landed; END;
INSERT INTO shown_day SELECT advertiser_id, day, ad_id, campaign_id, adgroup_id, sum(spend), sum(guess), sum(impressions),
    sum(reached), sum(watched), sum(clicks), sum(landed) FROM shown GROUP BY advertiser_id, day, ad_id;
""",
)
TABLES = (
    "setting",
    "token",
    "sequence",
    "library",
    "entity",
    "repeat",
    "fault",
    "quota",
    "past",
    "change",
    "auth_code",
    "flip",
    "life",
    "purse",
    "cause",
    "learned",
    "shown",
    "result",
    "part",
    "shown_day",
)

Database = sqlite3.Connection


class Store:
    """Hands out connections of one file, each used by one call at a time."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._idle: list[Database] = []
        self._lock = threading.Lock()
        with self.write() as db:
            self._prepare(db)

    @contextmanager
    def read(self) -> Iterator[Database]:
        """One consistent picture; writes nothing."""
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[Database]:
        """Alone with the file until the end; commits if nothing is raised."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Database]:
        db = self._take()
        try:
            db.execute(begin)
            yield db
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        else:
            db.execute("COMMIT")
        finally:
            with self._lock:
                self._idle.append(db)

    def _take(self) -> Database:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(
            "PRAGMA synchronous = NORMAL"
        )  # with WAL: safe against a killed process, not against a power cut
        return db

    def _prepare(self, db: Database) -> None:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        foreign = not version and db.execute("SELECT 1 FROM sqlite_master").fetchone()
        if foreign or version > len(STEPS):
            raise ValueError(
                f"{self.path} is not a sandbox file of this version: delete it or name another with --database"
            )
        for step in STEPS[version:]:
            for statement in step.split(";\n"):
                if statement.strip():
                    db.execute(statement)
        if version < len(STEPS):
            db.execute(f"PRAGMA user_version = {len(STEPS)}")


def get_setting(db: Database, name: str) -> str | None:
    row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row["value"])


def set_setting(db: Database, name: str, value: str) -> None:
    db.execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def draw_number(db: Database, name: str, first: int) -> int:
    """The next number of a sequence; numbers of refused calls come back, those of deleted objects do not."""
    row = db.execute(
        "INSERT INTO sequence VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next = next + 1 RETURNING next",
        (name, first),
    ).fetchone()
    return int(row["next"])


def dump_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def load_json(text: str) -> Any:
    return json.loads(text)
