"""The page behind a preview link: what an ad holds, in words; there are no videos to play here."""

from html import escape
from typing import Any

from werkzeug.wrappers import Request, Response

from smartplus_admin.sandbox.clock import read_clock
from smartplus_admin.sandbox.store import Store, load_json

PREFIX = "/preview/"


def show_preview(request: Request, store: Store) -> Response:
    with store.read() as db:
        key = request.path.removeprefix(PREFIX)
        row = db.execute("SELECT body FROM library WHERE kind = 'preview' AND id = ?", (key,)).fetchone()
        now = read_clock(db).tell()
    body = {} if row is None else load_json(row["body"])
    if now >= body.get("until", 0):
        return Response("This preview does not exist or has expired.\n", 404, content_type="text/plain")
    texts = "".join(f"<p>{escape(str(item.get('ad_text', '')))}</p>" for item in body.get("ad_text_list", ()))
    creatives = "".join(f"<li>{escape(_name(item['creative_info']))}</li>" for item in body["creative_list"])
    actions = [str(item.get("call_to_action", "")) for item in body.get("call_to_action_list", ())]
    button = f"<p><b>{escape(actions[0].replace('_', ' ').capitalize())}</b></p>" if actions else ""
    html = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ad preview (sandbox)</title><link rel="stylesheet" href="/ads-manager.css"></head><body>
<header><h1>Ad preview (sandbox)</h1></header><main>{texts}{button}<ul>{creatives}</ul></main></body></html>"""
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    return response


def _name(info: dict[str, Any]) -> str:
    if info.get("tiktok_item_id"):
        return f"TikTok post {info['tiktok_item_id']}"
    if (info.get("video_info") or {}).get("video_id"):
        return f"Video {info['video_info']['video_id']}"
    return f"{len(info.get('image_info') or ())} pictures"
