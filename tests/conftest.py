"""Fixtures every test has: no network but loopback, and a browser for those who ask for one."""

import os
import shutil
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

# The lane's own servers may stand on another machine.
SERVERS = {urlsplit(os.environ.get(name, "")).hostname for name in ("DATABASE_URL", "REDIS_URL")}
REACHABLE = (
    {"localhost", "127.0.0.1", "::1"}
    | {info[4][0] for host in SERVERS if host for info in socket.getaddrinfo(host, None)}
    | {host for host in SERVERS if host}
)
connect = socket.socket.connect
connect_ex = socket.socket.connect_ex


def refuse_far(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in REACHABLE:
        sock.close()
        # A BaseException, so that no retry and no "unsure" swallows it.
        pytest.fail(f"a test reached for the network: {address[0]}", pytrace=True)


def guarded_connect(sock: socket.socket, address: Any) -> None:
    refuse_far(sock, address)
    connect(sock, address)


def guarded_connect_ex(sock: socket.socket, address: Any) -> int:
    refuse_far(sock, address)
    return connect_ex(sock, address)


def pytest_configure() -> None:
    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves an event loop running, under which the ORM must be told."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(r.longrepr)]
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} BROWSER TESTS NOT RUN: no Chromium here", red=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, as the system has it: Playwright's own download is not reachable everywhere."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium, and CI does not skip browser tests")
        pytest.skip("no Chromium")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield launched
        launched.close()


# What htmx says, one after the other, of a fragment that nobody waits for any more because somebody typed on
ENDED, BROKEN_OFF = "htmx:afterRequest", "htmx:sendAbort"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh visitor. What the page says on its console is kept in `page.complaints`, for CSP above all.

    A fragment that was broken off is no complaint.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    visited = context.new_page()
    visited.complaints = []

    def complain(text: str) -> None:
        event, _, where = text.partition(", ")
        if event == BROKEN_OFF:
            visited.complaints.remove(f"{ENDED}, {where}")
        else:
            visited.complaints.append(text)

    visited.on("console", lambda m: complain(m.text) if m.type in ("error", "warning") else None)
    visited.on("pageerror", lambda error: complain(str(error)))
    yield visited
    context.close()
