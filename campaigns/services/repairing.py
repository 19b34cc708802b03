"""The least change that makes a refused tree pass: found when somebody asks, applied when somebody says so."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.models import Advertiser, Campaign, Change, Person, policy_of
from campaigns.rules.authority import Act
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Finding
from campaigns.rules.repair import Repair, find_repair
from campaigns.rules.trial import find_refusals
from campaigns.services import bulk
from campaigns.services.access import require
from campaigns.services.errors import Stale, Unconfirmed
from campaigns.services.wanted import require_draft
from campaigns.sync.plan import measure_tree
from campaigns.sync.translate import resolve_tree

PATIENCE = 6.0  # seconds of real time: somebody waits for the page, and a search may grow with the tree


class _OutOfTime(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found. `key` names exactly this repair; `gave_up` says that the search ended before it was through.

    `left`, where nothing was found: the refusals that no rule can mend, because they need what only a person knows.
    """

    repair: Repair | None
    gave_up: bool = False
    left: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        said = repr(self.repair and [(item.path, item.value) for item in self.repair.changes])
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def propose_repair(*, advertiser: Advertiser, raw: Mapping[str, Any], now: datetime) -> Proposal:
    """Looks for the repair of a tree as typed. Saves nothing, calls nobody; takes up to PATIENCE."""
    account, policy, until = advertiser.facts(), policy_of(advertiser), time.monotonic() + PATIENCE

    def resolve(tree: Mapping[str, Any]) -> TreeFacts:
        if time.monotonic() > until:
            raise _OutOfTime
        return resolve_tree(raw=tree, account=account, now=now, policy=policy)

    try:
        repair = find_repair(raw, resolve=resolve, measure=measure_tree)
        left = () if repair else tuple(item for item in find_refusals(resolve(raw)) if item.fix is None)
        return Proposal(repair, left=left)
    except _OutOfTime:
        return Proposal(None, gave_up=True)


def apply_repair(
    *,
    actor: Person,
    door: str,
    campaign: Campaign,
    version: int,
    key: str,
    accepts_exposure: bool,
    now: datetime,
) -> Change:
    """Applies the repair that was looked at, as one act. One that raises exposure needs a yes of its own.

    Raises Stale when the tree or its repair is another one by now, Unconfirmed, WrongState, Forbidden.
    """
    require(actor, campaign.advertiser, Act.DRAFT)
    require_draft(campaign)
    proposal = propose_repair(advertiser=campaign.advertiser, raw=campaign.raw_tree(), now=now)
    repair = proposal.repair
    if repair is None or proposal.key != key or version != campaign.tree_version:
        raise Stale("The campaign was changed meanwhile. Look at its repair again.", campaign.tree_version)
    if repair.raises_exposure and not accepts_exposure:
        raise Unconfirmed("This repair raises what can be spent: say yes to that first.", ())
    changes = [(change.path, change.value) for change in repair.changes]
    change = bulk.apply_bulk(
        actor=actor, door=door, campaign=campaign, version=version, changes=changes, now=now
    )
    assert change is not None, "a repair changes something"
    return change
