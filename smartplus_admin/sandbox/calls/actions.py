"""The two steps to a call-to-action id: recommended words, then a portfolio of them (platform 7.1)."""

from typing import Any

from smartplus_admin.sandbox.errors import refuse_missing, refuse_parameter
from smartplus_admin.sandbox.library import Body
from smartplus_admin.sandbox.store import draw_number
from smartplus_admin.sandbox.wire import Call, cut_page
from smartplus_admin.sandbox.world import derive_digits

RECOMMENDED = {  # objective → words; invented samples
    "WEB_CONVERSIONS": ("Learn more", "Shop now", "Order now", "View now", "Visit store", "Sign up"),
    "LEAD_GENERATION": ("Sign up", "Get quote", "Contact us", "Apply now", "Book now"),
    "APP_PROMOTION": ("Download now", "Install now", "Play game", "Learn more"),
}
ASSET_TYPES = ("CTA_AUTO_OPTIMIZED", "CTA_NORMAL")  # of the old form
FIRST_PORTFOLIO_ID = 7_070_000_000_000_000_001


def recommend_ctas(call: Call) -> dict[str, Any]:
    """The new form needs objective and promotion type, the old one an asset type; strict mode asks for one of the two."""
    objective = call.text("objective_type")
    if call.params.get("new_version") in (True, "true"):
        missing = [name for name in ("objective_type", "promotion_type") if not call.text(name)]
        if missing and not call.config.lenient:
            raise refuse_missing(*missing)
    elif not call.text("asset_type") and not call.config.lenient:
        raise refuse_missing("asset_type")
    kind = call.text("asset_type")
    if kind and kind not in ASSET_TYPES:
        raise refuse_parameter("asset_type", f"{kind} is not a valid value.")
    if objective and objective not in RECOMMENDED:
        raise refuse_parameter("objective_type", f"{objective} is not a valid value.")
    words = RECOMMENDED[objective or "WEB_CONVERSIONS"]
    return {"recommend_assets": [{"asset_content": word, "asset_ids": [_id_of(word)]} for word in words]}


def create_portfolio(call: Call) -> dict[str, Any]:
    kind = call.text("creative_portfolio_type") or "CTA"
    content = call.read("portfolio_content")
    if not isinstance(content, list) or not content or not all(isinstance(item, dict) for item in content):
        raise refuse_parameter("portfolio_content", "must be a list of at least 1 object.")
    if kind == "CTA":
        for item in content:
            _check_pair(call, item)
    portfolio_id = str(draw_number(call.db, "portfolio", FIRST_PORTFOLIO_ID))
    body = {
        "creative_portfolio_id": portfolio_id,
        "creative_portfolio_type": kind,
        "portfolio_content": content,
    }
    call.shelf.add("portfolio", portfolio_id, body)
    return {"creative_portfolio_id": portfolio_id}


def get_portfolio(call: Call) -> dict[str, Any]:
    portfolio_id = call.text("creative_portfolio_id", required=True)
    found = call.shelf.find("portfolio", portfolio_id)
    if found is None:
        raise refuse_parameter("creative_portfolio_id", f"{portfolio_id} does not exist.")
    return found


def list_portfolios(call: Call) -> dict[str, Any]:
    """All but those of calls to action, which TikTok does not list (platform 7.1)."""
    page, size = call.page(most=100, default=20)
    rows = [row for row in call.shelf.list("portfolio") if row["creative_portfolio_type"] != "CTA"]
    return cut_page(rows, page, size, key="creative_portfolios")


def _check_pair(call: Call, item: Body) -> None:
    """Words and ids belong together as they were recommended (platform 7.1)."""
    word, ids = item.get("asset_content"), item.get("asset_ids")
    if not word or not ids:
        raise refuse_parameter("portfolio_content", "asset_content and asset_ids are needed in each item.")
    if not call.config.lenient and ids != [_id_of(str(word))]:
        raise refuse_parameter("portfolio_content", f"asset_ids are not those recommended with {word}.")


def _id_of(word: str) -> str:
    return derive_digits("cta", word)
