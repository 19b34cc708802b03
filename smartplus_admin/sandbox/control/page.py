"""Ads Manager (sandbox): a plain page through which a person changes live objects behind the product's back.

No script; every button is a form that posts and is led back. Shows the same statuses as the API.
"""

from html import escape
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.clock import read_clock, to_moment
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.control import edits
from smartplus_admin.sandbox.derive import Moment
from smartplus_admin.sandbox.entities import Entity, select_entities
from smartplus_admin.sandbox.library import list_accounts
from smartplus_admin.sandbox.render import Family
from smartplus_admin.sandbox.store import Database, Store

INDENT = {Level.CAMPAIGN: "campaign", Level.ADGROUP: "adgroup", Level.AD: "ad"}
DONE = {
    "enable": "switched on",
    "disable": "paused",
    "delete": "deleted",
    "approve": "approved",
    "deny": "denied",
    "exceed": "out of budget",
    "refill": "back in budget",
    "budget": "given a new budget",
}


def show_page(request: Request, store: Store, config: Config) -> Response:
    with store.read() as db:
        accounts = list_accounts(db)
        now = read_clock(db).tell()
        trees = "".join(
            _show_account(db, account, Moment(now, config.review_seconds)) for account in accounts
        )
    told = request.args.get("told", "")
    html = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ads Manager (sandbox)</title><link rel="stylesheet" href="/ads-manager.css"></head><body>
<header><h1>Ads Manager (sandbox)</h1>
<p>{config.mode} mode · {to_moment(now):%Y-%m-%d %H:%M:%S} UTC · changes here happen behind the product's back</p></header>
<main>{f'<p class="told" role="status">{escape(told)}</p>' if told else ""}{trees}</main></body></html>"""
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; form-action 'self'"
    return response


def take_form(request: Request, store: Store, config: Config) -> Response:
    form = request.form
    action = form.get("action", "")
    with store.write() as db:
        entity = edits.find_any(db, Level(form.get("level", "")), form.get("id", ""))
        _apply(db, entity, action, form.get("budget", ""))
    told = f"{entity.level.title} {entity.name} is {DONE.get(action, action)}."
    return redirect(f"/?{urlencode({'told': told})}#{entity.id}", 303)


def _apply(db: Database, entity: Entity, action: str, budget: str) -> None:
    now = read_clock(db).tell()
    match action:
        case "enable" | "disable" | "delete":
            edits.edit_object(db, entity, {"operation_status": action.upper()}, now)
        case "budget":
            edits.edit_object(db, entity, {"budget": budget}, now)
        case "exceed" | "refill":
            edits.edit_object(db, entity, {"budget_exceeded": action == "exceed"}, now)
        case "approve" | "deny" if entity.level is Level.AD:
            edits.set_verdict(
                db, entity, "approved" if action == "approve" else "denied", now, "Denied by hand."
            )
        case _:
            raise ValueError(f"action: one of {', '.join(DONE)}")


def _show_account(db: Database, account: dict[str, object], moment: Moment) -> str:
    rows = select_entities(db, "advertiser_id = ? AND deleted_with = ''", (account["advertiser_id"],))
    family = Family(db, rows, str(account["status"]), moment)
    below: dict[str, list[Entity]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    lines = [
        _show_row(family, row)
        for campaign in below.get("", ())
        for adgroup in (campaign, *below.get(campaign.id, ()))
        for row in ((adgroup, *below.get(adgroup.id, ())) if adgroup is not campaign else (campaign,))
    ]
    head = f"<h2>{escape(str(account['name']))}</h2><p>{account['advertiser_id']} · {account['currency']}</p>"
    if not lines:
        return f"<section>{head}<p>No campaigns yet.</p></section>"
    table = "<tr><th>Name</th><th>Status</th><th>Budget</th><th>Change</th></tr>" + "".join(lines)
    return f'<section>{head}<div class="scroll"><table>{table}</table></div></section>'


def _show_row(family: Family, entity: Entity) -> str:
    status = family.derive(entity)
    budget = entity.body.get("budget")
    buttons = ["disable" if entity.operation_status == "ENABLE" else "enable", "delete"]
    if entity.level is Level.AD:
        buttons += ["approve", "deny"]
    else:
        buttons.append("refill" if entity.facts.get("budget_exceeded") else "exceed")
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{value}">'
        for name, value in (("level", entity.level.value), ("id", entity.id))
    )
    forms = "".join(f'<button name="action" value="{name}">{LABELS[name]}</button>' for name in buttons)
    money = ""
    if budget is not None:
        label = escape(f"Budget of {entity.name}", quote=True)
        money = (
            f'<form method="post" action="/">{hidden}<input name="budget" value="{budget:.12g}" size="9" inputmode="decimal"'
            f' aria-label="{label}"><button name="action" value="budget">Set</button></form>'
        )
    tone = "good" if status.endswith(("_OK", "STATUS_ENABLE")) else "idle" if "DISABLE" in status else "warn"
    return (
        f'<tr id="{entity.id}" class="{INDENT[entity.level]}"><td>{escape(entity.name)}<small>{entity.id}</small></td>'
        f'<td><span class="{tone}">{status}</span></td><td>{money}</td>'
        f'<td><form method="post" action="/">{hidden}{forms}</form></td></tr>'
    )


LABELS = {
    "enable": "Switch on",
    "disable": "Pause",
    "delete": "Delete",
    "approve": "Approve",
    "deny": "Deny",
    "exceed": "Exceed budget",
    "refill": "Refill budget",
}
