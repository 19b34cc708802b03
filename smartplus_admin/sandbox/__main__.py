"""`python -m smartplus_admin.sandbox`: starts one sandbox and prints its address and a token."""

import argparse
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import APP_LIMIT_CODES, TIERS, Config
from smartplus_admin.sandbox.life.seed import SCENARIOS
from smartplus_admin.sandbox.server import open_server
from smartplus_admin.sandbox.tokens import APP_ID, APP_SECRET


def main(arguments: list[str] | None = None) -> int:
    options = build_parser().parse_args(arguments)
    Path(options.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        app = make_app(read_config(options))
        server = open_server(app, options.host, options.port)
    except (OSError, ValueError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    address = f"http://{f'[{options.host}]' if ':' in options.host else options.host}:{server.port}"
    print(f"Smart+ sandbox ({options.mode} mode) on {address}/open_api/v1.3/", flush=True)
    print(f"Access-Token: {app.token}", flush=True)
    print(f"Ads Manager (sandbox): {address}/", flush=True)
    print(f"App: {APP_ID}, secret {APP_SECRET}, authorise at {address}/portal/auth", flush=True)
    signal.signal(signal.SIGTERM, _leave)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass  # Ctrl-C and SIGTERM are how it is meant to end
    finally:
        server.server_close()
        app.close()
    return 0


def _leave(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def read_config(options: argparse.Namespace) -> Config:
    return Config(
        database=options.database,
        mode=options.mode,
        empty=options.empty,
        now=options.now,
        speed=options.speed,
        lives=not options.no_life,
        seed=options.seed,
        scenario=options.scenario,
        review_seconds=options.review_seconds,
        task_seconds=options.task_seconds,
        transcode_seconds=options.transcode_seconds,
        repeats="replay" if options.replay else "reject" if options.reject else None,
        repeat_window=options.request_window,
        ad_gate_seconds=options.ad_gate_seconds,
        tier=options.tier,
        advertiser_qps=options.advertiser_qps,
        app_limit_code=options.app_limit_code,
        throttle_status=429 if options.http_429 else 200,
        any_url=options.any_url,
        token=options.token,
        open_control=options.open_control,
        spark_rule=not options.no_spark_rule,
    )


def build_parser() -> argparse.ArgumentParser:
    usual = Config(database="")
    parser = argparse.ArgumentParser(prog="python -m smartplus_admin.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8810, help="0 takes any free one")
    parser.add_argument(
        "--database", required=True, help="SQLite file; made if missing, shared by several processes"
    )
    parser.add_argument("--mode", choices=("guide", "strict"), default=usual.mode)
    parser.add_argument("--empty", action="store_true", help="only what the guides' worked examples need")
    parser.add_argument("--token", help="one more token that is accepted")
    parser.add_argument(
        "--now", type=read_day, help="set the clock, e.g. 2026-03-12 or 2026-03-12T08:30:00 (UTC)"
    )
    parser.add_argument("--speed", type=float, help="seconds of the sandbox per second; 0 stands still")
    parser.add_argument("--no-life", action="store_true", help="deliver nothing")
    parser.add_argument("--seed", type=int, help="what delivery's chance is drawn from")
    parser.add_argument("--scenario", choices=SCENARIOS, help="what ad groups have in store, see README")
    parser.add_argument("--review-seconds", type=float, default=usual.review_seconds)
    parser.add_argument("--transcode-seconds", type=float, default=usual.transcode_seconds)
    parser.add_argument("--task-seconds", type=float, default=usual.task_seconds)
    repeats = parser.add_mutually_exclusive_group()
    repeats.add_argument(
        "--replay", action="store_true", help="a repeated request_id gets the first answer again"
    )
    repeats.add_argument(
        "--reject", action="store_true", help="a repeated request_id gets 40050 inside the window"
    )
    parser.add_argument(
        "--request-window", type=float, default=usual.repeat_window, help="seconds; for --reject"
    )
    parser.add_argument(
        "--ad-gate-seconds", type=float, default=usual.ad_gate_seconds, help="0 switches the gate off"
    )
    parser.add_argument("--tier", choices=TIERS, default=usual.tier)
    parser.add_argument(
        "--advertiser-qps", type=int, default=usual.advertiser_qps, help="0 switches the limit off"
    )
    parser.add_argument("--app-limit-code", type=int, choices=APP_LIMIT_CODES, default=usual.app_limit_code)
    parser.add_argument("--http-429", action="store_true", help="throttle with HTTP 429 instead of 200")
    parser.add_argument(
        "--any-url", action="store_true", help="accept pictures from any address (never fetched)"
    )
    parser.add_argument(
        "--open-control", action="store_true", help="control from other machines, for containers"
    )
    parser.add_argument(
        "--no-spark-rule", action="store_true", help="Spark and non-Spark ads may share a campaign"
    )
    return parser


def read_day(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
