"""Operation statuses (the switch) and secondary statuses (what TikTok derives from it), loaded from statuses.toml.

Source: fact sheet section 9 (docs, sdk). There is no learning status: TikTok shows none (9.5).
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from campaigns.contract.levels import Level

ENABLE = "ENABLE"
DISABLE = "DISABLE"
DELETE = "DELETE"  # an operation, never a stored status (9.1)
FROZEN = "FROZEN"

DELIVERY_OK = "STATUS_DELIVERY_OK"
DISABLED = "STATUS_DISABLE"
NOT_DELIVERING = "STATUS_NOT_DELIVERY"
TIME_DONE = "STATUS_TIME_DONE"
DELETED = "STATUS_DELETE"


@cache
def _primary_by_secondary(level: Level) -> Mapping[str, str]:
    table = tomllib.loads(resources.files(__package__).joinpath("statuses.toml").read_text("utf-8"))[
        level.value
    ]
    return {secondary: primary for primary, names in table.items() for secondary in names}


def find_primary(level: Level, secondary: str) -> str | None:
    """The primary status that a secondary one belongs to; None for one that TikTok does not list."""
    return _primary_by_secondary(level).get(secondary)


def is_deleted(level: Level, secondary: str) -> bool:
    return find_primary(level, secondary) == DELETED


@cache
def list_in_review(level: Level) -> tuple[str, ...]:
    """Secondary statuses of objects that TikTok's review has not finished with."""
    return tuple(name for name in _primary_by_secondary(level) if name.split("_STATUS_")[-1] in _IN_REVIEW)


@cache
def list_refused(level: Level) -> tuple[str, ...]:
    """Secondary statuses of objects that TikTok's review refused, wholly or in part."""
    return tuple(name for name in _primary_by_secondary(level) if name.split("_STATUS_")[-1] in _REFUSED)


_IN_REVIEW = frozenset(
    "CREATE AUDIT REAUDIT PARTIAL_AUDIT_NO_DELIVERY PARTIAL_AUDIT_DELIVERY_OK ADGROUP_PARTIAL_AUDIT_NO_DELIVERY "
    "SHADOW_ADGROUP_REAUDIT DELIVERY_AND_REAUDIT SEARCH_KEYWORDS_IN_REVIEW PRIVACY_POLICY_AUDIT".split()
)
_REFUSED = frozenset("AUDIT_DENY ADGROUP_AUDIT_DENY REVIEW_PARTIALLY_APPROVED".split())
