"""The WSGI app: /open_api/ with faults, quotas, access and one transaction per call; beside it the control side.

Knows the order of these steps, not what an endpoint does.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from campaigns.contract import codes
from smartplus_admin.sandbox.access import check_token, open_account
from smartplus_admin.sandbox.calls.switch import refuse_each
from smartplus_admin.sandbox.calls.uploads import IMAGE_BYTES, VIDEO_BYTES
from smartplus_admin.sandbox.clock import read_clock
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.control.routes import answer_control
from smartplus_admin.sandbox.errors import NOT_ALLOWLISTED_TEXT, TOKEN_WRONG_TEXT, CutConnection, Refusal
from smartplus_admin.sandbox.faults import Fault, draw_fault
from smartplus_admin.sandbox.life.catch_up import live, live_within
from smartplus_admin.sandbox.past import look_back
from smartplus_admin.sandbox.paths import ENDPOINTS, ROOT, VERSION, Endpoint
from smartplus_admin.sandbox.quota import count_call
from smartplus_admin.sandbox.store import Database, Store, get_setting
from smartplus_admin.sandbox.wire import Call, Params, answer, read_params
from smartplus_admin.sandbox.world import prepare_world

MAX_BODY = 10 * 1024**2  # bytes; own choice, far above any documented body
# A little above TikTok's limits of files, which are refused with words
UPLOADS = {"file/image/ad/upload/": IMAGE_BYTES + MAX_BODY, "file/video/ad/upload/": VIDEO_BYTES + MAX_BODY}
SLEEP_KEY = "smartplus_sandbox.sleep"  # an in-process client puts its own sleep here
log = logging.getLogger(__name__)


class Sandbox:
    """A WSGI app on one SQLite file. Threads may share it, and processes the file."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.store = Store(config.database)
        with self.store.write() as db:
            prepare_world(db, config)

    @property
    def token(self) -> str:
        """The token that the start line prints."""
        with self.store.read() as db:
            return get_setting(db, "token") or ""

    def close(self) -> None:
        self.store.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with Request(environ) as request:  # closes uploaded files
            length = UPLOADS.get(request.path.removeprefix(f"{ROOT}{VERSION}/"), MAX_BODY)
            request.max_content_length = length
            try:
                response = self.answer(request)
            except HTTPException as error:
                response = Response(f"{error.code} {error.name}\n", error.code, content_type="text/plain")
        return response(environ, start_response)

    def answer(self, request: Request) -> Response:
        if not request.path.startswith(ROOT):
            return answer_control(request, self.store, self.config)
        version, _, path = request.path.removeprefix(ROOT).partition("/")
        endpoint = ENDPOINTS.get(path)
        if not path.endswith("/") or (endpoint is None and not path.startswith("smart_plus/")):
            return Response("404 page not found", 404, content_type="text/plain")  # ae: no envelope
        if endpoint is not None and request.method not in endpoint.methods:
            return Response("405 method not allowed", 405, content_type="text/plain")
        fault = draw_fault(self.store, path)
        pause: Callable[[float], None] = request.environ.get(SLEEP_KEY, time.sleep)
        _strike_before(fault, pause)
        if fault is not None and fault.kind == "http-500":
            return Response(
                "<html><body>500 Internal Server Error</body></html>", 500, content_type="text/html"
            )
        response = self._carry_out(request, version, path, endpoint, fault)
        return _strike_after(fault, pause, response)

    def _carry_out(
        self, request: Request, version: str, path: str, endpoint: Endpoint | None, fault: Fault | None
    ) -> Response:
        now = time.time()
        try:
            if version != VERSION:
                raise Refusal(codes.WRONG_VERSION, f"The API version {version} does not exist.")
            if endpoint is None:
                raise Refusal(codes.NO_SUCH_ENDPOINT, f"The endpoint /{path} does not exist.")
            _refuse_by_fault(fault, self.config)
            params = read_params(request)
            count_call(self.store, self.config, str(params.get("advertiser_id") or "")[:20], path)
            if self.config.lives and not endpoint.writes:
                live(self.store, self.config.review_seconds)
            transaction = self.store.write if endpoint.writes else self.store.read
            lag = fault.seconds if fault is not None and fault.kind == "stale" and not endpoint.writes else 0
            with transaction() as db, look_back(db, lag):
                call = self._open(db, params, request)
                if self.config.lives and endpoint.writes:
                    live_within(db, self.config.review_seconds, call.now)
                now = call.now
                return answer(_run(call, endpoint, path, fault), now=now)
        except Refusal as refusal:
            return answer({}, code=refusal.code, message=refusal.message, now=now, status=refusal.status)
        except HTTPException:
            raise
        except Exception:
            log.exception("The sandbox itself failed on %s", path)
            return answer(
                {}, code=codes.SYSTEM_ERROR, message="System error: the sandbox itself failed.", now=now
            )

    def _open(self, db: Database, params: Params, request: Request) -> Call:
        token = request.headers.get("Access-Token", "").strip()
        return Call(db, self.config, params, read_clock(db).tell(), "", {}, token, request.host_url)


def make_app(config: Config) -> Sandbox:
    return Sandbox(config)


def _run(call: Call, endpoint: Endpoint, path: str, fault: Fault | None) -> Any:
    if endpoint.token:
        call.grant = check_token(call, path)
    if endpoint.advertiser:
        call.account = open_account(call, endpoint)
        call.advertiser_id = call.account["advertiser_id"]
    return refuse_each(call) if fault is not None and fault.kind == "listed" else endpoint.run(call)


def _refuse_by_fault(fault: Fault | None, config: Config) -> None:
    if fault is not None and fault.kind in FAULT_TEXTS:
        status = config.throttle_status if fault.kind == "throttle" else 200
        raise Refusal(fault.code, FAULT_TEXTS[fault.kind], status=status)


FAULT_TEXTS = {
    "5xxxx-before": "System error, please try again later.",
    "throttle": "Requests made too frequently. Please try again later.",
    "token-revoked": TOKEN_WRONG_TEXT,
    "allowlist-off": NOT_ALLOWLISTED_TEXT,
}


def _strike_before(fault: Fault | None, pause: Callable[[float], None]) -> None:
    if fault is not None and fault.kind == "request-lost":
        raise CutConnection("request lost on purpose")
    if fault is not None and fault.kind == "late":
        pause(fault.seconds)


def _strike_after(fault: Fault | None, pause: Callable[[float], None], response: Response) -> Response:
    match fault.kind if fault is not None else None:
        case "answer-lost":
            raise CutConnection("answer lost on purpose")
        case "5xxxx-after" if fault is not None:
            return answer(
                {}, code=fault.code, message="System error, please try again later.", now=time.time()
            )
        case "slow" if fault is not None:
            pause(fault.seconds)
        case "garbage":
            return Response("<html><body>Bad gateway</body></html>", 200, content_type="text/html")
    return response
