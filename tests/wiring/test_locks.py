"""Locks bind to names, versions and hashes, never to the machine or index they were made with."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-prod.txt", "requirements-services.txt"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_python_lock_names_no_address(name):
    assert re.findall(r"://|--index|--find-links| @ ", (ROOT / name).read_text()) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_python_package_is_pinned_with_hashes(name):
    text = (ROOT / name).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert packages
    assert [line for line in packages if not re.match(r"\S+==\S+ .*--hash=sha256:", line)] == []


def test_the_image_runs_the_versions_that_were_tested():
    def pins(name):
        return dict(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements-prod.txt").items() <= pins("requirements.txt").items()


def test_the_npm_lock_says_what_but_not_from_where():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: package for name, package in packages.items() if name}
    assert fetched
    assert [name for name, package in fetched.items() if "resolved" in package] == []
    assert [name for name, package in fetched.items() if "integrity" not in package] == []
