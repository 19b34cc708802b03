"""A second telling of what statuses and lists must be, to hold the sandbox to: plain, slow, and written apart from it."""

import copy
from dataclasses import dataclass, field

from campaigns.contract.levels import Level

REVIEW = 20  # seconds, as Config says


@dataclass
class Thing:
    level: Level
    parent: str
    name: str
    on: bool = True
    denied: bool = False  # what a review by the clock will say
    by_hand: str = ""  # approved or denied
    submitted: float = 0.0
    ran_before: bool = False

    def review(self, now: float) -> str:
        if self.by_hand:
            return self.by_hand
        if now < self.submitted + REVIEW:
            return "again" if self.ran_before else "pending"
        return "denied" if self.denied else "approved"


@dataclass
class Model:
    things: dict[str, Thing] = field(default_factory=dict)
    now: float = 0.0
    pictures: list[tuple[float, dict[str, Thing]]] = field(default_factory=list)

    def keep(self) -> None:
        """To be called after each step: what stands now is what a lagging read may show later."""
        self.pictures.append((self.now, copy.deepcopy(self.things)))

    def look_back(self, seconds: float) -> dict[str, Thing]:
        known = [things for at, things in self.pictures if at <= self.now - seconds]
        return known[-1] if known else {}

    def keys(self, level: Level) -> list[str]:
        return [key for key, thing in self.things.items() if thing.level is level]

    def children(self, key: str) -> list[str]:
        return [child for child, thing in self.things.items() if thing.parent == key]

    def remove(self, key: str) -> None:
        for child in self.children(key):
            self.remove(child)
        del self.things[key]

    def submit(self, key: str, denied: bool) -> None:
        ad = self.things[key]
        ad.ran_before = ad.review(self.now) in ("approved", "again")
        ad.submitted, ad.by_hand, ad.denied = self.now, "", denied

    def status(self, key: str) -> str:
        thing = self.things[key]
        if thing.level is Level.CAMPAIGN:
            return "CAMPAIGN_STATUS_ENABLE" if thing.on else "CAMPAIGN_STATUS_DISABLE"
        adgroup = thing if thing.level is Level.ADGROUP else self.things[thing.parent]
        word = "ADGROUP" if thing.level is Level.ADGROUP else "AD"
        if not self.things[adgroup.parent].on:
            return f"{word}_STATUS_CAMPAIGN_DISABLE"
        if not adgroup.on and thing is not adgroup:
            return "AD_STATUS_ADGROUP_DISABLE"
        if not thing.on:
            return f"{word}_STATUS_DISABLE"
        return self._status_by_review(key, thing)

    def _status_by_review(self, key: str, thing: Thing) -> str:
        if thing.level is Level.AD:
            return {
                "pending": "AD_STATUS_AUDIT",
                "denied": "AD_STATUS_AUDIT_DENY",
                "again": "AD_STATUS_DELIVERY_AND_REAUDIT",
                "approved": "AD_STATUS_DELIVERY_OK",
            }[thing.review(self.now)]
        reviews = [self.things[child].review(self.now) for child in self.children(key)]
        running = [review for review in reviews if review in ("approved", "again")]
        if not reviews:
            return "ADGROUP_STATUS_CREATE"
        if not running:
            return "ADGROUP_STATUS_AUDIT" if "pending" in reviews else "ADGROUP_STATUS_AUDIT_DENY"
        partly = len(running) < len(reviews)
        return f"ADGROUP_STATUS_{'PARTIAL_AUDIT_' if partly else ''}DELIVERY_OK"
