"""Paths outside /open_api/, and who may use them: this machine only, and no page of another site."""

import ipaddress
from collections.abc import Callable
from importlib import resources
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.control import api, consent, life, page
from smartplus_admin.sandbox.control.preview import PREFIX, show_preview
from smartplus_admin.sandbox.life.catch_up import live as live_on
from smartplus_admin.sandbox.pictures import PREFIX as PICTURES
from smartplus_admin.sandbox.pictures import show_picture
from smartplus_admin.sandbox.store import Store, dump_json

Answer = Callable[[Request, Store, Config], Response]

ROUTES: dict[tuple[str, str], Answer] = {
    ("GET", "/"): page.show_page,
    ("POST", "/"): page.take_form,
    ("GET", "/control/token"): api.show_token,
    ("GET", "/control/clock"): api.show_clock,
    ("POST", "/control/clock"): api.change_clock,
    ("POST", "/control/review"): api.change_review,
    ("POST", "/control/status"): api.change_object,
    ("POST", "/control/account"): api.change_advertiser,
    ("POST", "/control/pixel"): api.change_pixel,
    ("POST", "/control/token"): api.make_token,
    ("POST", "/control/auth_code"): api.make_code,
    ("GET", "/portal/auth"): consent.show_consent,
    ("POST", "/portal/auth"): consent.take_consent,
    ("GET", "/control/truth"): life.show_truth,
    ("GET", "/control/life"): life.show_life,
    ("POST", "/control/life"): life.change_life,
    ("POST", "/control/cause"): life.make_cause,
    ("DELETE", "/control/cause"): life.end_causes,
    ("GET", "/control/faults"): api.show_faults,
    ("POST", "/control/faults"): api.make_faults,
    ("DELETE", "/control/faults"): api.drop_faults,
    ("GET", "/control/state"): api.show_state,
    ("POST", "/control/reset"): api.reset,
}


def answer_control(request: Request, store: Store, config: Config) -> Response:
    if request.path == "/healthz":
        with store.read():
            return Response('{"status":"ok"}', content_type="application/json")
    if request.path == "/ads-manager.css":
        css = resources.files(__package__).joinpath("ads-manager.css").read_text("utf-8")
        return Response(css, content_type="text/css; charset=utf-8")
    if request.method == "GET" and request.path.startswith(PREFIX):
        return show_preview(request, store)
    if request.method == "GET" and request.path.startswith(PICTURES):
        return show_picture(request)
    run = ROUTES.get((request.method, request.path))
    if run is None:
        known = any(path == request.path for _, path in ROUTES)
        return Response(
            "405 method not allowed\n" if known else "404 page not found\n", 405 if known else 404
        )
    if not (config.open_control or _is_local(request)):
        return Response("The control side answers this machine only; see --open-control.\n", 403)
    if request.method != "GET" and not _is_same_site(request):
        return Response("Another site may not control this sandbox.\n", 403)
    try:
        if config.lives:
            live_on(store, config.review_seconds)
        response = run(request, store, config)
        if config.lives and request.path == "/control/clock":
            live_on(store, config.review_seconds)  # a leap is lived through here, not in the next call
        return response
    except (ValueError, TypeError, KeyError) as error:
        text = f"{error.args[0]}: unknown" if isinstance(error, KeyError) else str(error)
        return Response(dump_json({"error": text}), 400, content_type="application/json")


def _is_local(request: Request) -> bool:
    """The caller and the name it used: a foreign name would be a page of the web talking to this machine."""
    try:
        caller = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    host = urlsplit(f"//{request.host}").hostname or ""
    if host in ("localhost", "sandbox.invalid"):
        return caller.is_loopback
    try:
        return caller.is_loopback and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_same_site(request: Request) -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
