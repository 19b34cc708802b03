"""Who may call: the token and its permissions, the advertiser it names, the allowlist (R1, R2, fact sheet 1.2)."""

from typing import Any

from campaigns.contract import codes
from smartplus_admin.sandbox.errors import (
    NOT_ALLOWLISTED_TEXT,
    TOKEN_EXPIRED_TEXT,
    TOKEN_MISSING_TEXT,
    TOKEN_WRONG_TEXT,
    Refusal,
    refuse_foreign,
    refuse_missing,
)
from smartplus_admin.sandbox.library import find_account
from smartplus_admin.sandbox.paths import Endpoint
from smartplus_admin.sandbox.scopes import find_missing
from smartplus_admin.sandbox.tokens import Grant, find_token
from smartplus_admin.sandbox.wire import Call


def check_token(call: Call, path: str) -> Grant:
    """What the call's token may do. A token without the permission that the path needs is 40001 (fact sheet 1.3)."""
    if not call.token:
        raise Refusal(codes.TOKEN_MISSING, TOKEN_MISSING_TEXT)
    token = find_token(call.db, call.token)
    if token is None or token.revoked:
        raise Refusal(codes.TOKEN_WRONG, TOKEN_WRONG_TEXT)
    if token.expires_at is not None and call.now >= token.expires_at:
        raise Refusal(codes.TOKEN_EXPIRED, TOKEN_EXPIRED_TEXT)
    missing = find_missing(path, token.grant.scope)
    if missing is not None:
        text = f"No permission: the token lacks the scope {missing.name} ({missing.number})."
        raise Refusal(codes.NO_PERMISSION, text)
    return token.grant


def open_account(call: Call, endpoint: Endpoint) -> dict[str, Any]:
    """The advertiser the call names. A known one the token may not use is 40001, an unknown one 40300 (R2)."""
    advertiser_id = call.text("advertiser_id")
    if not advertiser_id:
        raise refuse_missing("advertiser_id")
    account = find_account(call.db, advertiser_id)
    if account is None:
        raise Refusal(codes.ADVERTISER_MISSING, f"advertiser_id: advertiser {advertiser_id} does not exist.")
    if not call.grant.covers(advertiser_id):
        raise refuse_foreign(advertiser_id)
    if endpoint.allowlisted and not account["allowlisted"]:
        raise Refusal(codes.NOT_ALLOWLISTED, NOT_ALLOWLISTED_TEXT)
    return account
