"""Workers that start in a moment: a process which has imported everything forks one for each line that it reads.

    python -m tests.chaos.nursery --threads 4 --rate 10        then, on its stdin:  start worker0
    → the new worker's process id, on its stdout

A worker is then what `celery worker` is, and is killed as such. Importing all of it takes seconds of CPU, too much for one
who lives for twenty. `--rate` stands in for the app's tier at TikTok (`meter.app_rate`).
"""

import argparse
import os
import signal
import sys
import traceback
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.nursery", description=__doc__)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--rate", type=int, default=10)
    options = parser.parse_args()
    import django

    django.setup()
    from smartplus_admin.celery import app
    from smartplus_admin.management.commands.demo import die_with_parent

    _set_rate(options.rate)
    app.loader.import_default_modules()
    app.finalize()
    import celery.apps.worker
    import celery.bin.celery
    import celery.concurrency.thread
    import celery.worker.consumer  # noqa: F401 - imported once for all workers

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    home = Path(os.environ["SMARTPLUS_HOME"])
    for line in sys.stdin:
        _, name = line.split()
        pid = os.fork()
        if pid == 0:
            die_with_parent()
            _work(app, name, options.threads, home)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _set_rate(rate: int) -> None:
    from campaigns.rules.policy import Figure, house_policy

    figures = cast("dict[str, Figure]", house_policy().figures)
    figures["meter.app_rate"] = replace(figures["meter.app_rate"], value=Decimal(rate))


def _work(app: Any, name: str, threads: int, home: Path) -> None:
    """In the child; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, said = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(home / f"{name}.out", os.O_WRONLY | os.O_CREAT | os.O_APPEND),
    )
    for ours, standard in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(ours, standard)
    try:
        app.worker_main(
            [
                "--quiet", "worker", "-P", "threads", "-c", str(threads), "-l", "WARNING", "-n", f"{name}@%h",
                "--without-gossip", "--without-mingle", "--without-heartbeat",
            ]
        )  # fmt: skip
    except Exception:  # noqa: BLE001 - nobody else would say it
        traceback.print_exc()
    finally:  # not as Python ends: what the parent opened is the parent's
        os._exit(1)


if __name__ == "__main__":
    main()
