"""The hidden truth about learning of one ad group: when it began, what threw it back, when it left. No API call tells it."""

from dataclasses import dataclass, field

from smartplus_admin.sandbox.life.scenarios import LearningRule

WAITING, LEARNING, LEFT = "not delivering", "learning", "left"


@dataclass(frozen=True, slots=True)
class Settings:
    """What of an ad group an edit can change, in an hour."""

    bid: float  # price, or minimum return; 0 = none
    budget: int  # minor units; the campaign's under CBO
    targeting: str
    creatives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Event:
    hour: int
    kind: str  # started, reset, harmless, stuck, left
    cause: str = ""


@dataclass(slots=True)
class Learning:
    phase: str = WAITING
    since: int = 0  # the hour of the first delivery or of the last reset
    results: int = 0  # since then, as TikTok heard of them
    resets: int = 0
    stuck: bool = False
    last_on: int = 0
    bid: float = 0.0
    budget: int = 0
    targeting: str = ""
    creatives: list[str] = field(default_factory=list)

    def begin(self, hour: int, settings: Settings) -> list[Event]:
        """Called in hours in which the ad group may deliver, before it does."""
        self._note(settings)
        self.last_on = hour
        self.phase, self.since = LEARNING, hour
        return [Event(hour, "started")]

    def look(self, hour: int, settings: Settings, rule: LearningRule) -> list[Event]:
        """What changed since the last hour with delivery, and what it did."""
        events = [self._book(hour, cause, resets) for cause, resets in self._compare(hour, settings, rule)]
        self.last_on = hour
        if events:
            self._note(settings)
        return events

    def sleep(self, hour: int) -> None:
        """Hours that dayparting leaves out are no pause; one that began before them goes on."""
        if self.last_on == hour - 1:
            self.last_on = hour

    def settle(self, hour: int, results: int, rule: LearningRule, patience: float) -> list[Event]:
        """Counts the results heard of in this hour; maybe that was enough."""
        if self.phase != LEARNING:
            return []
        self.results += results
        needed = rule.results * patience
        over = hour + 1 - self.since >= rule.days * 24
        if self.results >= needed or (over and self.results >= needed / 2):
            self.phase, self.stuck = LEFT, False
            return [Event(hour + 1, "left", "results" if self.results >= needed else "days")]
        if over and not self.stuck:
            self.stuck = True
            return [Event(hour + 1, "stuck")]
        return []

    def tell_progress(self, rule: LearningRule, patience: float) -> float:
        """0 at the start, 1 when it has left."""
        return 1.0 if self.phase == LEFT else min(1.0, self.results / (rule.results * patience))

    def _compare(self, hour: int, settings: Settings, rule: LearningRule) -> list[tuple[str, bool]]:
        found: list[tuple[str, bool]] = []
        if settings.bid != self.bid:
            found.append(("bid", _step(self.bid, settings.bid) > rule.bid_step))
        if settings.budget != self.budget:
            found.append(("budget", _step(self.budget, settings.budget) > rule.budget_step))
        if settings.targeting != self.targeting:
            found.append(("targeting", rule.targeting))
        old = frozenset(self.creatives)
        if settings.creatives != old:
            changed = len(settings.creatives ^ old) / max(1, len(settings.creatives | old))
            found.append(("creatives", changed > rule.creative_share))
        pause = hour - self.last_on - 1
        if pause >= rule.pause_hours:
            found.append(("pause", True))
        return found

    def _book(self, hour: int, cause: str, resets: bool) -> Event:
        if not resets:
            return Event(hour, "harmless", cause)
        self.phase, self.since, self.results, self.stuck = LEARNING, hour, 0, False
        self.resets += 1
        return Event(hour, "reset", cause)

    def _note(self, settings: Settings) -> None:
        self.bid, self.budget, self.targeting = settings.bid, settings.budget, settings.targeting
        self.creatives = sorted(settings.creatives)


def _step(old: float, new: float) -> float:
    """The relative change; from or to nothing counts as endless."""
    return abs(new - old) / old if old and new else float("inf")
