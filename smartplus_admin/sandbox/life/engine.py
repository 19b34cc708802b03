"""One campaign, hour by hour: a pure function of its picture, what it lived through, the seed and the hours.

What it brings about goes into `Outcome`; `CampaignState` is moved on in place. Other slices of the same hours change nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from smartplus_admin.sandbox.life.auction import GroupHour, find_wish, meet_market, share_pool
from smartplus_admin.sandbox.life.calendar import HOUR, LocalHour, find_local
from smartplus_admin.sandbox.life.learning import WAITING, Event
from smartplus_admin.sandbox.life.market import Nature, read_market
from smartplus_admin.sandbox.life.picture import AdPicture, CampaignPicture, GroupPicture, ripen
from smartplus_admin.sandbox.life.purse import TOTAL, UNBOUNDED
from smartplus_admin.sandbox.life.scenarios import GREEDY, MIXED, Cause, LearningRule, combine, draw_causes
from smartplus_admin.sandbox.life.showing import Parts, Result, Shown, show_group
from smartplus_admin.sandbox.life.state import CampaignState, GroupState

# entity id → (second, runs): how it was switched in the first of the hours; its state before is the opposite of the first entry
Flips = Mapping[str, list[tuple[float, bool]]]
EXHAUSTED_BELOW = 0.002  # of a budget: what is left is too little to be shown with


@dataclass(slots=True)
class Outcome:
    shown: list[Shown] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    parts: Parts = field(default_factory=dict)
    events: list[tuple[str, Event]] = field(default_factory=list)  # (ad group, what happened to its learning)


@dataclass(slots=True)
class Run:
    """One stretch of hours of one campaign."""

    campaign: CampaignPicture
    state: CampaignState
    seed: int
    causes: Mapping[str, tuple[Cause, ...]]
    scenario: str = ""  # see seed.py
    flips: Flips = field(default_factory=dict)
    out: Outcome = field(default_factory=Outcome)
    _natures: dict[str, Nature] = field(default_factory=dict)
    _rules: dict[str, LearningRule] = field(default_factory=dict)

    def live(self, hours: range) -> Outcome:
        for hour in hours:
            local = find_local(self.campaign.zone, hour)
            self.state.purse.turn(local.day)
            flips = self.flips if hour == hours.start else {}
            meetings = []
            for group in self.campaign.groups:
                meeting = self._meet(group, hour, local, flips)
                if meeting is not None:
                    meetings.append(meeting)
            if meetings:
                self._spend(meetings, hour, local)
            self._hear(hour, {meeting.group.id for meeting in meetings})
        return self.out

    def find_rule(self, group_id: str) -> LearningRule:
        rule = self._rules.get(group_id)
        if rule is None:
            rule = self._rules[group_id] = LearningRule.draw(self.seed, self.campaign.id, group_id)
        return rule

    def list_causes(self, group_id: str) -> tuple[Cause, ...]:
        set_by_hand = self.causes.get(group_id, ())
        state = self.state.groups.get(group_id)
        if self.scenario == MIXED and state is not None and state.begun:
            return set_by_hand + draw_causes(self.seed, group_id, state.begun)
        return set_by_hand

    def _meet(self, group: GroupPicture, hour: int, local: LocalHour, flips: Flips) -> GroupHour | None:
        """The ad group's terms in this hour, or None where nothing of it may be shown."""
        state = self.state.groups.get(group.id)
        if state is not None:
            state.purse.turn(local.day)
        slots = sum(group.slots[slot] == "1" for slot in local.slots)
        if not slots and state is not None and self.campaign.on and group.on:
            state.learning.sleep(hour)
        ads = self._find_live(group, hour, slots / 2, flips) if slots else []
        if not ads:
            return None
        if state is None:
            state = self.state.groups[group.id] = GroupState()
            state.purse.turn(local.day)
        budget, most = ripen(group, hour * HOUR)
        settings = self.campaign.tell_settings(group, budget)
        rule = self.find_rule(group.id)
        state.begun = state.begun or hour
        events = (
            state.learning.begin(hour, settings)
            if state.learning.phase == WAITING
            else state.learning.look(hour, settings, rule)
        )
        self.out.events += [(group.id, event) for event in events]
        trouble = combine(self.list_causes(group.id), hour)
        nature = self._natures.get(group.id)
        if nature is None:
            nature = self._natures[group.id] = Nature.of(self.campaign, group, self.seed)
        return meet_market(
            group,
            state,
            nature=nature,
            budget=budget,
            most=most,
            ads=ads,
            trouble=trouble,
            progress=state.learning.tell_progress(rule, trouble.effect.patience),
            seed=self.seed,
            hour=hour,
            local=local,
            per_major=10**self.campaign.coin.decimals,
        )

    def _find_live(
        self, group: GroupPicture, hour: int, part: float, flips: Flips
    ) -> list[tuple[AdPicture, float]]:
        """Its ads that may be shown, with the part of the hour in which they may."""
        if not (flips or (self.campaign.on and group.on)):
            return []
        start, end = hour * HOUR, (hour + 1) * HOUR
        found = []
        for ad in group.ads:
            opens, closes = max(start, group.opens, ad.opens), min(end, group.closes, ad.closes)
            if opens >= closes or not ad.materials:
                continue
            if flips:
                spans = [(opens, closes)]
                for key, on in ((self.campaign.id, self.campaign.on), (group.id, group.on), (ad.id, ad.on)):
                    spans = _cut(spans, key, on, flips)
                seconds = sum(until - since for since, until in spans)
            else:
                seconds = closes - opens if ad.on else 0.0
            if seconds > 0:
                found.append((ad, seconds / HOUR * part))
        return found

    def _spend(self, meetings: list[GroupHour], hour: int, local: LocalHour) -> None:
        campaign, state = self.campaign, self.state
        room = state.purse.find_room(campaign.budget)
        people = read_market()["clock"]["people"]
        part_of_day = people[local.hour] / sum(people)
        if campaign.pooled:
            wish = find_wish(
                state.purse,
                campaign.budget,
                key=campaign.id,
                seed=self.seed,
                hour=hour,
                local=local,
                closes=max(meeting.group.closes for meeting in meetings),
                fast=any(meeting.group.fast for meeting in meetings),
            )
            share_pool(meetings, wish * max(meeting.part for meeting in meetings), part_of_day)
        else:
            for meeting in meetings:
                wish = find_wish(
                    meeting.state.purse,
                    meeting.budget,
                    key=meeting.group.id,
                    seed=self.seed,
                    hour=hour,
                    local=local,
                    closes=meeting.group.closes,
                    fast=meeting.group.fast,
                )
                meeting.wish = min(meeting.room, wish * meeting.part) * meeting.eager
        if self.scenario == GREEDY:
            _want_all(meetings, room, pooled=campaign.pooled)
        wished = sum(meeting.wish for meeting in meetings)
        scale = min(1.0, room / wished) if wished else 1.0
        for meeting in meetings:
            room -= self._show(meeting, scale, room, hour, local)

    def _show(self, meeting: GroupHour, scale: float, room: int, hour: int, local: LocalHour) -> int:
        """Spends, within every bound, and notes what came of it."""
        state = meeting.state
        wish = meeting.wish * scale + state.carry
        own = state.purse.find_room(meeting.budget)
        if meeting.most:
            own = min(own, max(0, meeting.most - state.purse.today))
        amount = min(int(wish), own, room)
        state.carry = wish - amount if amount == int(wish) else 0.0
        shown, results = show_group(self.state, meeting, amount, self.seed, hour, local, self.out.parts)
        self.out.shown += shown
        self.out.results += results
        spent = sum(row.spend for row in shown)
        state.purse.pay(spent, meeting.budget)
        self.state.purse.pay(spent, self.campaign.budget)
        for result in results:
            if result.heard:
                key = str(result.at)
                state.pending[key] = state.pending.get(key, 0) + 1
        self._note_exhausted(meeting, local)
        return spent

    def _note_exhausted(self, meeting: GroupHour, local: LocalHour) -> None:
        for holder, purse, budget in (
            (self.state, self.state.purse, self.campaign.budget),
            (meeting.state, meeting.state.purse, meeting.budget),
        ):
            used = budget.amount and purse.find_room(budget) <= EXHAUSTED_BELOW * budget.amount
            if used:
                holder.exhausted_until = UNBOUNDED if budget.mode == TOTAL else local.day_ends
            else:
                holder.exhausted_until = 0

    def _hear(self, hour: int, delivering: set[str]) -> None:
        """Results that TikTok hears of bring learning on, also when nothing is shown any more; days only count while it is."""
        for key, state in self.state.groups.items():
            heard = state.pending.pop(str(hour), 0) if state.pending else 0
            if heard or key in delivering:
                rule = self.find_rule(key)
                patience = combine(self.list_causes(key), hour).effect.patience
                events = state.learning.settle(hour, heard, rule, patience)
                self.out.events += [(key, event) for event in events]


def _want_all(meetings: list[GroupHour], room: int, *, pooled: bool) -> None:
    """Greed: each wants what its bounds leave, whatever the market offers."""
    for meeting in meetings:
        own = room / len(meetings) if pooled else meeting.state.purse.find_room(meeting.budget)
        meeting.wish = float(min(own, meeting.most or own))


def _cut(spans: list[tuple[float, float]], key: str, on: bool, flips: Flips) -> list[tuple[float, float]]:
    """What of the spans lies in times when this object was switched on."""
    turns = flips.get(key)
    if not turns:
        return spans if on else []
    running, since, lit = not turns[0][1], float("-inf"), []
    for second, runs in [*turns, (float("inf"), False)]:
        if running:
            lit.append((since, second))
        running, since = runs, second
    return [
        (max(first, begin), min(last, end))
        for first, last in spans
        for begin, end in lit
        if max(first, begin) < min(last, end)
    ]
