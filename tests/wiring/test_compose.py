"""docker-compose.yml and the image start things that exist. There is no engine here to try them."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def test_the_compose_file_holds_the_whole_deployment():
    assert set(COMPOSE["services"]) == {
        "migrate",
        "web",
        "worker",
        "beat",
        "sandbox",
        "postgres",
        "redis",
    }
    assert set(OURS) == set(COMPOSE["services"]) - {"postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_program_that_exists(name):
    match OURS[name]["command"]:
        case ["python", "manage.py", command, *_]:
            assert (ROOT / "manage.py").exists()
            assert command in get_commands()
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(f"{module}.__main__")
        case ["gunicorn", target, *_]:
            module, _, attribute = target.partition(":")
            assert hasattr(importlib.import_module(module), attribute)
        case ["celery", "-A", module, "worker" | "beat", *_]:
            assert importlib.import_module(module).app.main == "smartplus"
        case other:
            pytest.fail(f"nobody checked {other}")


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_is_bounded_and_not_root(name):
    assert OURS[name]["cap_drop"] == ["ALL"]
    assert OURS[name]["read_only"] is True
    assert re.findall(r"^USER (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE) == ["smartplus"]


def test_what_stays_up_says_whether_it_is_well():
    assert [n for n, service in COMPOSE["services"].items() if "healthcheck" not in service] == ["migrate"]


def test_what_the_image_copies_exists():
    sources = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert [path for line in sources for path in line.split() if not (ROOT / path).exists()] == []
