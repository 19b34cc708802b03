"""The learning lock of an object: whether a change of it waits for a manager, and until when (L2)."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.analysis.learning import State
from campaigns.models import Ad, AdGroup, Campaign, Thing
from campaigns.rules.edits import LockFacts, Phase
from campaigns.services.learning import Standing, read_standings

# The more a change can break, the further in front
_WORST = (State.LEARNING, State.STUCK, State.LEFT, State.NOT_DELIVERING)


def find_lock(*, thing: Thing, now: datetime, starting: bool = False) -> LockFacts:
    """The lock that holds for a change of this object. `starting`: it is switched on again, an edit while learning."""
    standings = read_standings(adgroups=list_touched(thing), now=now)
    return weigh_lock(standings.values(), starting=starting)


def weigh_lock(standings: Iterable[Standing], *, starting: bool = False) -> LockFacts:
    """A campaign or an ad stands where its most locked ad group does; the lock opens when the last of them is open."""
    given = list(standings)
    ledgers = [standing.ledger for standing in given]
    locked = [item for item in ledgers if item.locked or (starting and item.unfinished)]
    if locked:
        moments = [item.opens_at for item in locked if item.opens_at]
        return LockFacts(Phase.LEARNING, max(moments, default=None), min(item.results for item in locked))
    worst = min(ledgers, key=lambda item: _WORST.index(item.state), default=None)
    if worst is None:
        return LockFacts()
    return LockFacts(Phase(worst.state.value), None, worst.results)


def list_touched(thing: Thing) -> list[AdGroup]:
    """The ad groups that a change of this object touches: all of a campaign, the one of an ad. At TikTok, and not removed."""
    groups = AdGroup.objects.select_related("campaign__advertiser").filter(
        remote_id__isnull=False, vanished_at__isnull=True
    )
    match thing:
        case Campaign():
            return list(groups.filter(campaign=thing))
        case Ad():
            return list(groups.filter(pk=thing.adgroup_id))
        case AdGroup():
            return list(groups.filter(pk=thing.pk))
