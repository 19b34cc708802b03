"""The sandbox on a socket: Werkzeug's threaded server, with connections that really break when a fault says so."""

import errno
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from smartplus_admin.sandbox.app import Sandbox, make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.errors import CutConnection

LOOPBACK = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    disable_nagle_algorithm = (
        True  # headers and body are two writes; waiting for an acknowledgement costs 40 ms
    )

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No line per call: a demo polls."""


class Cutter:
    """Turns a CutConnection into a closed socket, so that the client sees what a dead server looks like."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self.app(environ, start_response)
        except CutConnection:
            connection: socket.socket = environ["werkzeug.socket"]
            with suppress(OSError):  # the client may have left first
                connection.shutdown(socket.SHUT_RDWR)
            raise


@dataclass(frozen=True, slots=True)
class Served:
    """A running sandbox: `base_url` without a path, `api_url` as TIKTOK_API_URL wants it."""

    base_url: str
    token: str
    app: Sandbox

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/open_api/v1.3/"


def open_server(app: Sandbox, host: str, port: int) -> BaseWSGIServer:
    """Bound and listening, not yet serving. Raises OSError when the port is taken."""
    try:
        probe = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise OSError(
            error.errno or errno.EADDRINUSE, f"cannot listen on {host}:{port}: {error.strerror}"
        ) from error
    with probe:
        return make_server(
            host, port, Cutter(app), threaded=True, request_handler=QuietHandler, fd=probe.fileno()
        )


@contextmanager
def serve_in_thread(config: Config) -> Iterator[Served]:
    """A sandbox on a free loopback port for the length of a with block."""
    app = make_app(config)
    server = open_server(app, LOOPBACK, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Served(f"http://{LOOPBACK}:{server.port}", app.token, app)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
        app.close()
