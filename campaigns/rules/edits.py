"""The frozen facts of a change to something that exists at TikTok: what it was, what it becomes, and what happened before.

Values are typed like those of a tree: Decimal in the account's currency, aware datetimes. Knows no storage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.money import Currency
from campaigns.rules.policy import Policy


class Phase(StrEnum):
    """Where an ad group stands in learning (L2); a campaign or ad stands where its most locked ad group does."""

    NOT_DELIVERING = "not_delivering"
    LEARNING = "learning"
    LEFT = "left"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class LockFacts:
    """The learning lock of an object. `opens_at` is None where nobody can say; `results` are counted since the last reset."""

    phase: Phase = Phase.NOT_DELIVERING
    opens_at: datetime | None = None
    results: Decimal | None = None

    @property
    def locked(self) -> bool:
        return self.phase is Phase.LEARNING


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One earlier change of a member that took effect."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EditFacts:
    """A change of one live object. `before` and `after` hold the members that change, None where not given.

    `steps` are earlier changes of the object; `spent_share` the part of the daily budget spent on each of the last days, the
    newest last (1 = all of it), empty where unknown; `spent` what counts against a new budget (R24), None where unknown.
    `siblings` is how many ad groups the campaign has.
    """

    level: Level
    path: str
    label: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    currency: Currency
    now: datetime
    policy: Policy
    lock: LockFacts = LockFacts()
    deleted: bool = False
    frozen: bool = False
    siblings: int = 1
    steps: tuple[StepFacts, ...] = ()
    spent_share: tuple[Decimal, ...] = ()
    spent: Decimal | None = None
    emergency: str = ""  # the reason, where the change was marked as an emergency (L2)
    settings: Mapping[str, Any] = field(default_factory=dict)  # other members of the object as they stand
    along: tuple[
        str, ...
    ] = ()  # members that nobody named: they go back to what is wanted, over a change made elsewhere

    @property
    def names(self) -> tuple[str, ...]:
        """The members that really change."""
        given = dict.fromkeys((*self.before, *self.after))
        return tuple(name for name in given if self.before.get(name) != self.after.get(name))

    def at(self, name: str) -> str:
        return f"{self.path}/{name}" if self.path else name

    def say_money(self, amount: Decimal) -> str:
        return self.currency.say(amount)

    def read_step(self, name: str) -> tuple[Decimal, Decimal] | None:
        """A member's value before and after, where both are amounts above nothing."""
        old, new = self.before.get(name), self.after.get(name)
        if not isinstance(old, Decimal) or not isinstance(new, Decimal) or old <= 0 or new <= 0 or old == new:
            return None
        return old, new
