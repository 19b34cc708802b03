"""What an update may not change (R86, R87): members that a create settles for good.

Sending such a member as it reads today does no harm, as real clients send whole objects back; another value is refused.
Guide mode ignores them. The ad update page was not found, so ads have their own checks (R81) instead.
"""

from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from smartplus_admin.sandbox.errors import refuse_parameter

Body = dict[str, Any]
PLACES = (
    "advertiser_id",
    "request_id",
    "campaign_id",
    "operation_status",
)  # names and switches, not settings
IGNORED_UNDER_CBO = ("budget_mode",)  # R26


def refuse_settled(level: Level, raw: Body, now: Body, *, pooled: bool) -> None:
    """`raw` is the body as sent, `now` the object as it reads before the call."""
    if level is Level.AD:
        return
    for name, member in members_below(level, "").items():
        settled = "create" in member.writes and "update" not in member.writes and member.source != "seed"
        if not settled or name in PLACES or (pooled and level is Level.ADGROUP and name in IGNORED_UNDER_CBO):
            continue
        value = raw.get(name)
        known = now.get(name, member.default)
        if value not in (None, "", []) and not _is_equal(value, known):
            raise refuse_parameter(name, "cannot be changed after creation.")


def _is_equal(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one == other)
    return bool(one == other or str(one) == str(other))
