"""Where TikTok's documents and the guides contradict each other (fact sheet section 11), and which side is sent."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Conflict:
    """One contradiction: its two sides with their sources, and the side that is followed."""

    id: str
    topic: str
    one: str
    other: str
    follow: str


@cache
def list_conflicts() -> Mapping[str, Conflict]:
    """All contradictions by their number, C1 to C45."""
    rows = tomllib.loads(resources.files(__package__).joinpath("conflicts.toml").read_text("utf-8"))
    return {name: Conflict(name, **row) for name, row in rows.items()}
