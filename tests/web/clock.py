"""A clock that tests turn: the product follows it as it follows the sandbox's (SMARTPLUS_CLOCK)."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Clock(ThreadingHTTPServer):
    """Answers `/control/clock` with `now`, which a test sets."""

    def __init__(self, now: datetime) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.now = now


class _Handler(BaseHTTPRequestHandler):
    server: Clock

    def do_GET(self) -> None:
        body = json.dumps({"now": self.server.now.isoformat()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def run_clock(settings: Any, now: datetime) -> Iterator[Clock]:
    """The product's time is `now` until the test moves it."""
    clock = Clock(now)
    thread = threading.Thread(target=clock.serve_forever, args=[0.01])
    thread.start()
    settings.SMARTPLUS_CLOCK = "sandbox"
    settings.TIKTOK_API_URL = f"http://127.0.0.1:{clock.server_port}/open_api/v1.3/"
    try:
        yield clock
    finally:
        clock.shutdown()
        thread.join()
        clock.server_close()
