"""`python -m tests.simulate --launches 500 --seed 1`: the promise of exactly-once under every fault, in virtual time.

The real services, outbox and client, and a sandbox in-process. Every round is a world of its own with its own seed
(`SEED:number`); a failure prints it with a trace, and `--only SEED:number` runs that one again.
"""

import argparse
import hashlib
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat

from tests.simulate.mutants import MUTANTS
from tests.simulate.pool import Outcome, open_stage, run_round

AT_ONCE = 2  # launches that share one round
SHOWN = 400  # last lines of a trace


def run_all(options: argparse.Namespace) -> Iterator[Outcome]:
    shape = (options.adgroups, options.ads)
    if options.only:
        open_stage(options.mutant)
        yield run_round(options.only, AT_ONCE, shape, options.acts)
        return
    numbers = range(-(-options.launches // AT_ONCE))
    sizes = [min(AT_ONCE, options.launches - number * AT_ONCE) for number in numbers]
    seeds = [f"{options.seed}:{number}" for number in numbers]
    if options.processes == 1 or options.mutant:
        open_stage(options.mutant)
        yield from map(run_round, seeds, sizes, repeat(shape), repeat(options.acts))
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.processes, spawn, open_stage) as pool:
        yield from pool.map(run_round, seeds, sizes, repeat(shape), repeat(options.acts), chunksize=4)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--launches", type=int, default=200)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", help="run one round again, e.g. 1:17")
    parser.add_argument("--adgroups", type=int, default=2)
    parser.add_argument("--ads", type=int, default=2, help="in each ad group")
    parser.add_argument(
        "--acts", type=int, default=8, help="the most that one person does meanwhile; 0: launches alone"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--mutant",
        default="",
        choices=["", *MUTANTS],
        help="breaks the product on purpose, until it is found",
    )
    parser.add_argument("--trace", action="store_true", help="show all of a failure's trace")
    options = parser.parse_args()
    begun, worked = time.monotonic(), sum(os.times()[:4])
    done = []
    failed = []
    for outcome in run_all(options):
        done.append(outcome)
        if outcome.failure:
            failed.append(outcome)
            say(f"\nSEED {outcome.seed}: {outcome.failure}")
            for line in outcome.trace if options.trace else outcome.trace[-SHOWN:]:
                say(f"  {line}")
            shape = f"--adgroups {options.adgroups} --ads {options.ads} --acts {options.acts}"
            say(f"again: python -m tests.simulate --only {outcome.seed} {shape} --trace")
            if options.mutant:
                say(f"{options.mutant}: found in round {len(done)}")
                return 0
    taken = time.monotonic() - begun
    launches = sum(outcome.launches for outcome in done)
    calls = sum(outcome.calls for outcome in done)
    say(
        f"{launches} launches of 1 × {options.adgroups} × {options.ads} in {taken:.0f} s"
        f" ({launches * 60 / taken:.0f} a minute), seed {options.only or options.seed};"
        f" {(sum(os.times()[:4]) - worked) / launches:.2f} s of CPU each"
    )
    say(
        f"{calls} calls, {sum(outcome.creates for outcome in done)} creates carried out,"
        f" {sum(outcome.late for outcome in done)} of them after the visibility bound;"
        f" {sum(outcome.needs_person for outcome in done)} times a person was needed"
    )
    acts = sum((Counter(outcome.acts) for outcome in done), Counter[str]())
    if acts:
        say(f"what people did: {', '.join(f'{name} {count}' for name, count in sorted(acts.items()))}")
    digest = hashlib.sha256("".join(outcome.digest for outcome in done).encode()).hexdigest()[:12]
    say(f"the same seed gives the same traces: {digest}")
    say(f"rounds that broke the promise: {len(failed)} of {len(done)}")
    return 1 if failed or options.mutant else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
