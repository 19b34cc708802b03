"""Ads Manager (sandbox): a plain page through which a person changes live objects behind the product's back.

No script; every button is a form that posts and is led back. What cannot be done comes back with what was typed (422).
"""

from html import escape
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.clock import Clock, read_clock, to_moment
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.control import edits
from smartplus_admin.sandbox.control.rows import SETTINGS, Typed, show_account, write_amount
from smartplus_admin.sandbox.derive import Moment
from smartplus_admin.sandbox.entities import Entity
from smartplus_admin.sandbox.library import list_accounts
from smartplus_admin.sandbox.store import Database, Store

DONE = {
    "enable": "switched on",
    "disable": "paused",
    "delete": "deleted",
    "approve": "approved",
    "deny": "denied",
    "exceed": "out of budget",
    "refill": "back in budget",
}


def show_page(request: Request, store: Store, config: Config) -> Response:
    return _render(store, config, request.args.get("q", ""), request.args.get("told", ""))


def take_form(request: Request, store: Store, config: Config) -> Response:
    form = request.form
    with store.write() as db:
        entity = edits.find_any(db, Level(form.get("level", "")), form.get("id", ""))
        try:
            done = _apply(db, entity, form)
        except ValueError as error:
            wrong: ValueError | None = error
        else:
            wrong = None
    if wrong is not None:
        typed = Typed(
            entity.id, {name: form[name] for name in ("name", *SETTINGS) if name in form}, str(wrong)
        )
        return _render(store, config, form.get("q", ""), "", typed)
    told = {"told": f"{entity.level.label} {entity.name} {done}.", "q": form.get("q", "")}
    return redirect(
        f"/?{urlencode({name: text for name, text in told.items() if text})}#row-{entity.id}", 303
    )


def _apply(db: Database, entity: Entity, form: MultiDict[str, str]) -> str:
    """What was done, as a person reads it. Raises ValueError naming the field."""
    now = read_clock(db).tell()
    action = form.get("action", "")
    match action:
        case "enable" | "disable" | "delete":
            edits.edit_object(db, entity, {"operation_status": action.upper()}, now)
        case "save":
            return _save(db, entity, form, now)
        case "exceed" | "refill" if entity.level is not Level.AD:
            edits.edit_object(db, entity, {"budget_exceeded": action == "exceed"}, now)
        case "approve" | "deny" if entity.level is Level.AD:
            verdict = "approved" if action == "approve" else "denied"
            edits.set_verdict(db, entity, verdict, now, "Denied by hand.")
        case _:
            raise ValueError(f"action: save, {', '.join(DONE)}")
    return f"is {DONE[action]}"


def _save(db: Database, entity: Entity, form: MultiDict[str, str], now: float) -> str:
    """Takes over what differs from what stands there."""
    name = form.get("name", "").strip()
    if not name:
        raise ValueError("Name: type at least one character")
    said = [f"is named {name} (was {entity.name})"] if name != entity.name else []
    changed: dict[str, float] = {}
    for member, label in SETTINGS.items():
        old = entity.body.get(member)
        if member not in form or old is None or form[member].strip() == write_amount(old):
            continue
        changed[member] = edits.read_amount(label, form[member].strip().replace(",", ""))
        said.append(f"has {label.lower()} {write_amount(changed[member])} (was {write_amount(old)})")
    if not said:
        return "is as it was: nothing was typed otherwise"
    edits.edit_object(db, entity, {"name": name, "body": changed}, now)
    return " and ".join(said)


def _render(store: Store, config: Config, search: str, told: str, typed: Typed | None = None) -> Response:
    with store.read() as db:
        clock = read_clock(db)
        now = clock.tell()
        moment = Moment(now, config.review_seconds)
        trees = "".join(show_account(db, account, moment, search, typed) for account in list_accounts(db))
    status = f'<p class="told" role="status">{escape(told)}</p>' if told else ""
    html = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ads Manager (sandbox)</title><link rel="stylesheet" href="/ads-manager.css"></head><body>
<header><h1>Ads Manager (sandbox)</h1>
<p>{config.mode} mode · {to_moment(now):%Y-%m-%d %H:%M:%S} UTC, {_tell_pace(clock)} · changes here happen behind the product's
back</p>
<form method="get" action="/" role="search"><label>Find campaigns <input type="search" name="q"
value="{escape(search, quote=True)}" placeholder="name or id"></label><button>Find</button></form></header>
<main>{status}{trees}</main></body></html>"""
    response = Response(html, 422 if typed else 200, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; form-action 'self'"
    return response


def _tell_pace(clock: Clock) -> str:
    if clock.speed == 1:
        return "as fast as real time"
    return "standing still" if not clock.speed else f"{clock.speed:g} seconds a second"
