"""The JSON side of control. Shapes are in the README; a wrong body is 400 {"error": …} naming the member."""

from typing import Any

from werkzeug.wrappers import Request, Response

from campaigns.contract.levels import Level
from campaigns.contract.shape import read_moment
from smartplus_admin.sandbox import faults
from smartplus_admin.sandbox.clock import Clock, read_clock, set_clock, to_moment
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.control import edits
from smartplus_admin.sandbox.control.answers import answer_json, read_body, read_number
from smartplus_admin.sandbox.entities import Entity, select_entities
from smartplus_admin.sandbox.library import change_account, change_asset, list_accounts
from smartplus_admin.sandbox.store import Store, get_setting, load_json
from smartplus_admin.sandbox.tokens import APP_ID, Grant, add_code, add_token, make_secret
from smartplus_admin.sandbox.world import reset_world

GRANT = ("app_id", "advertiser_ids", "scope")


def show_token(request: Request, store: Store, config: Config) -> Response:
    with store.read() as db:
        return answer_json({"token": get_setting(db, "token")})


def make_token(request: Request, store: Store, config: Config) -> Response:
    """{token?, app_id?, advertiser_ids?, scope?}: one more token, of all advertisers and permissions or of the named ones."""
    body = read_body(request, "token", *GRANT)
    token = str(body.get("token") or make_secret())
    with store.write() as db:
        add_token(db, token, _read_grant(body))
    return answer_json({"token": token})


def make_code(request: Request, store: Store, config: Config) -> Response:
    """{app_id?, advertiser_ids?, scope?}: an authorisation code, as the consent page gives it."""
    grant = _read_grant(read_body(request, *GRANT))
    with store.write() as db:
        return answer_json({"auth_code": add_code(db, grant, read_clock(db).tell())})


def show_clock(request: Request, store: Store, config: Config) -> Response:
    with store.read() as db:
        return answer_json(_tell(read_clock(db)))


def change_clock(request: Request, store: Store, config: Config) -> Response:
    """{now?, speed?, advance?}: advance is in seconds and comes on top of now."""
    body = read_body(request, "now", "speed", "advance")
    now = read_moment(body["now"]) if body.get("now") else None
    with store.write() as db:
        clock = set_clock(db, now=now, speed=read_number(body, "speed"), advance=read_number(body, "advance"))
        return answer_json(_tell(clock))


def change_review(request: Request, store: Store, config: Config) -> Response:
    """{smart_plus_ad_id, verdict: approved|denied|pending|auto, ad_material_ids?, reason?}: of the ad, or of some creatives."""
    body = read_body(request, "smart_plus_ad_id", "verdict", "ad_material_ids", "reason")
    with store.write() as db:
        ad = edits.find_any(db, Level.AD, str(body.get("smart_plus_ad_id", "")))
        now = read_clock(db).tell()
        verdict, reason = str(body.get("verdict", "")), str(body.get("reason") or "")
        if body.get("ad_material_ids"):
            edits.set_material_verdict(db, ad, verdict, list(body["ad_material_ids"]), now, reason)
        else:
            edits.set_verdict(db, ad, verdict, now, reason)
        return answer_json(describe(ad))


def change_object(request: Request, store: Store, config: Config) -> Response:
    """{level, id, operation_status?, budget?, budget_exceeded?, spend?, name?, body?}: an edit behind the product's back."""
    body = read_body(request, "level", "id", *edits.CHANGES)
    with store.write() as db:
        entity = edits.find_any(db, Level(str(body.get("level", ""))), str(body.get("id", "")))
        edits.edit_object(
            db, entity, {name: body[name] for name in edits.CHANGES if name in body}, read_clock(db).tell()
        )
        return answer_json(describe(entity))


def change_advertiser(request: Request, store: Store, config: Config) -> Response:
    """{advertiser_id, status?, allowlisted?}: punish an account, or close its allowlist."""
    body = read_body(request, "advertiser_id", "status", "allowlisted")
    changes = {name: body[name] for name in ("status", "allowlisted") if name in body}
    with store.write() as db:
        change_account(db, str(body.get("advertiser_id", "")), **changes)
    return answer_json({"advertiser_id": body["advertiser_id"], **changes})


def change_pixel(request: Request, store: Store, config: Config) -> Response:
    """{pixel_id, silent_since: moment or null}: from then on no event arrives at the pixel."""
    body = read_body(request, "pixel_id", "silent_since")
    since = body.get("silent_since")
    moment = None if since is None else read_moment(since).timestamp()
    with store.write() as db:
        change_asset(db, "pixel", str(body.get("pixel_id", "")), silent_since=moment)
    return answer_json({"pixel_id": body["pixel_id"], "silent_since": since})


def show_faults(request: Request, store: Store, config: Config) -> Response:
    return answer_json({"faults": faults.list_rules(store), "kinds": faults.KINDS})


def make_faults(request: Request, store: Store, config: Config) -> Response:
    """One rule, or {faults: [rule…]} which replaces all."""
    body = read_body(request)
    raw = body.get("faults")
    rules = [faults.read_rule(rule) for rule in (raw if isinstance(raw, list) else [body])]
    if raw is not None:
        faults.clear_rules(store)
    for rule in rules:
        faults.add_rule(store, rule)
    return show_faults(request, store, config)


def drop_faults(request: Request, store: Store, config: Config) -> Response:
    faults.clear_rules(store)
    return show_faults(request, store, config)


def show_state(request: Request, store: Store, config: Config) -> Response:
    """Everything, as stored: for tests that count objects."""
    with store.read() as db:
        rows = select_entities(db, "1 = 1", ())
        state: dict[str, Any] = {"clock": _tell(read_clock(db)), "world": get_setting(db, "world")}
        for level in Level:
            state[f"{level.value}s"] = [describe(row) for row in reversed(rows) if row.level is level]
        state["accounts"] = list_accounts(db)
        library = db.execute(
            "SELECT kind, advertiser_id, body FROM library WHERE kind <> 'account' ORDER BY seq"
        )
        state["library"] = [
            {"kind": row["kind"], "advertiser_id": row["advertiser_id"], **load_json(row["body"])}
            for row in library
        ]
    return answer_json({**state, "faults": faults.list_rules(store)})


def reset(request: Request, store: Store, config: Config) -> Response:
    """Everything as in a new file; token and clock stay."""
    with store.write() as db:
        reset_world(db, config)
    return answer_json({"status": "ok"})


def describe(entity: Entity) -> dict[str, Any]:
    return {
        "level": entity.level.value,
        "id": entity.id,
        "advertiser_id": entity.advertiser_id,
        "parent_id": entity.parent_id,
        "campaign_id": entity.campaign_id,
        "name": entity.name,
        "operation_status": entity.operation_status,
        "deleted_with": entity.deleted_with,
        "created_at": entity.created_at,
        "modified_at": entity.modified_at,
        "body": entity.body,
        "facts": entity.facts,
    }


def _tell(clock: Clock) -> dict[str, Any]:
    return {"now": to_moment(clock.tell()).isoformat().replace("+00:00", "Z"), "speed": clock.speed}


def _read_grant(body: dict[str, Any]) -> Grant:
    ids, scope = body.get("advertiser_ids"), body.get("scope")
    if ids is not None and not (isinstance(ids, list) and all(isinstance(item, str) for item in ids)):
        raise ValueError("advertiser_ids: a list of texts")
    if scope is not None and not (isinstance(scope, list) and all(isinstance(item, int) for item in scope)):
        raise ValueError("scope: a list of numbers")
    return Grant(str(body.get("app_id") or APP_ID), ids, scope)
