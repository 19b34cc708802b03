"""What goes along with changed cells: a creative that begins with one of its members, and who speaks in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from campaigns.contract.paths import find_at
from campaigns.models import Campaign
from campaigns.services.bulk import Changes
from campaigns.services.speakers import MEMBERS, Hearing, follow_speakers, settle_names
from campaigns.web.builder_actions import begin_creative

INSIDE = "/creative_info/"


@dataclass(slots=True)
class Completing:
    """Asks the account only where a creative begins or a speaker changes, and once."""

    campaign: Campaign
    now: datetime
    _hearing: Hearing | None = field(default=None, init=False)
    _begun: dict[str, Any] | None = field(default=None, init=False)

    @property
    def hearing(self) -> Hearing:
        if self._hearing is None:
            self._hearing = Hearing.of(self.campaign, self.now)
        return self._hearing

    def complete(self, tree: Mapping[str, Any], changes: Changes) -> list[tuple[str, Any]]:
        """The changes, by paths from the root, with what they bring along in front."""
        told = {path for path, _ in changes}
        begun: list[tuple[str, Any]] = []
        for path, value in changes:
            place, inside, _ = path.partition(INSIDE)
            if not inside or value is None or find_at(tree, place):
                continue
            for name, member in self._begin(tree, place).items():
                if (where := f"{place}{INSIDE}{name}") not in told and not self._is_told(told, place, name):
                    told.add(where)
                    begun.append((where, member))
        whole = [*begun, *changes]
        if any(path.rpartition("/")[2] in MEMBERS for path, _ in changes):
            find, identities = partial(find_at, tree), self.hearing.account.identities
            whole = settle_names(find, whole, identities)
            whole += follow_speakers(find, whole, identities)
        return whole

    def _begin(self, tree: Mapping[str, Any], place: str) -> dict[str, Any]:
        if self._begun is None:
            group, ad = place.split("/")[1], place.split("/")[3]
            raw = find_at(tree, f"adgroups/{group}")
            self._begun = begin_creative(self.hearing, tree, raw, find_at(tree, f"adgroups/{group}/ads/{ad}"))
        return self._begun

    @staticmethod
    def _is_told(told: set[str], place: str, name: str) -> bool:
        """Whether somebody says himself who speaks: then nothing of it is filled in."""
        return name in MEMBERS and any(f"{place}{INSIDE}{member}" in told for member in MEMBERS)
