"""PostgreSQL and Redis of a run's own, on ports of their own, from this machine's binaries: killed and started at will."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import redis

from tests.chaos.processes import find_port

READY_SECONDS = 60


class Postgres:
    """A cluster in `folder`, durable as shipped: what it said yes to must be there after a crash."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, find_port()
        self.user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        folder.mkdir()
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", str(folder / "data"), "-U", "smartplus", "--auth=trust", "-E", "UTF8")
        self.start()
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as db:
            db.execute("create database smartplus")

    @property
    def url(self) -> str:
        return f"postgres://smartplus@127.0.0.1:{self.port}/smartplus"

    @property
    def pid(self) -> int:
        return self.running.pid

    def start(self) -> None:
        options = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder.parent / "postgres.out").open("a") as said:
            self.running = subprocess.Popen(
                [find_program("postgres"), "-D", str(self.folder / "data"), *words],
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        _wait(lambda: psycopg.connect(self._dsn("postgres"), connect_timeout=2).close(), psycopg.Error)

    def kill(self) -> None:
        """As a crash: every backend ends at once, nothing is flushed, the next start recovers from the log."""
        self.running.send_signal(signal.SIGQUIT)
        self.running.wait(30)

    def stop(self) -> None:
        if self.running.poll() is None:
            self.running.send_signal(signal.SIGINT)
            self.running.wait(30)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [find_program(program), *words],
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )

    def _dsn(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=smartplus dbname={name}"


class Redis:
    """Keeps nothing, as in docker-compose.yml."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, find_port()
        folder.mkdir()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        return self.running.pid

    def start(self) -> None:
        with (self.folder.parent / "redis.out").open("a") as said:
            self.running = subprocess.Popen(
                [find_program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"]
                + ["--save", "", "--appendonly", "no", "--dir", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        _wait(lambda: redis.Redis(port=self.port, socket_connect_timeout=1).ping(), redis.RedisError)

    def kill(self) -> None:
        self.running.kill()
        self.running.wait()

    def stop(self) -> None:
        if self.running.poll() is None:
            self.running.terminate()
            self.running.wait(20)


def find_program(program: str) -> str:
    """On the path, else where Debian keeps the newest PostgreSQL's server programs. Raises FileNotFoundError."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    path = str(found[-1]) if found else shutil.which(program)
    if path is None:
        raise FileNotFoundError(
            f"{program} is not here: install PostgreSQL and Redis (apt: postgresql redis-server)"
        )
    return path


def _wait(reach: object, error: type[Exception]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            reach()  # type: ignore[operator]
            return
        except error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
