"""Wanted minus remote for an object that exists: the members to send, and the call that takes them.

Works on TikTok's JSON; knows no rows, no network and no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.sync.canonical import canonicalize, find_differences

# U3: whether targeting is merged or replaced is not published, so it is sent whole, with the mode that reads it
_TARGETING = ("targeting_optimization_mode", "suggestion_audience_enabled", "targeting_spec")


@dataclass(frozen=True, slots=True)
class Update:
    """What an object lacks: `members` as TikTok takes them, `endpoint` the call that takes them."""

    level: Level
    members: Mapping[str, Any]

    @property
    def sets_budget_alone(self) -> bool:
        """Twenty ad groups' budgets go in one call of their own (R15)."""
        return self.level is Level.ADGROUP and set(self.members) == {"budget"}

    @property
    def endpoint(self) -> str:
        return f"smart_plus/{self.level}/{'budget/' if self.sets_budget_alone else ''}update/"


def plan_update(*, level: Level, wanted: Mapping[str, Any], remote: Mapping[str, Any]) -> Update | None:
    """The update that makes `remote` equal to `wanted`, both bodies; None where no call can bring them closer.

    A list that is sent replaces the stored one, so it is sent whole (R83).
    """
    known = members_below(level, "")
    names = [item.path for item in find_differences(level=level, wanted=wanted, remote=remote)]
    names = [name for name in names if "update" in known[name].writes]
    if level is Level.ADGROUP and set(names) & set(_TARGETING):
        names += [name for name in _TARGETING if name in wanted and name not in names]
    if not names:
        return None
    members = {name: _keep_updatable(level, name, wanted[name]) for name in names}
    if "creative_list" in members:
        members["creative_list"] = _keep_materials(members["creative_list"], remote)
    return Update(level, members)


def _keep_updatable(level: Level, path: str, value: Any) -> Any:
    """A value without the inner members that only a create takes."""
    if isinstance(value, Mapping):
        known = members_below(level, path)
        return {
            name: _keep_updatable(level, f"{path}.{name}", item)
            for name, item in value.items()
            if name in known and "update" in known[name].writes
        }
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [_keep_updatable(level, f"{path}[]", item) for item in value]
    return value


def _keep_materials(
    creatives: Sequence[Mapping[str, Any]], remote: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Creatives that are there already are named by their id, so that they stay what they are (R83)."""
    free = [item for item in remote.get("creative_list") or [] if item.get("ad_material_id")]
    kept: list[dict[str, Any]] = []
    for creative in creatives:
        wanted = _compare(creative)
        same = next((item for item in free if _compare(item) == wanted), None)
        if same is None:
            kept.append(dict(creative))
        else:
            free.remove(same)
            kept.append({"ad_material_id": str(same["ad_material_id"])})
    return kept


def _compare(creative: Mapping[str, Any]) -> Any:
    return canonicalize(Level.AD, {"creative_list": [creative]}).get("creative_list")
