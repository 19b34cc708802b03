"""How fast something live may change: everybody's earlier steps, what was spent, and the step that is free (L3, B4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.analysis.pace import Step, find_step
from campaigns.models import Ad, Advertiser, Change, Flip, Result, Thing, policy_of
from campaigns.rules.edits import StepFacts
from campaigns.rules.pace import PRICES
from campaigns.services.wanted import campaign_of, name_target

BODY = "body:"
TOTAL = "BUDGET_MODE_TOTAL"
DAYS_LOOKED_AT = 14
PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Spending:
    """`share`: the part of the daily budget that was spent on each whole day, the newest last; `counted`: what R24 counts.

    None and empty where nobody knows.
    """

    share: tuple[Decimal, ...] = ()
    counted: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """The largest step of one amount that starts nothing anew, and from when on it is free."""

    name: str
    value: Decimal
    step: Step
    last_at: datetime | None


def list_steps(thing: Thing) -> tuple[StepFacts, ...]:
    """Earlier changes of the object by member: ours, and those found at TikTok. Two queries."""
    own = {"campaign_ref": campaign_of(thing).pk, "target": name_target(thing)}
    ours = Change.objects.filter(**own, act=Change.Act.EDITED).values_list("after", "at")
    found = Flip.objects.filter(**own, cause=Flip.Cause.ELSEWHERE, member__startswith=BODY)
    steps = [StepFacts(name, at) for after, at in ours if isinstance(after, Mapping) for name in after]
    steps += [
        StepFacts(member.removeprefix(BODY).split("/")[0], at)
        for member, at in found.values_list("member", "at")
    ]
    return tuple(sorted(steps, key=lambda step: step.at))


def read_spending(thing: Thing, settings: Mapping[str, Any], *, now: datetime) -> Spending:
    """What was spent of an object's own budget. One query."""
    budget = settings.get("budget")
    if isinstance(thing, Ad) or not isinstance(budget, Decimal) or budget <= 0:
        return Spending()
    advertiser = campaign_of(thing).advertiser
    read = Result.objects.filter(**{thing.level.value: thing}, spend__isnull=False).order_by("day")
    rows = [(day, spend or Decimal(0)) for day, spend in read.values_list("day", "spend")]
    if settings.get("budget_mode") == TOTAL:
        return Spending((), sum((spend for _, spend in rows), Decimal(0)) if rows else None)
    today = now.astimezone(ZoneInfo(advertiser.zone)).date()
    share = tuple(spend / budget for day, spend in rows if day < today)[-DAYS_LOOKED_AT:]
    return Spending(share, next((spend for day, spend in rows if day == today), None))


def list_offers(thing: Thing, *, now: datetime) -> list[Offer]:
    """The free step of every amount that the object holds: prices by L3, a budget's raise by B4; any lowering is free."""
    advertiser: Advertiser = campaign_of(thing).advertiser
    policy, money = policy_of(advertiser), advertiser.money
    steps = list_steps(thing)
    offers = []
    for name in (*PRICES, "budget"):
        value = _read_amount(thing, name)
        if value is None or value <= 0:
            continue
        last_at = max((step.at for step in steps if step.name == name), default=None)
        price = name in PRICES
        step = find_step(
            value=value,
            percent_down=policy.number("pace.bid_step") if price else PERCENT,
            percent_up=policy.number("pace.bid_step" if price else "pace.budget_raise"),
            apart=policy.days("pace.bid_step_apart"),
            last_at=last_at,
            now=now,
            grain=Decimal("0.01") if name == "roas_bid" else money.step,
        )
        offers.append(Offer(name, value, step, last_at))
    return offers


def _read_amount(thing: Thing, name: str) -> Decimal | None:
    given = thing.wanted.get(name)
    return Decimal(str(given)) if given not in (None, "") else None
