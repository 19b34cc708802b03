"""Ad groups lived through in the sandbox's engine, with the truth that nobody is told and the reports that everybody gets.

No product code here: what is predicted from the reports is elsewhere, so that truth and prediction meet in one place only.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from campaigns.analysis.learning import Day
from smartplus_admin.sandbox.life.calendar import HOUR, find_local
from smartplus_admin.sandbox.life.engine import Run
from smartplus_admin.sandbox.life.parts import MATERIAL, Part
from smartplus_admin.sandbox.life.picture import (
    ALWAYS_ON,
    NEVER,
    AdPicture,
    CampaignPicture,
    Coin,
    GroupPicture,
)
from smartplus_admin.sandbox.life.purse import DYNAMIC, NONE, Budget
from smartplus_admin.sandbox.life.state import CampaignState

FIRST_HOUR = 492_000  # in February 2026
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo")
EVENTS = ("SHOPPING", "INITIATE_ORDER", "ON_WEB_CART", "FORM")
REPORTED_AFTER = 1  # hours: reports lag by half an hour and count whole hours

Edit = Callable[[CampaignPicture], CampaignPicture]


@dataclass(frozen=True, slots=True)
class Life:
    """One ad group. Hours count since 1970; lists are by hour from `begun` on."""

    begun: int
    zone: str
    results: tuple[int, ...]
    spend: tuple[float, ...]
    left: int | None  # the hour in which it left learning
    resets: tuple[int, ...]

    def report(self, now: int) -> list[Day]:
        """Daily rows as a client has read them at an hour."""
        days: dict[int, list[float]] = {}
        seen = max(0, now - self.begun - REPORTED_AFTER)
        for place in range(min(seen, len(self.results))):
            local = find_local(self.zone, self.begun + place)
            row = days.setdefault(local.day, [self.begun + place, local.day_ends, 0, 0.0])
            row[2] += self.results[place]
            row[3] += self.spend[place]
        read = moment(now - REPORTED_AFTER)
        return [
            Day(
                moment(int(start)), moment(int(end)), Decimal(int(count)), Decimal(str(round(spent, 2))), read
            )
            for start, end, count, spent in days.values()
        ]


def moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR, UTC)


def draw_campaign(draw: random.Random, number: int) -> CampaignPicture:
    """A campaign with one ad group: budgets from starving to plenty, with and without a target price."""
    event = draw.choice(EVENTS)
    usual = {"SHOPPING": 28.0, "INITIATE_ORDER": 10.0, "ON_WEB_CART": 6.0, "FORM": 9.0}[event]
    budget = usual * draw.uniform(2.0, 16.0)
    bid = usual * draw.uniform(0.8, 2.0) if draw.random() < 0.3 else 0.0
    key = str(10**15 + number)
    materials = tuple(Part(MATERIAL, f"{key}m{place}", f"{key}m{place}", "VIDEO", "") for place in range(4))
    ad = AdPicture(f"{key}9", True, 0.0, NEVER, materials, (), False)
    group = GroupPicture(
        id=f"{key}5",
        on=True,
        opens=0.0,
        closes=NEVER,
        goal="CONVERT",
        event=event,
        bid=bid,
        least_return=0.0,
        targeted_by_hand=draw.random() < 0.3,
        placed_by_hand=False,
        narrowing=0,
        targeting="{}",
        slots=ALWAYS_ON,
        fast=False,
        click_days=7,
        view_days=1,
        budget=Budget(DYNAMIC, round(budget * 100)),
        least=0,
        most=0,
        scheduled=None,
        ads=(ad,),
    )
    return CampaignPicture(key, "1", draw.choice(ZONES), Coin(1, 2), True, False, Budget(NONE, 0), (group,))


def live(
    picture: CampaignPicture,
    *,
    seed: int,
    scenario: str,
    days: int,
    edits: dict[int, Edit] | None = None,
    start: int = FIRST_HOUR,
) -> Life:
    """Lives one campaign of one ad group; `edits` happen at so many hours after the start."""
    state = CampaignState()
    hours = days * 24
    results, spend = [0] * hours, [0.0] * hours
    left: int | None = None
    resets: list[int] = []
    turns = sorted((edits or {}).items())
    marks = [0, *(hour for hour, _ in turns), hours]
    for index, (since, until) in enumerate(zip(marks, marks[1:], strict=False)):
        if index:
            picture = turns[index - 1][1](picture)
        run = Run(picture, state, seed, {}, scenario)
        out = run.live(range(start + since, start + until))
        for row in out.shown:
            spend[row.hour - start] += row.spend / 100
        for result in out.results:
            if result.heard and result.at - start < hours:
                results[result.at - start] += 1
        for _, event in out.events:
            if event.kind == "left":
                left = event.hour
            elif event.kind == "reset":
                left = None
                resets.append(event.hour)
    group = next(iter(state.groups.values()), None)
    begun = group.begun if group and group.begun else start
    return Life(
        begun,
        picture.zone,
        tuple(results[begun - start :]),
        tuple(spend[begun - start :]),
        left,
        tuple(resets),
    )


def change_budget(factor: float) -> Edit:
    def change(picture: CampaignPicture) -> CampaignPicture:
        (group,) = picture.groups
        budget = Budget(group.budget.mode, round(group.budget.amount * factor))
        return replace(picture, groups=(replace(group, budget=budget),))

    return change


def change_targeting(picture: CampaignPicture) -> CampaignPicture:
    (group,) = picture.groups
    return replace(picture, groups=(replace(group, targeting=group.targeting + "x"),))


def after(hours: float) -> timedelta:
    return timedelta(hours=hours)
