"""The page on which an advertiser lets an app use accounts (platform 4.1): tick, confirm, led back with a code.

An address to be led back to must be on this machine or an example host, unless --any-url: the page leads nobody elsewhere.
"""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from smartplus_admin.sandbox.addresses import is_reachable
from smartplus_admin.sandbox.clock import read_clock
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.library import list_accounts
from smartplus_admin.sandbox.scopes import TOP, TREE
from smartplus_admin.sandbox.store import Store
from smartplus_admin.sandbox.tokens import Grant, add_code

ASKED = ("app_id", "state", "redirect_uri")


def show_consent(request: Request, store: Store, config: Config) -> Response:
    return _render(store, _read_asked(request.args, config))


def take_consent(request: Request, store: Store, config: Config) -> Response:
    asked = _read_asked(request.form, config)
    if (
        "refuse" in request.form
    ):  # TikTok documents no way back for a "no"; this is OAuth's own (RFC 6749, 4.1.2.1)
        return _lead_back(asked, ("error", "access_denied"))
    ticked = {*request.form.getlist("advertiser_id"), *request.form.getlist("scope")}
    scope = [number for number in TOP if str(number) in ticked]
    with store.write() as db:
        known = [account["advertiser_id"] for account in list_accounts(db)]
        chosen = [advertiser_id for advertiser_id in known if advertiser_id in ticked]
        code = add_code(db, Grant(asked["app_id"], chosen, scope), read_clock(db).tell()) if chosen else ""
    if not code:
        return _render(store, asked, ticked, "Tick at least one ad account.")
    return _lead_back(asked, ("auth_code", code), ("code", code))


def _lead_back(asked: dict[str, str], *told: tuple[str, str]) -> Response:
    back = urlsplit(asked["redirect_uri"])
    query = urlencode([*parse_qsl(back.query), *told, ("state", asked["state"])])
    return redirect(urlunsplit(back._replace(query=query)), 303)


def _render(
    store: Store, asked: dict[str, str], ticked: set[str] | None = None, problem: str = ""
) -> Response:
    """With everything ticked at first, and as it was sent when something is wrong."""
    with store.read() as db:
        accounts = [(row["advertiser_id"], str(row["name"])) for row in list_accounts(db)]
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
        for name, value in asked.items()
    )
    permissions = [(str(number), TREE[number][0]) for number in TOP]
    boxes = _tick_boxes("Ad accounts", "advertiser_id", accounts, ticked)
    boxes += _tick_boxes("Permissions", "scope", permissions, ticked)
    wrong = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    html = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Authorise an app (sandbox)</title><link rel="stylesheet" href="/ads-manager.css"></head><body>
<header><h1>Authorise an app (sandbox)</h1>
<p>App {escape(asked["app_id"])} asks to use your ad accounts. You are led back to {escape(asked["redirect_uri"])}.</p></header>
<main>{wrong}<form class="consent" method="post" action="/portal/auth">{hidden}{boxes}
<button>Confirm</button> <button name="refuse" value="1">Refuse</button></form></main>
</body></html>"""
    response = Response(html, 422 if problem else 200, content_type="text/html; charset=utf-8")
    back = urlsplit(asked["redirect_uri"])
    # A browser also holds the way back to form-action
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; form-action 'self' {back.scheme}://{back.netloc}"
    )
    return response


def _read_asked(given: MultiDict[str, str], config: Config) -> dict[str, str]:
    asked = {name: given.get(name, "") for name in ASKED}
    if not asked["app_id"]:
        raise ValueError("app_id: the app that asks")
    if not is_reachable(asked["redirect_uri"], config.any_url):
        raise ValueError("redirect_uri: an http(s) address on this machine or an example host; see --any-url")
    return asked


def _tick_boxes(title: str, name: str, rows: list[tuple[str, str]], ticked: set[str] | None) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{value}"'
        f"{' checked' if ticked is None or value in ticked else ''}> {escape(label)} <small>{value}</small></label>"
        for value, label in rows
    )
    return f"<fieldset><legend>{title}</legend>{boxes}</fieldset>"
