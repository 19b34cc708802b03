"""What a world's chance is drawn from: a seed, and what it has in store for ad groups.

`none`: nothing. `mixed`: each draws no cause of trouble, one or two. `greedy`: nothing, and every budget is spent as fast as its
bounds let it, whatever the market offers: the worst that may happen to a buyer's money.
"""

import secrets

from smartplus_admin.sandbox.life.scenarios import GREEDY, MIXED
from smartplus_admin.sandbox.store import Database, get_setting, set_setting

SCENARIOS = ("none", MIXED, GREEDY)


def read_seed(db: Database) -> int:
    """The number that all chance in this file comes from. KeyError in a file that has none: it has no world."""
    text = get_setting(db, "seed")
    if text is None:
        raise KeyError("seed")
    return int(text)


def set_seed(db: Database, seed: int | None = None) -> None:
    """Names the seed, or draws one."""
    set_setting(db, "seed", str(secrets.randbelow(2**31) if seed is None else seed))


def read_scenario(db: Database) -> str:
    return get_setting(db, "scenario") or "none"


def set_scenario(db: Database, scenario: str) -> None:
    """Raises ValueError for any other word than the three."""
    if scenario not in SCENARIOS:
        raise ValueError(f"scenario: one of {', '.join(SCENARIOS)}")
    set_setting(db, "scenario", scenario)
