"""A sandbox in a process of its own, started as a person starts it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.sandbox.support import Client

ROOT = Path(__file__).parents[2]
FAST = ("--mode", "strict", "--tier", "none", "--advertiser-qps", "0", "--now", "2026-03-12")


@contextmanager
def run_process(database: Path, *arguments: str) -> Iterator[tuple["subprocess.Popen[str]", Client]]:
    command = [sys.executable, "-m", "smartplus_admin.sandbox", "--port", "0", "--database", str(database)]
    process = subprocess.Popen(
        [*command, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split(" on ")[1].strip().removesuffix("/open_api/v1.3/")
        token = process.stdout.readline().split(": ")[1].strip()
        with requests.Session() as session:
            yield process, Client(session, address, token)
    finally:
        process.kill()
        process.communicate()
