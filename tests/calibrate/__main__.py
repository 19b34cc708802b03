"""How true the product's numbers are, on the sandbox's hidden truth. Run by `make calibrate`; prints, asserts nothing.

Seeds are drawn at run time and printed: `--seed` lives the same again.
"""

import argparse
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from tests.calibrate import exits, exposures, resets, trains  # noqa: E402 - Django first

PAIRS_PART, EXPOSURE_PART = (
    4,
    50,
)  # of the ad groups: pairs are lived twice and longer; a greedy delivery varies little


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    say(f"seed {given.seed}, {given.groups} ad groups, half of them with causes of trouble")
    begun = time.monotonic()
    with ProcessPoolExecutor(given.workers) as pool:
        jobs = [(given.seed, number) for number in range(given.groups)]
        run: Callable[..., Iterable[Any]] = pool.map
        readings = [row for rows in run(exits.read_life, jobs, chunksize=10) for row in rows]
        say(*exits.report(readings))
        pairs = run(resets.live_pair, jobs[: given.groups // PAIRS_PART], chunksize=5)
        say(*resets.report([pair for pair in pairs if pair is not None]))
        worst = list(run(exposures.measure, jobs[: max(8, given.groups // EXPOSURE_PART)]))
        say(*exposures.report(worst))
    say(*trains.report(given.seed, given.groups))
    say(f"took {time.monotonic() - begun:.0f} s")


def say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
