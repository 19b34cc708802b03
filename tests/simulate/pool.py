"""What each process of a simulation sets up once, and what comes back of a round. Imports Django only in the process."""

import gc
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulate.world import Stage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one round."""

    seed: str
    launches: int
    calls: int
    creates: int
    throttles: int
    late: int  # creates carried out after the visibility bound
    needs_person: int
    acts: dict[str, int]  # what people did, by kind
    seconds: float  # of virtual time, until all was settled
    digest: str  # of the trace: the same whenever the round is run again
    failure: str = ""
    trace: tuple[str, ...] = ()


_stages: "list[Stage]" = []


def open_stage(mutant: str = "") -> None:
    """Settings, an empty database in memory, one account. `mutant`: what is broken on purpose."""
    os.environ.update(DATABASE_URL="sqlite://:memory:", DJANGO_SETTINGS_MODULE="tests.settings")
    os.environ.pop("REDIS_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    from tests.simulate.mutants import MUTANTS
    from tests.simulate.world import Stage

    if mutant:
        MUTANTS[mutant]()
    logging.disable(logging.CRITICAL)  # faults are what this is about; each would say so
    call_command("migrate", verbosity=0)
    shared = Path("/dev/shm")
    folder = tempfile.TemporaryDirectory(
        prefix="smartplus-simulate-", dir=shared if shared.is_dir() else None
    )
    _stages.append(Stage(folder))
    gc.collect()
    gc.freeze()  # what stays is not looked through again and again


def run_round(seed: str, launches: int, shape: tuple[int, int], acts: int) -> Outcome:
    from tests.simulate.world import Round

    return Round(_stages[0], seed, launches, shape, acts).run()
