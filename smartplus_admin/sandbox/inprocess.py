"""The sandbox without a socket: an adapter for `requests` that hands each call straight to the WSGI app.

    session = open_session(app)            # requests.Session whose calls to any host end in the app
    session.mount("https://business-api.tiktok.com", InProcessAdapter(app))

Faults that break a connection raise the exception `requests` would raise; a pause longer than the caller's timeout
raises ReadTimeout, after a `late` call was carried out all the same.
"""

import io
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from smartplus_admin.sandbox.app import SLEEP_KEY
from smartplus_admin.sandbox.errors import CutConnection

BASE_URL = "http://sandbox.invalid"  # a name that leads nowhere (RFC 6761), for sessions of open_session


class InProcessAdapter(BaseAdapter):
    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self.app = app

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: None | float | tuple[float, float] | tuple[float, None] = None,
        verify: bool | str = True,
        cert: None | bytes | str | tuple[bytes | str, bytes | str] = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        paused: list[float] = []
        environ = _build_environ(request)
        environ[SLEEP_KEY] = paused.append
        try:
            body, status, headers = run_wsgi_app(self.app, environ)
        except CutConnection as error:
            raise requests.ConnectionError(error, request=request) from error
        if patience is not None and sum(paused) >= patience:
            raise requests.ReadTimeout(f"no answer within {patience} seconds", request=request)
        return _build_response(request, body, status, list(headers))

    def close(self) -> None:
        """Nothing is held open."""


def open_session(app: WSGIApplication) -> requests.Session:
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, InProcessAdapter(app))
    return session


def _build_environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(str(request.url))
    data = request.body.encode() if isinstance(request.body, str) else request.body
    builder = EnvironBuilder(
        path=parts.path,
        base_url=f"{parts.scheme}://{parts.netloc}/",
        query_string=parts.query,
        method=str(request.method),
        headers=list(request.headers.items()),
        input_stream=io.BytesIO(data or b"") if isinstance(data, bytes | type(None)) else data,
        content_length=len(data) if isinstance(data, bytes) else None,
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )
    try:
        return builder.get_environ()
    finally:
        builder.close()


def _build_response(
    request: requests.PreparedRequest, body: Iterable[bytes], status: str, headers: list[tuple[str, str]]
) -> requests.Response:
    code, _, reason = status.partition(" ")
    response = requests.Response()
    response.status_code = int(code)
    response.reason = reason
    response.headers.update(headers)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.raw = HTTPResponse(
        io.BytesIO(b"".join(body)), status=int(code), headers=dict(headers), preload_content=False
    )
    response.url = str(request.url)
    response.request = request
    return response
