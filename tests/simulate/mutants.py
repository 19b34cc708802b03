"""The product broken on purpose, to see that the simulation finds it: `python -m tests.simulate --mutant NAME`.

Each takes one safeguard of docs/exactly-once.md away, in the process of a simulation alone. A run stops at the first round
that finds something, and says how many it took.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any


def resend_from_unsure() -> None:
    """What was lost is sent again at once, without a look."""
    from campaigns.sync import push

    _swap(push, "look_for", push.create_object)


def look_once() -> None:
    """One empty look is enough: no second one, some time apart."""
    from campaigns.sync import look

    _swap(look, "EMPTY_LOOKS", 1)


def adopt_first() -> None:
    """A look takes whatever stands under the same parent, whatever it is."""
    from campaigns.sync import look

    _swap(look, "find_differences", lambda **given: ())


def write_without_lease() -> None:
    """A worker that lost its lease writes all the same."""
    from campaigns.models import Push
    from campaigns.sync import leases

    kept = leases.update_under_lease

    def write(push: Push, event: Any = None, **values: Any) -> bool:
        token = Push.objects.filter(pk=push.pk).values_list("lease_token", flat=True).first()
        push.lease_token = token or push.lease_token
        if token is None:
            Push.objects.filter(pk=push.pk).update(lease_token=push.lease_token)
        return kept(push, event, **values)

    _swap(leases, "update_under_lease", write)


def switch_in_any_order() -> None:
    """The campaign does not wait for what stands below it, nor for the reading back."""
    from django.db.models import Q

    from campaigns.models import Push, outbox

    body = Q(campaign__isnull=False) | Q(adgroup__campaign__remote_id__isnull=False)
    ready = body | Q(ad__adgroup__remote_id__isnull=False) | Q(aspect="switch")
    made = ~Q(aspect="switch") | (
        Q(campaign__remote_id__isnull=False)
        | Q(adgroup__remote_id__isnull=False)
        | Q(ad__remote_id__isnull=False)
    )
    rows: Any = Push.objects.filter(ready).filter(made)
    _swap(outbox, "_turn", lambda: rows)


def forget_newer_edits() -> None:
    """An update that came through settles its row, whatever was wanted since."""
    from campaigns.sync import updating

    kept: Any = updating._settle

    class Anything:
        def __ne__(self, other: object) -> bool:
            return False

    def settle(push: Any, update: Any, body: Any, sent: Any, gateway: Any) -> None:
        kept(push, update, body, Anything(), gateway)

    _swap(updating, "_settle", settle)


def believe_stale_reads() -> None:
    """A reading counts, however old what it shows is."""
    from campaigns.sync import mirror

    _swap(mirror, "_is_older", lambda thing, body, read_at: False)


def _swap(module: ModuleType, name: str, value: object) -> None:
    if not hasattr(module, name):
        raise AttributeError(f"{module.__name__} has no {name}: the mutant breaks nothing")
    setattr(module, name, value)


MUTANTS: dict[str, Callable[[], None]] = {
    break_it.__name__.replace("_", "-"): break_it
    for break_it in (
        resend_from_unsure,
        look_once,
        adopt_first,
        write_without_lease,
        switch_in_any_order,
        forget_newer_edits,
        believe_stale_reads,
    )
}
