"""What a campaign has lived through so far, as one JSON text: spent budgets, learning, worn creatives, results on their way."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from smartplus_admin.sandbox.life.learning import Learning
from smartplus_admin.sandbox.life.purse import Purse


@dataclass(slots=True)
class GroupState:
    purse: Purse = field(default_factory=Purse)
    learning: Learning = field(default_factory=Learning)
    begun: int = 0  # the hour of the first delivery
    carry: float = 0.0  # parts of a minor unit that wait for the next hour
    recent: float = 0.0  # impressions that people still remember
    recent_at: int = 0  # the hour of that figure
    pending: dict[str, int] = field(default_factory=dict)  # hour → results that will be heard of then
    exhausted_until: int = 0  # hour; 0 = not


@dataclass(slots=True)
class CampaignState:
    purse: Purse = field(default_factory=Purse)
    exhausted_until: int = 0
    groups: dict[str, GroupState] = field(default_factory=dict)
    worn: dict[str, list[float]] = field(default_factory=dict)  # ad/material → impressions, first hour

    @property
    def waits(self) -> bool:
        """Whether results are still to be heard of; else nothing happens while it is switched off."""
        return any(group.pending for group in self.groups.values())

    def write(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        groups = {
            key: GroupState(
                **{
                    **group,
                    "purse": Purse(**group["purse"]),
                    "learning": Learning(**group["learning"]),
                }
            )
            for key, group in values["groups"].items()
        }
        return cls(**{**values, "purse": Purse(**values["purse"]), "groups": groups})
