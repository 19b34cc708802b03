"""Causes and what they do. The product never sees this module; tests and calibration ask `/control/truth`."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any, Self

from smartplus_admin.sandbox.life.chance import draw

MIXED, GREEDY = "mixed", "greedy"  # what a world may have in store, see seed.py
SHARE_HEALTHY, SHARE_ONE = 0.4, 0.45  # of a mixed world; the rest has two causes
ONSET_DAYS = (6, 12)  # when a drawn cause sets in, after the first delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Factors on what happens anyway; 1 changes nothing."""

    price: float = 1.0
    click: float = 1.0
    result: float = 1.0
    signal: float = 1.0
    landing: float = 1.0
    landing_seen: float = 1.0
    patience: float = 1.0
    volatility: float = 1.0

    def grow(self, other: "Effect", part: float) -> "Effect":
        """Both together, the other one as far as it has come (0 to 1)."""
        return Effect(**{name: getattr(self, name) * getattr(other, name) ** part for name in EFFECT_NAMES})


EFFECT_NAMES = tuple(field.name for field in fields(Effect))
NO_EFFECT = Effect()


@dataclass(frozen=True, slots=True)
class Cause:
    """Something wrong from an hour on. `strength` 1 is the full effect."""

    name: str
    hour: int
    strength: float = 1.0
    until: int | None = None  # cured from this hour on

    def tell_part(self, hour: int) -> float:
        if hour < self.hour or (self.until is not None and hour >= self.until):
            return 0.0
        days = read_causes()[self.name].days
        grown = 1.0 if not days else min(1.0, (hour - self.hour + 1) / (days * 24))
        return grown * self.strength


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningRule:
    """When an ad group leaves learning and which edits throw it back."""

    name: str
    results: int
    days: float
    bid_step: float
    budget_step: float
    creative_share: float
    pause_hours: float
    targeting: bool

    @classmethod
    def draw(cls, seed: int, campaign_id: str, adgroup_id: str) -> Self:
        kinds = _table()["learning"]
        name = sorted(kinds)[int(draw(seed, f"learning/{campaign_id}")[0] * len(kinds))]
        kind = dict(kinds[name])
        low, high = kind.pop("results")
        results = low + int(draw(seed, f"learning/{adgroup_id}")[0] * (high - low + 1))
        return cls(name=name, results=results, **kind)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("scenarios.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Kind:
    """What a cause does once it is fully there."""

    days: float  # until then
    effect: Effect
    half_days: float  # 0 = creatives wear out as they always do
    saturation: float


@cache
def read_causes() -> dict[str, Kind]:
    kinds = {}
    for name, row in _table()["cause"].items():
        factors = dict(row)
        days, half, full = (factors.pop(key, 0.0) for key in ("days", "half_days", "saturation"))
        kinds[name] = Kind(days, Effect(**factors), half, full)
    return kinds


@dataclass(frozen=True, slots=True)
class Trouble:
    """All causes of one ad group together, in one hour."""

    effect: Effect = NO_EFFECT
    saturation: float = 0.0
    wearing: tuple[tuple[int, float], ...] = ()  # since which hour creatives halve, and in how many days


NO_TROUBLE = Trouble()


def combine(causes: tuple[Cause, ...], hour: int) -> Trouble:
    if not causes:
        return NO_TROUBLE
    effect, saturation, wearing = NO_EFFECT, 0.0, []
    for cause in causes:
        part = cause.tell_part(hour)
        if part:
            kind = read_causes()[cause.name]
            effect = effect.grow(kind.effect, part)
            saturation += kind.saturation * part
            if kind.half_days:
                wearing.append((cause.hour, kind.half_days / cause.strength))
    return Trouble(effect, saturation, tuple(wearing))


def draw_causes(seed: int, adgroup_id: str, begun: int) -> tuple[Cause, ...]:
    """What a mixed world has in store for an ad group whose first delivery was in this hour."""
    kind, which, other, when, later, *_ = draw(seed, f"mixed/{adgroup_id}")
    if kind < SHARE_HEALTHY:
        return ()
    names = sorted(read_causes())
    first = names[int(which * len(names))]
    low, high = ONSET_DAYS
    hours = [begun + round((low + chance * (high - low)) * 24) for chance in (when, later)]
    chosen = [first]
    if kind >= SHARE_HEALTHY + SHARE_ONE:
        rest = [name for name in names if name != first]
        chosen.append(rest[int(other * len(rest))])
    return tuple(
        Cause(name, begun if name == "still-learning" else hour)
        for name, hour in zip(chosen, hours, strict=False)
    )
