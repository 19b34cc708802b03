"""From a code to a token and back (platform 4.1, 4.2).

Strict mode takes the codes of the consent page alone, with this sandbox's app and secret; guide mode takes any text once.
Short-term tokens: TikTok has them for organic accounts, not for campaigns; here they carry every permission in guide mode and no
advertiser in strict mode.
"""

from typing import Any

from campaigns.contract import codes
from smartplus_admin.sandbox import tokens
from smartplus_admin.sandbox.errors import TOKEN_WRONG_TEXT, Refusal, refuse_missing, refuse_parameter
from smartplus_admin.sandbox.library import list_accounts
from smartplus_admin.sandbox.scopes import TOP
from smartplus_admin.sandbox.tokens import Grant
from smartplus_admin.sandbox.wire import Call

Body = dict[str, Any]
APP_WRONG = 40101  # these four: platform section 2
REFRESH_WRONG = 40107
GRANT_KIND_WRONG = 40108
CODE_WRONG = 40110
REFRESH_EXPIRED = 40103
SHORT_SCOPE = "user.info.basic"  # invented: what an organic account would grant first


def grant_token(call: Call) -> Body:
    app_id = _check_app(call, "app_id", "secret")
    grant = _use_code(call, app_id)
    token = tokens.make_secret()
    tokens.add_token(call.db, token, grant)
    data: Body = {"access_token": token, "scope": TOP if grant.scope is None else grant.scope}
    if call.params.get("return_advertiser_ids") not in (False, "false"):
        data["advertiser_ids"] = list_covered(call, grant)
    return data


def revoke_token(call: Call) -> Body:
    token = call.text("access_token", required=True)
    known = tokens.find_token(call.db, token)
    if known is None or not tokens.revoke(call.db, token):
        raise Refusal(codes.TOKEN_WRONG, TOKEN_WRONG_TEXT)
    return {"app_id": call.text("app_id"), "advertiser_ids": list_covered(call, known.grant)}


def grant_short_token(call: Call) -> Body:
    client_id = _check_app(call, "client_id", "client_secret")
    _check_kind(call, "authorization_code")
    grant = _use_code(call, client_id)
    return _answer_short(call, grant if call.config.lenient else Grant(client_id, [], []))


def refresh_short_token(call: Call) -> Body:
    _check_app(call, "client_id", "client_secret")
    _check_kind(call, "refresh_token")
    refresh = call.text("refresh_token", required=True)
    known = tokens.find_refresh(call.db, refresh)
    if known is None or known.revoked:  # also what a token of the Marketing API gets (platform 4.2)
        raise Refusal(REFRESH_WRONG, "Refresh token is incorrect.")
    if known.refresh_until is not None and call.now >= known.refresh_until:
        raise Refusal(REFRESH_EXPIRED, "Refresh token is expired.")
    tokens.retire_refresh(call.db, refresh)
    return _answer_short(call, known.grant)


def revoke_short_token(call: Call) -> Body:
    _check_app(call, "client_id", "client_secret")
    if not tokens.revoke(call.db, call.text("access_token", required=True)):
        raise Refusal(codes.TOKEN_WRONG, TOKEN_WRONG_TEXT)
    return {}


def list_covered(call: Call, grant: Grant) -> list[str]:
    known = [account["advertiser_id"] for account in list_accounts(call.db)]
    return [advertiser_id for advertiser_id in known if grant.covers(advertiser_id)]


def _check_app(call: Call, id_name: str, secret_name: str) -> str:
    missing = [name for name in (id_name, secret_name) if not call.text(name)]
    if missing:
        raise refuse_missing(*missing)
    given = call.text(id_name), call.text(secret_name)
    if not call.config.lenient and given != (tokens.APP_ID, tokens.APP_SECRET):
        raise Refusal(APP_WRONG, f"{id_name} or {secret_name} is incorrect.")
    return given[0]


def _use_code(call: Call, app_id: str) -> Grant:
    code = call.text("auth_code", required=True)
    grant = tokens.use_code(call.db, code, app_id, call.now, any_code=call.config.lenient)
    if grant is None:
        raise Refusal(CODE_WRONG, "Auth_code is used or expired.")
    return grant


def _check_kind(call: Call, wanted: str) -> None:
    kind = call.text("grant_type", required=True)
    if kind not in ("authorization_code", "refresh_token"):
        raise Refusal(GRANT_KIND_WRONG, f"grant_type {kind} is not supported.")
    if kind != wanted:
        raise refuse_parameter("grant_type", f"must be {wanted}.")


def _answer_short(call: Call, grant: Grant) -> Body:
    token, refresh = tokens.add_short_token(call.db, grant, call.now)
    return {
        "access_token": token,
        "token_type": "Bearer",
        "scope": SHORT_SCOPE,
        "expires_in": tokens.ACCESS_SECONDS,
        "refresh_token": refresh,
        "refresh_token_expires_in": tokens.REFRESH_SECONDS,
        "open_id": "sandbox-open-id",
    }
