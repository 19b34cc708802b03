"""How many calls a second one served sandbox answers: create, a full page of get, a report; while a worker fills the other core.

Run by `make bench`. Prints figures of this machine; asserts nothing. The measure is TikTok's highest quota, 50 calls a second.
What bounds it is told by the CPU time the sandbox's process took, and by a profile of the same calls without a socket.
"""

import cProfile
import json
import multiprocessing
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.test import create_environ, run_wsgi_app

from campaigns.contract.levels import Level
from campaigns.contract.limits import PAGE_SIZE, QUOTAS
from campaigns.rules.book import judge
from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from tests.bench.judging import make_tree, refresh, say
from tests.rules.bases import resolve
from tests.sandbox.support import US, Client, ad_body, adgroup_body, campaign_body

SECONDS = 5.0  # of each measurement
CALLERS = 4  # threads that call at once
PROFILED = 150  # calls
ADGROUPS, ADS = 30, 10
MONTH = 30 * 86_400
FIRST_DAY = datetime(2026, 3, 12, tzinfo=UTC)
TICKS = os.sysconf("SC_CLK_TCK")
REPORT = {
    "report_type": "BASIC",
    "data_level": "AUCTION_ADGROUP",
    "dimensions": ["adgroup_id", "stat_time_day"],
    "metrics": [
        "spend",
        "impressions",
        "clicks",
        "conversion",
        "cost_per_conversion",
        "complete_payment_roas",
    ],
    "start_date": "2026-04-01",
    "end_date": "2026-04-07",
    "page_size": 1000,
}
KINDS = {
    "create a campaign": ("POST", "smart_plus/campaign/create/", {}),
    f"a page of {PAGE_SIZE['ad']} ads": ("GET", "smart_plus/ad/get/", {"page_size": PAGE_SIZE["ad"]}),
    f"a report of 7 days x {ADGROUPS} ad groups": ("GET", "report/integrated/get/", REPORT),
}
Call = tuple[str, str, str]  # method, path with its query, body


def main() -> None:
    say(f"a sandbox that is served, {CALLERS} callers, a worker judging beside it")
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "sandbox.sqlite3")
        taken = grow(file)
        say(f"  {ADGROUPS} ad groups x {ADS} ads lived through a month in {taken:.1f} s")
        bounds = {kind: profile(file, kind) for kind in KINDS}
        with busy_worker(), serve(file) as (process, address, token):
            for kind in KINDS:
                rate, share = measure(process, address, token, kind)
                quota = QUOTAS["ultimate"][0]
                say(
                    f"  {kind:34} {rate:6.0f} a second, {rate / quota:4.1f} times the highest quota ({quota})"
                )
                say(
                    f"  {'':34} its process had {share:.0%} of a core, a whole one would do {rate / share:.0f}"
                )
                say(f"  {'':34} a call is {bounds[kind]}")
        say(
            "  what bounds it is the Python of its one process; another process on the same file adds another core's worth"
        )


def write_call(kind: str) -> Call:
    method, path, params = KINDS[kind]
    if method == "POST":
        return method, path, json.dumps(campaign_body())
    texts = {name: item if isinstance(item, str) else json.dumps(item) for name, item in params.items()}
    return method, f"{path}?{urlencode({'advertiser_id': US, **texts})}", ""


def grow(file: str) -> float:
    """One large campaign and a month of its life; how long the month took, in seconds."""
    app = make_app(Config.for_tests(file, now=FIRST_DAY, seed=1))
    with open_session(app) as session:
        client = Client(session, BASE_URL, app.token)
        campaign_id = client.create(Level.CAMPAIGN, campaign_body(budget=5000))["campaign_id"]
        for _ in range(ADGROUPS):
            adgroup_id = client.create(Level.ADGROUP, adgroup_body(campaign_id))["adgroup_id"]
            for _ in range(ADS):
                client.create(Level.AD, ad_body(adgroup_id))
        begun = time.perf_counter()
        client.control("clock", {"advance": MONTH})
        taken = time.perf_counter() - begun
    app.close()
    return taken


@contextmanager
def serve(file: str) -> Iterator[tuple["subprocess.Popen[str]", str, str]]:
    """A process of its own, without quotas, its clock standing where the month ended."""
    command = [sys.executable, "-m", "smartplus_admin.sandbox", "--port", "0", "--database", file]
    options = ["--mode", "strict", "--tier", "none", "--advertiser-qps", "0", "--speed", "0"]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split(" on ")[1].strip()
        token = process.stdout.readline().split(": ")[1].strip()
        yield process, address, token
    finally:
        process.kill()
        process.communicate()


@contextmanager
def busy_worker() -> Iterator[None]:
    """A process that judges without a pause, as a worker in a bulk launch would."""
    worker = multiprocessing.get_context("fork").Process(target=judge_for_ever, daemon=True)
    worker.start()
    try:
        yield
    finally:
        worker.kill()
        worker.join()


def judge_for_ever() -> None:
    facts = resolve(make_tree(ADGROUPS))
    while True:
        judge(refresh(facts))


def measure(process: "subprocess.Popen[str]", address: str, token: str, kind: str) -> tuple[float, float]:
    """Calls a second, and the share of a core that the sandbox's process had meanwhile."""
    stop = time.perf_counter() + SECONDS
    begun, used = time.perf_counter(), read_cpu(process.pid)

    def call_on(_: int) -> int:
        done = 0
        host = urlsplit(address)
        connection = HTTPConnection(str(host.hostname), host.port, timeout=30)
        while time.perf_counter() < stop:
            method, path, body = write_call(kind)
            headers = {"Access-Token": token, "Content-Type": "application/json"}
            connection.request(method, f"{host.path}{path}", body or None, headers)
            answer = json.loads(connection.getresponse().read())
            if answer["code"]:
                raise RuntimeError(f"{kind}: {answer['message']}")
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(CALLERS) as pool:
        done = sum(pool.map(call_on, range(CALLERS)))
    taken = time.perf_counter() - begun
    return done / taken, (read_cpu(process.pid) - used) / taken


def read_cpu(pid: int) -> float:
    """Seconds of CPU a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def profile(file: str, kind: str) -> str:
    """Where the time of a call goes, without the socket."""
    app = make_app(Config.for_tests(file))
    profiler = cProfile.Profile()
    for _ in range(PROFILED):
        method, path, body = write_call(kind)
        environ = create_environ(
            f"/open_api/v1.3/{path}",
            method=method,
            data=body or None,
            headers={"Access-Token": app.token, "Content-Type": "application/json"},
        )
        profiler.enable()
        run_wsgi_app(app, environ)
        profiler.disable()
    app.close()
    parts: Counter[str] = Counter()
    stats: dict[Any, Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    for (module, _, name), (_, _, own, _, _) in stats.items():
        parts[name_part(module, name)] += own
    total = sum(parts.values())
    return ", ".join(f"{part} {own / total:.0%}" for part, own in parts.most_common(5))


def name_part(module: str, name: str) -> str:
    if "sqlite3" in name:
        return "SQLite"
    if "/sandbox/judge/" in module or "/contract/" in module:
        return "judging"
    if "/sandbox/" in module:
        return "the sandbox's Python"
    return "JSON" if "json" in module or "json" in name else "the rest"


if __name__ == "__main__":
    main()
