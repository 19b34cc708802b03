"""What a change of something live would cost in learning, for every ad group that it touches (L2, R41, CBO budgets)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from campaigns.analysis.forecast import ResetCost
from campaigns.contract.choices import SPREAD_BY_TIKTOK
from campaigns.contract.money import Currency
from campaigns.models import AdGroup, Thing
from campaigns.rules.policy import Policy
from campaigns.rules.significance import Weight, weigh, weigh_all
from campaigns.services.edits import EditJudgement, JudgedEdit
from campaigns.services.learning import Standing, price, read_standings
from campaigns.services.locks import list_touched

Key = tuple[str, int]  # level and our id


@dataclass(frozen=True, slots=True)
class GroupPrice:
    standing: Standing
    cost: ResetCost


@dataclass(frozen=True, slots=True)
class ChangePrice:
    """One object's change: the weight that decides, and what it costs each ad group. Empty where nothing delivers."""

    weight: Weight
    groups: tuple[GroupPrice, ...]

    @property
    def chance(self) -> float:
        return max((group.cost.chance for group in self.groups), default=0.0)

    @property
    def expected_days(self) -> float:
        """Of the ad group that it costs most."""
        return max((group.cost.expected_days for group in self.groups), default=0.0)

    @property
    def expected_money(self) -> Decimal | None:
        """Of all ad groups together; None where of one of them nobody knows the spend."""
        given = [group.cost.expected_money for group in self.groups]
        return None if None in given else sum((amount for amount in given if amount is not None), Decimal(0))

    @property
    def money(self) -> tuple[Decimal, Decimal] | None:
        """If all of them begin anew: the ends of their intervals together."""
        given = [group.cost.money for group in self.groups if group.cost.money is not None]
        if len(given) < len(self.groups):
            return None
        return sum((low for low, _ in given), Decimal(0)), sum((high for _, high in given), Decimal(0))

    def as_json(self, money: Currency) -> dict[str, Any]:
        """For the proposal's row and for REST: chances as shares, days as numbers, amounts as text."""
        longest = max(self.groups, key=lambda group: group.cost.expected_days, default=None)
        return {
            "chance": round(self.chance, 3),
            "because": self.weight.row.source,
            "expected_days": round(self.expected_days, 2),
            "days": None
            if longest is None
            else [round(edge or 0.0, 2) for edge in (longest.cost.days.low, longest.cost.days.high)],
            "expected_money": _write(self.expected_money, money),
            "money": None if self.money is None else [_write(edge, money) for edge in self.money],
            "adgroups": [
                {
                    "id": group.standing.adgroup.pk,
                    "label": group.standing.adgroup.label,
                    "state": group.standing.ledger.state.value,
                    "results": f"{group.standing.ledger.results:.0f}",
                    "expected_days": round(group.cost.expected_days, 2),
                    "expected_money": _write(group.cost.expected_money, money),
                }
                for group in self.groups
            ],
        }


def price_changes(*, judgement: EditJudgement, now: datetime) -> dict[Key, ChangePrice]:
    """The price of each object's change that somebody named, by level and our id of the object."""
    named = [item for item in judgement.edits if not item.spread]
    spread = [item.thing for item in judgement.edits if item.spread]
    touched: dict[Key, list[AdGroup]] = {key_of(item.thing): _list_groups(item, spread) for item in named}
    groups = {group.pk: group for found in touched.values() for group in found}
    standings = read_standings(adgroups=groups.values(), now=now)
    return {
        key_of(item.thing): _price(
            item.facts.before, item, [standings[group.pk] for group in touched[key_of(item.thing)]]
        )
        for item in named
    }


def price_growth(*, parent: Thing, policy: Policy, now: datetime) -> ChangePrice:
    """What it costs to add something below a live object."""
    weight = weigh("ads", None, None, policy=policy)
    return _weigh_down(weight, read_standings(adgroups=list_touched(parent), now=now).values())


def key_of(thing: Thing) -> Key:
    return thing.level.value, thing.pk


def _list_groups(item: JudgedEdit, spread: Iterable[Thing]) -> list[AdGroup]:
    """The ad groups of the object, and those to which TikTok carries its price."""
    carried = [thing for thing in spread if isinstance(thing, AdGroup)]
    return list_touched(item.thing) + (carried if set(item.facts.names) & set(SPREAD_BY_TIKTOK) else [])


def _price(before: Mapping[str, Any], item: JudgedEdit, standings: Iterable[Standing]) -> ChangePrice:
    changes = {name: (before.get(name), item.facts.after.get(name)) for name in item.facts.names}
    steps = {step.name: step.at for step in item.facts.steps}
    weight = weigh_all(changes, policy=item.facts.policy, at=item.facts.now, last_steps=steps)
    return _weigh_down(weight, standings)


def _weigh_down(weight: Weight, standings: Iterable[Standing]) -> ChangePrice:
    """The price for each ad group that has ever delivered."""
    return ChangePrice(
        weight,
        tuple(
            GroupPrice(
                standing,
                price(standing=standing, chance=weight.inside if standing.ledger.locked else weight.after),
            )
            for standing in standings
            if standing.ledger.began is not None
        ),
    )


def _write(amount: Decimal | None, money: Currency) -> str | None:
    return None if amount is None else money.write(amount)
