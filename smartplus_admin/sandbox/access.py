"""Who may call: the token, the advertiser it names, the allowlist (R1, R2, fact sheet 1.2)."""

from typing import Any

from campaigns.contract import codes
from smartplus_admin.sandbox.calls.account import may_use
from smartplus_admin.sandbox.errors import (
    NOT_ALLOWLISTED_TEXT,
    TOKEN_MISSING_TEXT,
    TOKEN_WRONG_TEXT,
    Refusal,
    refuse_foreign,
    refuse_missing,
)
from smartplus_admin.sandbox.library import find_account
from smartplus_admin.sandbox.paths import Endpoint
from smartplus_admin.sandbox.wire import Call


def check_token(call: Call) -> None:
    if not call.token:
        raise Refusal(codes.TOKEN_MISSING, TOKEN_MISSING_TEXT)
    row = call.db.execute("SELECT revoked FROM token WHERE token = ?", (call.token,)).fetchone()
    if row is None or row["revoked"]:
        raise Refusal(codes.TOKEN_WRONG, TOKEN_WRONG_TEXT)


def open_account(call: Call, endpoint: Endpoint) -> dict[str, Any]:
    """The advertiser the call names. A known one the token may not use is 40001, an unknown one 40300 (R2)."""
    advertiser_id = call.text("advertiser_id")
    if not advertiser_id:
        raise refuse_missing("advertiser_id")
    account = find_account(call.db, advertiser_id)
    if account is None:
        raise Refusal(codes.ADVERTISER_MISSING, f"advertiser_id: advertiser {advertiser_id} does not exist.")
    if not may_use(call, advertiser_id):
        raise refuse_foreign(advertiser_id)
    if endpoint.allowlisted and not account["allowlisted"]:
        raise Refusal(codes.NOT_ALLOWLISTED, NOT_ALLOWLISTED_TEXT)
    return account
