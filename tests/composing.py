"""docker-compose.yml without an engine: a service's command and environment as a process of this machine starts them."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
_VARIABLE = re.compile(r"\$\{(\w+)(?::?[-?]([^}]*))?\}")


def read_command(service: str, replace: Mapping[str, str] | None = None) -> list[str]:
    """The service's command under this interpreter; options named in `replace` get another value."""
    program, *rest = (str(word) for word in COMPOSE["services"][service]["command"])
    head = [sys.executable] if program == "python" else [sys.executable, "-m", program]
    given = dict(replace or {})
    words = [
        f"{name}={given.pop(name)}" if (name := word.partition("=")[0]) in given else word for word in rest
    ]
    return [*head, *words, *(f"{name}={value}" for name, value in given.items())]


def read_environment(service: str, given: Mapping[str, str]) -> dict[str, str]:
    """What compose would set, with `given` in the place of `.env`. Raises KeyError where a required one is missing."""

    def fill(found: re.Match[str]) -> str:
        name, fallback = found.groups()
        required = ":?" in found[0]
        return given[name] if required or name in given else fallback or ""

    values = COMPOSE["services"][service].get("environment", {})
    return {name: _VARIABLE.sub(fill, str(value)) for name, value in values.items()}
