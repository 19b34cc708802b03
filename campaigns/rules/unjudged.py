"""What no rule of the book says, and why: of the fact sheet's rules R1 to R91 those that nobody here can know beforehand."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Unjudged:
    """One rule of the sheet without a rule here. `why` is unknown (a fact that we lack) or answer (seen to elsewhere)."""

    rule: str
    why: str
    reason: str
    part: str = ""  # what of it is meant, where rules speak of the rest


@cache
def list_unjudged() -> tuple[Unjudged, ...]:
    """All of them, what we lack a fact for first."""
    table = tomllib.loads(resources.files(__package__).joinpath("unjudged.toml").read_text("utf-8"))
    return tuple(Unjudged(**row) for row in table["unjudged"])
