"""What must be the same in all ad groups of a campaign, and how many there may be (R10, R44, R48, R49)."""

from decimal import Decimal
from typing import Any

from campaigns.contract.choices import SPREAD_BY_TIKTOK, UNIFORM_WITH_CBO, UNIFORM_WITHOUT_CBO
from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems

UNSENT = {"deep_bid_type": "DEFAULT", "vbo_window": "SEVEN_DAYS"}  # what leaving them out means (10.2, R44)


def check_adgroup_count(case: Case) -> Problems:
    if case.creating and len(case.siblings) >= ADGROUPS_PER_CAMPAIGN:
        yield Problem("campaign_id", f"a campaign holds at most {ADGROUPS_PER_CAMPAIGN} ad groups.")


def check_uniform(case: Case) -> Problems:
    """Equal where given. A price changed by an update spreads to the others instead (R41)."""
    names = UNIFORM_WITH_CBO if case.pooled else UNIFORM_WITHOUT_CBO
    for name in names:
        if not case.creating and name in SPREAD_BY_TIKTOK:
            continue
        own = _read(case.body, name)
        for sibling in case.siblings:
            other = _read(sibling.body, name)
            if own is not None and other is not None and own != other:
                yield Problem(
                    name, f"must be the same in all ad groups of the campaign ({other} in {sibling.id})."
                )
                break


def _read(body: dict[str, Any], name: str) -> Any:
    value = body.get(name)
    if value is None:
        return UNSENT.get(name)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
