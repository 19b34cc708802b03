"""What a world's chance is drawn from: a seed, and whether ad groups have causes of trouble in store (`mixed`) or none."""

import secrets

from smartplus_admin.sandbox.life.scenarios import MIXED
from smartplus_admin.sandbox.store import Database, get_setting, set_setting

SCENARIOS = ("none", MIXED)


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
    """Raises ValueError for any other word than the two."""
    if scenario not in SCENARIOS:
        raise ValueError(f"scenario: one of {', '.join(SCENARIOS)}")
    set_setting(db, "scenario", scenario)
