"""Before launch: what a budget feeds, where its cost comes from, and that unknown stays unknown."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from campaigns.contract.money import CURRENCIES
from campaigns.rules.facts import PastCost
from campaigns.services.forecasting import Outlook, foresee_launch
from campaigns.services.judging import Judgement
from campaigns.sync.plan import plan_launch
from campaigns.web.outlook import tell_outlook
from tests.rules.bases import ACCOUNT, BASES, resolve
from tests.rules.test_rules import change

READ = datetime(2026, 11, 17, 6, tzinfo=UTC)
PAST = PastCost(Decimal(10), 40, READ.date(), READ.date(), READ)
USD = CURRENCIES["USD"]


def foresee(
    changes: dict[str, Any], *, past: PastCost | None = PAST, groups: int = 1, made: bool = False
) -> Outlook | None:
    tree = change(BASES["web"], changes)
    tree["adgroups"] = tree["adgroups"] * groups
    event = str(tree["adgroups"][0]["optimization_event"])
    facts = resolve(tree, replace(ACCOUNT, costs={event: past} if past else {}))
    return foresee_launch(
        judgement=Judgement(facts, (), plan_launch(facts=facts), frozenset([""] if made else []))
    )


def look(changes: dict[str, Any], **more: Any) -> Outlook:
    outlook = foresee(changes, **more)
    assert outlook is not None
    return outlook


def test_more_money_makes_leaving_learning_likelier() -> None:
    chances = [look({"budget": budget}).weakest.chance for budget in ("50", "100", "500")]
    assert None not in chances
    assert chances == sorted(chances, key=float)  # type: ignore[arg-type]
    assert len(set(chances)) == 3


def test_ad_groups_share_the_campaigns_budget() -> None:
    outlook = look({"budget": "100"}, groups=2)
    assert [group.budget_per_day for group in outlook.adgroups] == [50, 50]


def test_the_budget_that_is_called_enough_is_enough_and_a_tenth_less_is_not() -> None:
    enough = look({"budget": "100"}).enough_per_day
    assert enough is not None
    chance, less = (
        look({"budget": str(budget)}).weakest.chance for budget in (enough + 1, enough * Decimal("0.9"))
    )
    assert (chance or 0) >= 0.8 > (less or 1)


def test_a_past_of_few_conversions_says_less() -> None:
    wide, narrow = (
        look({"budget": "100"}, past=replace(PAST, conversions=count)).adgroups[0].per_week
        for count in (1, 40)
    )
    assert wide and narrow
    assert (wide.high or 0) - (wide.low or 0) > (narrow.high or 0) - (narrow.low or 0)


def test_a_cost_that_nobody_knows_stays_unknown_and_says_what_would_make_it_known() -> None:
    outlook = look({"budget": "100"}, past=None)
    assert (outlook.per_week, outlook.weakest.chance, outlook.enough_per_day) == (None, None, None)
    assert "Type a target cost" in outlook.unknown
    assert tell_outlook(outlook, USD).line == "enough to leave learning: unknown"


def test_the_line_begins_with_the_verdict_and_names_the_money() -> None:
    line = tell_outlook(look({"budget": "50"}, groups=30), USD).line
    assert line.startswith("enough to leave learning: 0% each; 80% needs ")
    assert " USD a day; about " in line


def test_without_a_budget_it_is_unknown_but_what_would_be_enough_is_said() -> None:
    outlook = look({"budget": None})
    assert "no budget" in outlook.unknown
    assert outlook.enough_per_day is not None


def test_the_words_say_where_the_cost_comes_from_and_how_old_it_is() -> None:
    ((_, said),) = tell_outlook(look({"budget": "100"}), USD).groups
    assert "10.00 USD a result (40 conversions of this event" in said
    assert "read 2026-11-17 06:00 UTC" in said


@pytest.mark.parametrize("budget", ["0.01", "99999999999999999999"])
def test_amounts_beyond_reason_are_answered_all_the_same(budget: str) -> None:
    assert 0 <= (look({"budget": budget}).weakest.chance or 0) <= 1


def test_what_is_at_tiktok_has_its_ledger_and_no_forecast_before_launch() -> None:
    assert foresee({"budget": "100"}, made=True) is None
