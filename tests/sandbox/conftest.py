"""Sandboxes for tests: in-process with a clock that stands at 2026-03-12, or served on a loopback port."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
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


@pytest.fixture
def open_sandbox(tmp_path: Path) -> Iterator[Open]:
    """Opens in-process sandboxes: `open_sandbox(mode="guide", tier="basic")`."""
    with ExitStack() as stack:

        def open_one(database: str = "sandbox.sqlite3", **settings: Any) -> Client:
            settings = {"now": NOON, "mode": "strict", **settings}
            app = make_app(Config.for_tests(str(tmp_path / database), **settings))
            stack.callback(app.close)
            session = stack.enter_context(open_session(app))
            return Client(session, BASE_URL, app.token)

        yield open_one


@pytest.fixture
def serve_sandbox(tmp_path: Path) -> Iterator[Open]:
    """The same on a socket."""
    with ExitStack() as stack:

        def open_one(database: str = "sandbox.sqlite3", **settings: Any) -> Client:
            settings = {"now": NOON, "mode": "strict", **settings}
            served = stack.enter_context(
                serve_in_thread(Config.for_tests(str(tmp_path / database), **settings))
            )
            return Client(stack.enter_context(requests.Session()), served.base_url, served.token)

        yield open_one


@pytest.fixture(params=["in-process", "served"])
def open_both(request: pytest.FixtureRequest) -> Open:
    """Each test that takes it runs both ways."""
    return request.getfixturevalue("open_sandbox" if request.param == "in-process" else "serve_sandbox")


@pytest.fixture
def strict(open_sandbox: Open) -> Client:
    return open_sandbox()


@pytest.fixture
def guide(open_sandbox: Open) -> Client:
    return open_sandbox(mode="guide")
