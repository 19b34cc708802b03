"""What could be chosen: the rules asked about values that nobody has typed yet. Saves nothing, calls nobody."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from campaigns.contract.paths import set_at
from campaigns.rules.book import judge
from campaigns.rules.facts import AccountFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.rules.policy import Policy
from campaigns.sync.translate import resolve_tree


def judge_words(
    *,
    account: AccountFacts,
    policy: Policy,
    raw: Mapping[str, Any],
    words: Mapping[str, Iterable[Any]],
    now: datetime,
) -> dict[str, dict[str, Finding]]:
    """What the rules would say to each value at each path, had it been chosen: path → word → the refusal.

    Tries the values one by one, so that a page can grey what cannot be chosen without knowing any rule.
    """
    refused: dict[str, dict[str, Finding]] = {}
    for path, values in words.items():
        for value in values:
            facts = resolve_tree(raw=set_at(raw, path, value), account=account, now=now, policy=policy)
            said = next(
                (item for item in judge(facts) if item.path == path and item.level is FindingLevel.REFUSE),
                None,
            )
            if said is not None:
                refused.setdefault(path, {})[value[0] if isinstance(value, list) else value] = said
    return refused
