"""`python -m tests.fuzz --max-examples 50 --minutes 15`: schemathesis asks a running product, knowing its document alone.

The whole product (web, worker, timer, sandbox) starts on loopback in a home of its own and goes when it is over. Every phase
runs: examples of the document, boundaries, drawn requests, and sequences that carry what one answer gave into the next call.
The seed is printed; with it a run can be seen again. Ends with 1 where the product broke down, or answered what its document
does not know. The check asks the same in short (tests/api/test_contract.py).
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import requests

from campaigns.rules.authority import Scope
from tests.fuzz.hooks import VARIABLE
from tests.running import ROOT, Demo

# What is well typed may be refused by a rule; a member that nobody knows may be a finding; and what was made may be
# discarded by the next call already.
LEFT_OUT = ("negative_data_rejection", "positive_data_acceptance", "ensure_resource_availability")
# The first would send messages to drawn addresses, the second takes the run's own token back.
NOT_ASKED = ("webhooks_create", "tokens_destroy")
PACE = "18/s"  # below the pace of a token (rest.pace): else most answers would be 429


def main() -> int:
    options = read_options()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    sys.stdout.write(f"seed {seed}: make fuzz SEED={seed} sees this run again\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="smartplus-fuzz-") as home:
        product = Demo(Path(home), port=options.port)
        try:
            address = product.wait_until_ready()
            token = product.make_token("noor", *Scope)
            return run(address, token, seed, options)
        finally:
            product.stop()


def run(address: str, token: str, seed: int, options: argparse.Namespace) -> int:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{address}api/v1/schema/?format=json",
        *("-H", f"Authorization: Token {token}"),
        *("--checks", "all", "--exclude-checks", ",".join(LEFT_OUT)),
        *(part for name in NOT_ASKED for part in ("--exclude-operation-id", name)),
        *("--phases", "examples,coverage,fuzzing,stateful"),
        *("--max-examples", str(options.max_examples), "--max-time", str(options.minutes * 60)),
        *("--workers", "1", "--rate-limit", PACE, "--seed", str(seed), "--generation-database", "none"),
        *("--continue-on-failure", "--warnings", "off", "--no-color"),
    ]
    environment = {
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "PYTHONPATH": str(ROOT),
        VARIABLE: json.dumps(find_ids(address, token)),
    }
    with tempfile.TemporaryDirectory(prefix="smartplus-fuzz-") as here:  # it leaves folders where it runs
        longest = options.minutes * 60 + 600
        return subprocess.run(command, cwd=here, env=os.environ | environment, timeout=longest).returncode


def find_ids(address: str, token: str) -> dict[str, list[Any]]:
    """What exists, by the names that the document's paths begin with."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Token {token}"

        def read(path: str) -> Any:
            answer = session.get(f"{address}api/v1/{path}", timeout=60)
            answer.raise_for_status()
            return answer.json()

        campaigns = [row["id"] for row in read("campaigns/")["results"]]
        groups = [group for pk in campaigns for group in read(f"campaigns/{pk}/")["adgroups"]]
        return {
            "campaigns": campaigns,
            "adgroups": [group["id"] for group in groups],
            "ads": [ad["id"] for group in groups for ad in group["ads"]],
            "proposals": [row["id"] for row in read("proposals/")["results"]],
            "people": [row["id"] for row in read("people/")["results"]],
            "policy": [row["name"] for row in read("policy/")["results"]],
            "account": [row["advertiser_id"] for row in read("advertisers/")["results"]],
        }


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--max-examples", type=int, default=50, help="drawn requests of each operation")
    parser.add_argument("--minutes", type=int, default=15, help="nothing new is begun after so long")
    parser.add_argument("--seed", type=int, help="of a run that is to be seen again")
    parser.add_argument(
        "--port", type=int, default=18300, help="of the web process; the sandbox takes one 810 above"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
