"""The whole product as a person starts it: `manage.py demo` on a home and, where the lane names one, a database of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests

ROOT = Path(__file__).parents[1]
LANE = ("DATABASE_URL", "REDIS_URL")  # kept only where a test asks for the lane's own servers
ALWAYS_UNSET = ("TIKTOK_API_URL", "TIKTOK_ACCESS_TOKEN", "SMARTPLUS_DEMO", "DJANGO_DEBUG", "SMARTPLUS_TLS")
READY_SECONDS = 120


def until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


class Demo:
    """One supervisor on a home of its own, with what it says kept in a file."""

    def __init__(self, home: Path, *, port: int = 18000, on_lane: bool = False, **environment: str) -> None:
        self.home = home
        self.said = home / "said.txt"
        unset = ALWAYS_UNSET if on_lane else ALWAYS_UNSET + LANE
        env = {name: value for name, value in os.environ.items() if name not in unset}
        self.env = env | {
            "SMARTPLUS_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "smartplus_admin.settings",
            **environment,
        }
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(port), "--sandbox-port", str(port + 810)],
                cwd=ROOT,
                env=self.env,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self) -> str:
        """The address it prints."""
        until(lambda: "Ctrl-C" in self.said.read_text() or self.process.poll() is not None, READY_SECONDS)
        assert self.process.poll() is None, self.said.read_text()
        return self.find(r"is at\s+(\S+)")

    def find(self, pattern: str) -> str:
        """What it said."""
        found = re.search(pattern, self.said.read_text())
        assert found is not None, self.said.read_text()
        return found[1]

    def make_token(self, username: str, *scopes: str) -> str:
        """Somebody of the demo signs in and makes a token, as on the page Tokens."""
        address = self.find(r"is at\s+(\S+)")
        with requests.Session() as browser:
            browser.get(f"{address}login/", timeout=30)
            form = {"username": username, "password": self.find(rf"{username}\s+(\S+)")}
            form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
            browser.post(f"{address}login/", form, timeout=30)
            order = {"name": "test", "scopes": scopes, "days": 1}
            headers = {"X-CSRFToken": browser.cookies["csrftoken"]}
            made = browser.post(f"{address}api/v1/tokens/", json=order, headers=headers, timeout=30)
            assert made.status_code == 201, made.text
            return str(made.json()["token"])

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)


@contextmanager
def own_database(name: str) -> Iterator[dict[str, str]]:
    """The environment of a database of one's own on the lane's server; of none where the lane is SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    import psycopg

    parts = urlsplit(url)
    admin = urlunsplit(("postgresql", parts.netloc, "/postgres", parts.query, ""))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")
        try:
            yield {"DATABASE_URL": urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))}
        finally:
            connection.execute(f"drop database if exists {name} with (force)")
