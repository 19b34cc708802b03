"""Tokens' advertisers, identities and their posts (platform 4.1, 5.1, 6.5)."""

from typing import Any

from campaigns.contract import codes
from smartplus_admin.sandbox.errors import Refusal, refuse_foreign, refuse_missing, refuse_parameter
from smartplus_admin.sandbox.library import find_account, list_accounts
from smartplus_admin.sandbox.pictures import point_to
from smartplus_admin.sandbox.wire import Call, cut_page

IDENTITY_TYPES = ("CUSTOMIZED_USER", "AUTH_CODE", "TT_USER", "BC_AUTH_TT", "TTS_TT")  # platform 6.5
OURS_ALONE = ("allowlisted",)


def list_token_advertisers(call: Call) -> dict[str, Any]:
    return {
        "list": [
            {"advertiser_id": account["advertiser_id"], "advertiser_name": account["name"]}
            for account in list_accounts(call.db)
            if call.grant.covers(account["advertiser_id"])
        ]
    }


def get_user(call: Call) -> dict[str, Any]:
    return {
        "display_name": "Sandbox user",
        "email": "s***x@example.com",
        "core_user_id": "7060000000000000001",
        "create_time": 1704103200,
        "avatar_url": "https://example.com/avatar.jpg",
    }


def get_advertisers(call: Call) -> dict[str, Any]:
    fields = set(call.texts("fields"))
    found = []
    for advertiser_id in call.texts("advertiser_ids", required=True):
        account = find_account(call.db, advertiser_id)
        if account is None:
            raise Refusal(codes.ADVERTISER_MISSING, f"Advertiser {advertiser_id} does not exist.")
        if not call.grant.covers(advertiser_id):
            raise refuse_foreign(advertiser_id)
        # Closed for TikTok placements (R74); the guides know no such end, so guide mode says it may
        body = {**account, "can_use_custom_identity": call.config.lenient}
        wanted = (fields or body.keys()) - set(OURS_ALONE)
        found.append({name: value for name, value in body.items() if name in wanted})
    return {"list": found}


def list_identities(call: Call) -> dict[str, Any]:
    page, size = call.page(most=100, default=20)  # platform 6.5
    kind = call.text("identity_type")
    if kind and kind not in IDENTITY_TYPES:
        raise refuse_parameter("identity_type", f"{kind} is not a valid value.")
    centre = call.text("identity_authorized_bc_id")
    if kind == "BC_AUTH_TT" and not centre:
        raise refuse_missing("identity_authorized_bc_id")
    keyword = str(call.object("filtering").get("keyword", "")).lower()
    found = [
        identity
        for identity in reversed(call.shelf.list("identity"))
        if (not kind or identity["identity_type"] == kind)
        and (not centre or identity["identity_authorized_bc_id"] == centre)
        and keyword in identity["display_name"].lower()
    ]
    return cut_page(found, page, size, key="identity_list")


def get_identity(call: Call) -> dict[str, Any]:
    return {"identity_info": _find_identity(call)}


def get_post(call: Call) -> dict[str, Any]:
    """One post that is known by its id, in the form in which the list tells it."""
    identity_id = _find_identity(call)["identity_id"]
    item_id = call.text("item_id", required=True)
    post = call.shelf.find("post", item_id)
    if post is None or post["identity_id"] != identity_id:
        raise refuse_parameter("item_id", f"{item_id} does not exist.")
    return {"video_detail": _show_post(call, post)}


def list_posts(call: Call) -> dict[str, Any]:
    """Paged by cursor (platform section 1); the cursor is how many came before."""
    identity_id = _find_identity(call)["identity_id"]
    count = call.number("count", default=20, most=20)
    cursor = call.number("cursor", default=0, least=0)
    kind = call.text("item_type")
    posts = [
        post
        for post in call.shelf.list("post")
        if post["identity_id"] == identity_id and (not kind or post["item_type"] == kind)
    ]
    rest = posts[cursor : cursor + count]
    shown = [_show_post(call, post) for post in rest]
    return {"video_list": shown, "cursor": cursor + len(rest), "has_more": cursor + len(rest) < len(posts)}


def _show_post(call: Call, post: dict[str, Any]) -> dict[str, Any]:
    """With the address of its poster, on this server."""
    video = post["video_info"]
    poster = point_to(call.host, post["item_id"], video["width"], video["height"])
    return {**post, "video_info": {"poster_url": poster, **video}}


def _find_identity(call: Call) -> dict[str, Any]:
    """The identity that the call names by type and id."""
    identity_id, kind = call.text("identity_id", required=True), call.text("identity_type", required=True)
    if kind not in IDENTITY_TYPES:
        raise refuse_parameter("identity_type", f"{kind} is not a valid value.")
    found = call.shelf.find("identity", identity_id)
    if found is None or found["identity_type"] != kind:
        raise refuse_parameter("identity_id", f"{identity_id} does not exist.")
    return found
