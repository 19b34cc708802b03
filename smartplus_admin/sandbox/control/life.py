"""Control of how the sandbox lives: its seed, causes of trouble, and the truth that the API does not tell."""

from typing import Any

from werkzeug.wrappers import Request, Response

from campaigns.contract.shape import read_moment
from smartplus_admin.sandbox.clock import read_clock
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.control.answers import answer_json, read_body, read_number
from smartplus_admin.sandbox.library import find_account
from smartplus_admin.sandbox.life.calendar import floor_hour, write_hour
from smartplus_admin.sandbox.life.causes import add_cause, cure_causes, list_causes
from smartplus_admin.sandbox.life.scenarios import Cause, read_causes
from smartplus_admin.sandbox.life.seed import read_scenario, read_seed, set_scenario, set_seed
from smartplus_admin.sandbox.life.truth import tell_truth
from smartplus_admin.sandbox.store import Database, Store


def show_truth(request: Request, store: Store, config: Config) -> Response:
    """?campaign_id=…, any number of them; none means all."""
    with store.read() as db:
        return answer_json(tell_truth(db, request.args.getlist("campaign_id"), config.review_seconds))


def show_life(request: Request, store: Store, config: Config) -> Response:
    with store.read() as db:
        return answer_json(_tell_life(db))


def change_life(request: Request, store: Store, config: Config) -> Response:
    """{seed?, scenario?: none|mixed|greedy}: counts for all hours that are still to be lived."""
    body = read_body(request, "seed", "scenario")
    seed = body.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise ValueError("seed: a whole number")
    with store.write() as db:
        if seed is not None:
            set_seed(db, seed)
        if "scenario" in body:
            set_scenario(db, str(body["scenario"]))
        return answer_json(_tell_life(db))


def make_cause(request: Request, store: Store, config: Config) -> Response:
    """{id, cause, at?, strength?}: of an ad group, a campaign or an account, from an hour on that is not yet lived."""
    body = read_body(request, "id", "cause", "at", "strength")
    key, strength = str(body.get("id", "")), read_number(body, "strength")
    with store.write() as db:
        _check_scope(db, key)
        now = read_clock(db).tell()
        hour = floor_hour(read_moment(body["at"]).timestamp() if body.get("at") else now)
        if hour < floor_hour(now):
            raise ValueError("at: not in the past; what was lived stays")
        add_cause(db, key, Cause(str(body.get("cause", "")), hour, 1.0 if strength is None else strength))
        return answer_json(_tell_life(db))


def end_causes(request: Request, store: Store, config: Config) -> Response:
    """?id=…: what is at work on it ends now."""
    with store.write() as db:
        cure_causes(db, request.args.get("id", ""), floor_hour(read_clock(db).tell()))
        return answer_json(_tell_life(db))


def _check_scope(db: Database, key: str) -> None:
    row = db.execute("SELECT 1 FROM entity WHERE id = ? AND level <> 'ad'", (key,)).fetchone()
    if row is None and find_account(db, key) is None:
        raise ValueError("id: of an ad group, a campaign or an account")


def _tell_life(db: Database) -> dict[str, Any]:
    return {
        "seed": read_seed(db),
        "scenario": read_scenario(db),
        "known": sorted(read_causes()),
        "causes": [
            {
                "id": scope_id,
                "cause": cause.name,
                "from": write_hour(cause.hour),
                "until": None if cause.until is None else write_hour(cause.until),
                "strength": cause.strength,
            }
            for scope_id, cause in list_causes(db)
        ],
    }
