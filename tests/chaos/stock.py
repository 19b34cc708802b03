"""What a run has come to, counted from the two databases when all is settled. Asks nothing of the product's own judgement.

- Duplicates: living objects of one name under one parent beyond the one that is wanted (every name of a run is unique there).
- Orphans: living objects that no row of ours holds and that are no such duplicate.
- Half-trees: campaigns that were switched on, ever, before every object of their tree was there and on.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.models import Ad, AdGroup, Campaign, Launch, Push


@dataclass(frozen=True, slots=True)
class Stock:
    launches: int
    settled: int
    needs_person: int
    creates: int
    duplicates: int
    orphans: int
    half_trees: int
    late: int  # creates that the sandbox was told to carry out after the visibility bound
    seconds: tuple[float, ...]  # from launch to settled, in order

    @property
    def holds(self) -> bool:
        """Twins of creates from after the bound are allowed for (design section 4); they are off."""
        twins = max(0, self.duplicates - self.late)
        return not (twins or self.orphans or self.half_trees)

    def quantile(self, part: float) -> float:
        return (
            self.seconds[min(len(self.seconds) - 1, int(part * len(self.seconds)))] if self.seconds else 0.0
        )


def take_stock(sandbox: Path, *, adgroups: int, ads: int) -> Stock:
    db = sqlite3.connect(f"file:{sandbox}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        rows = db.execute("SELECT * FROM entity WHERE deleted_with = ''").fetchall()
        flips = db.execute(
            "SELECT entity_id, min(at) AS at FROM flip WHERE runs GROUP BY entity_id"
        ).fetchall()
        late = db.execute(
            "SELECT sum(hits) FROM fault WHERE json_extract(rule, '$.kind') = 'late'"
        ).fetchone()
    finally:
        db.close()
    twins = sum(count - 1 for count in Counter(map(_key, rows)).values())
    held = {
        str(remote_id)
        for model in (Campaign, AdGroup, Ad)
        for remote_id in model._default_manager.values_list("remote_id", flat=True)
    }
    strangers = sum(row["id"] not in held for row in rows)
    launches = Launch.objects.all()
    asked = (
        launches.filter(pushes__state__in=[Push.State.NEEDS_PERSON, Push.State.REFUSED]).distinct().count()
    )
    done = launches.filter(finished_at__isnull=False)
    return Stock(
        launches=launches.count(),
        settled=done.count(),
        needs_person=asked,
        creates=len(rows),
        duplicates=twins,
        orphans=max(0, strangers - twins),
        half_trees=sum(
            not _was_whole(tree, {row["entity_id"]: row["at"] for row in flips}, adgroups, adgroups * ads)
            for tree in _group(rows).values()
        ),
        late=int(late[0] or 0),
        seconds=tuple(
            sorted(
                (end - begun).total_seconds() for begun, end in done.values_list("started_at", "finished_at")
            )
        ),
    )


def _key(row: Any) -> tuple[str, str, str]:
    parent = {"campaign": "", "adgroup": row["campaign_id"], "ad": row["adgroup_id"]}[row["level"]]
    return row["level"], parent, row["name"]


def _group(rows: Iterable[Any]) -> dict[str, list[Any]]:
    trees = defaultdict(list)
    for row in rows:
        trees[row["campaign_id"]].append(row)
    return trees


def _was_whole(tree: list[Any], on: dict[str, float], adgroups: int, ads: int) -> bool:
    """Whether everything was on when the campaign was first switched on; a campaign that never was spends nothing."""
    [root] = [row for row in tree if row["level"] == "campaign"]
    if root["id"] not in on:
        return True
    before = [row for row in tree if on.get(row["id"], float("inf")) <= on[root["id"]]]
    levels = Counter(row["level"] for row in before)
    return levels["adgroup"] == adgroups and levels["ad"] == ads
