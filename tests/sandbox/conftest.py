"""Sandboxes for tests, called straight or served on a loopback port; their clock stands at 2026-03-12."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from smartplus_admin.sandbox.server import serve_in_thread
from tests.sandbox.support import Client

NOON = datetime(2026, 3, 12, 0, 0, tzinfo=UTC)
Open = Callable[..., Client]


@pytest.fixture(params=["in-process", "served"])
def way(request: pytest.FixtureRequest) -> str:
    """Whatever opens a sandbox runs both ways: the same suite, called straight and over a socket."""
    return str(request.param)


@pytest.fixture
def open_sandbox(way: str, tmp_path: Path) -> Iterator[Open]:
    """Opens sandboxes: `open_sandbox(mode="guide", tier="basic")`."""
    with ExitStack() as stack:
        yield partial(open_one, stack, way, tmp_path)


@pytest.fixture
def serve_sandbox(tmp_path: Path) -> Iterator[Open]:
    """On a socket alone, for clients that bring their own transport."""
    with ExitStack() as stack:
        yield partial(open_one, stack, "served", tmp_path)


def open_one(
    stack: ExitStack, way: str, folder: Path, database: str = "sandbox.sqlite3", **settings: Any
) -> Client:
    config = Config.for_tests(str(folder / database), **{"now": NOON, "mode": "strict", **settings})
    if way == "served":
        served = stack.enter_context(serve_in_thread(config))
        return Client(stack.enter_context(requests.Session()), served.base_url, served.token)
    app = make_app(config)
    stack.callback(app.close)
    return Client(stack.enter_context(open_session(app)), BASE_URL, app.token)


@pytest.fixture
def strict(open_sandbox: Open) -> Client:
    return open_sandbox()


@pytest.fixture
def guide(open_sandbox: Open) -> Client:
    return open_sandbox(mode="guide")
