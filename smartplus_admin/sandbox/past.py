"""How objects stood a little while ago, so that a read can lag behind (fault kind `stale`).

Each write leaves the row it replaces in `past`. A lagging read sees that picture under the name `entity`, so that lists, totals
and statuses agree with each other as they did then.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from smartplus_admin.sandbox.clock import read_clock
from smartplus_admin.sandbox.store import Database

LONGEST_LAG = 20.0  # seconds of the sandbox's clock; own choice, above the product's visibility bound
COLUMNS = (
    "seq, level, id, advertiser_id, campaign_id, adgroup_id, name, operation_status, deleted_with, created_at, modified_at,"
    " written_at, body, facts"
)


def keep_past(db: Database, where: str, values: Sequence[Any]) -> None:
    """To be called before rows are overwritten. `where` is written by this package."""
    now = read_clock(db).tell()
    db.execute("DELETE FROM past WHERE until < ?", (now - LONGEST_LAG,))
    db.execute(
        f"INSERT INTO past (until, {COLUMNS}) SELECT ?, {COLUMNS} FROM entity WHERE {where}", (now, *values)
    )


@contextmanager
def look_back(db: Database, seconds: float) -> Iterator[None]:
    """Inside, `entity` is what it was so many seconds ago: younger objects are missing, younger changes not seen."""
    if seconds <= 0:
        yield
        return
    moment = repr(read_clock(db).tell() - seconds)  # a view takes no parameters
    db.execute(
        f"""CREATE TEMP VIEW entity AS
        SELECT {COLUMNS} FROM main.entity
        WHERE created_at <= {moment} AND id NOT IN (SELECT id FROM main.past WHERE until > {moment})
        UNION ALL
        SELECT {COLUMNS} FROM main.past WHERE created_at <= {moment}
        AND n IN (SELECT min(n) FROM main.past WHERE until > {moment} GROUP BY id)"""
    )
    try:
        yield
    finally:
        db.execute("DROP VIEW temp.entity")
