"""What statuses, reads and the judge ask of delivery: used up, spent today, spent in all, the live budget."""

from collections.abc import Iterable
from dataclasses import dataclass

from smartplus_admin.sandbox.entities import Entity
from smartplus_admin.sandbox.store import Database, dump_json


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one campaign or ad group, as of the last hour that was lived. `today` and `total` in minor units."""

    today: int = 0
    total: int = 0
    budget: float = 0.0  # that it was counted against
    live: float | None = None  # the budget with today's automatic increases
    exhausted: bool = False

    def stops(self, entity: Entity) -> bool:
        """Used up, and not given more since."""
        return self.exhausted and float(entity.body.get("budget") or 0) <= self.budget


NOTHING = Spent()


def read_spent(db: Database, keys: Iterable[str], now: float) -> dict[str, Spent]:
    """Objects that never delivered are left out."""
    rows = db.execute(
        "SELECT * FROM purse WHERE id IN (SELECT value FROM json_each(?))", (dump_json(list(keys)),)
    )
    return {
        row["id"]: Spent(
            today=row["today"] if now < row["today_until"] else 0,
            total=row["spent"],
            budget=row["budget"],
            live=row["live"] if now < row["today_until"] else None,
            exhausted=now < row["exhausted_until"],
        )
        for row in rows
    }


def tell_spent(db: Database, entity: Entity, now: float, decimals: int) -> float:
    """What a new budget is measured against (R24): today's spend of a daily budget, all of a lifetime's [inf]."""
    spent = read_spent(db, [entity.id], now).get(entity.id, NOTHING)
    whole_life = entity.body.get("budget_mode") == "BUDGET_MODE_TOTAL"
    counted = (spent.total if whole_life else spent.today) / 10**decimals
    return max(counted, float(entity.facts.get("spend", 0)))
