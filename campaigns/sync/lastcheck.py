"""The last check before a call: the same rules once more, on what would really be sent now."""

from datetime import datetime
from typing import Any

from campaigns.models import Push, policy_of
from campaigns.rules.book import judge
from campaigns.rules.findings import FindingLevel
from campaigns.sync.translate import resolve_tree


def find_refusals(push: Push, *, now: datetime) -> list[dict[str, Any]]:
    """Refusals that touch the row's object, as JSON. Siblings are judged along, since some rules are about all of them."""
    thing = push.target
    campaign = push.campaign or (push.adgroup or push.ad.adgroup).campaign  # type: ignore[union-attr]
    facts = resolve_tree(
        raw=campaign.raw_tree(),
        account=push.advertiser.facts(),
        now=now,
        policy=policy_of(push.advertiser),
    )
    path = _find_path(push)
    return [
        finding.as_json()
        for finding in judge(facts)
        if finding.level is FindingLevel.REFUSE and _touches(finding.path, path, thing.level.children_key)
    ]


def _find_path(push: Push) -> str:
    if push.campaign_id:
        return ""
    group = push.adgroup or push.ad.adgroup  # type: ignore[union-attr]
    groups = list(group.campaign.adgroups.values_list("pk", flat=True))
    path = f"adgroups/{groups.index(group.pk)}"
    if push.ad_id:
        path += f"/ads/{list(group.ads.values_list('pk', flat=True)).index(push.ad_id)}"
    return path


def _touches(finding: str, path: str, children_key: str | None) -> bool:
    """Whether a finding is about the object itself, not about its children (those have rows of their own)."""
    rest = finding.removeprefix(path).lstrip("/") if finding.startswith(path) else None
    return rest is not None and (children_key is None or not rest.startswith(f"{children_key}/"))
