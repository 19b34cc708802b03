"""A short run with real processes on the lane's pair of services."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="children die with their parent"),
]


def test_launches_keep_the_promise_while_workers_are_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.chaos", "--launches", "2", "--seed", "3", "--minutes", "10"]
    home = tmp_path / "e2e"
    done = subprocess.run([*command, "--home", str(home)], capture_output=True, text=True, timeout=800)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The promise holds." in done.stdout
