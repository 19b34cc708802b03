"""What a run has come to, counted from the two databases when all is settled. Asks nothing of the product's own judgement.

- Duplicates: living objects of one name under one parent beyond the one that is wanted (every name of a run is unique there).
- Orphans: living objects that no row of ours holds and that are no such duplicate.
- Half-trees: campaigns that were switched on, ever, before every object of their tree was there and on.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
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
    """One campaign's tree at a time: a long run holds a hundred thousand objects."""
    held = {
        str(remote_id)
        for model in (Campaign, AdGroup, Ad)
        for remote_id in model._default_manager.values_list("remote_id", flat=True).iterator()
    }
    creates = twins = strangers = half_trees = 0
    campaigns: Counter[str] = Counter()  # names
    db = sqlite3.connect(f"file:{sandbox}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        for tree in _list_trees(db):
            creates += len(tree)
            campaigns.update(row["name"] for row in tree if row["level"] == "campaign")
            twins += sum(count - 1 for count in Counter(map(_key, tree)).values())
            strangers += sum(row["id"] not in held for row in tree)
            half_trees += not _was_whole(tree, adgroups, adgroups * ads)
        late = db.execute(
            "SELECT sum(hits) FROM fault WHERE json_extract(rule, '$.kind') = 'late'"
        ).fetchone()
    finally:
        db.close()
    twins += sum(count - 1 for count in campaigns.values())
    launches = Launch.objects.all()
    asked = (
        launches.filter(pushes__state__in=[Push.State.NEEDS_PERSON, Push.State.REFUSED]).distinct().count()
    )
    done = launches.filter(finished_at__isnull=False)
    return Stock(
        launches=launches.count(),
        settled=done.count(),
        needs_person=asked,
        creates=creates,
        duplicates=twins,
        orphans=max(0, strangers - twins),
        half_trees=half_trees,
        late=int(late[0] or 0),
        seconds=tuple(
            sorted(
                (end - begun).total_seconds() for begun, end in done.values_list("started_at", "finished_at")
            )
        ),
    )


def _list_trees(db: sqlite3.Connection) -> Iterator[list[Any]]:
    """The living objects below and with each campaign; `on_since`: when each was switched on for the first time."""
    rows = db.execute(
        "SELECT level, id, campaign_id, adgroup_id, name, on_since FROM entity"
        " LEFT JOIN (SELECT entity_id, min(at) AS on_since FROM flip WHERE runs GROUP BY entity_id) ON entity_id = id"
        " WHERE deleted_with = '' ORDER BY campaign_id"
    )
    for _, tree in groupby(rows, key=itemgetter("campaign_id")):
        yield list(tree)


def _key(row: Any) -> tuple[str, str, str]:
    """Unique below one campaign; the campaign stands for itself, its twins are counted by name."""
    return row["level"], row["adgroup_id"] if row["level"] == "ad" else "", row["name"]


def _was_whole(tree: list[Any], adgroups: int, ads: int) -> bool:
    """Whether everything was on when the campaign was first switched on; a campaign that never was spends nothing."""
    [root] = [row for row in tree if row["level"] == "campaign"]
    if root["on_since"] is None:
        return True
    before = [row for row in tree if row["on_since"] is not None and row["on_since"] <= root["on_since"]]
    levels = Counter(row["level"] for row in before)
    return levels["adgroup"] == adgroups and levels["ad"] == ads
