"""Pixels and what arrives at them (platform 5.2): what ads brought, and the shop's own traffic, drawn from pixel, event and day.

Where a part of the ads' results is lost (cause `pixel-broken`), the same part of the shop's own is. A pixel can also fall silent
by hand, through the control side: from then on nothing arrives.
"""

import random
from datetime import date, timedelta
from typing import Any

from smartplus_admin.sandbox.clock import to_moment
from smartplus_admin.sandbox.errors import refuse_missing, refuse_parameter
from smartplus_admin.sandbox.library import Body
from smartplus_admin.sandbox.wire import Call, cut_page

LONGEST = 30  # days, platform 5.2
PIXELS = 10  # at once, platform 5.2
DAILY = {  # invented: events a day of a middling shop
    "SHOPPING": 45,
    "ADD_BILLING": 70,
    "INITIATE_ORDER": 90,
    "ON_WEB_CART": 160,
    "ON_WEB_DETAIL": 1_400,
}
DAILY_OTHER = 20
SERVER_SHARE = 0.35  # invented: how many events come by the Events API


def list_pixels(call: Call) -> dict[str, Any]:
    page, size = call.page(most=20)  # platform 5.2
    wanted = {"pixel_id": call.text("pixel_id"), "pixel_code": call.text("code")}
    name = call.text("name").lower()
    pixels = [
        {member: value for member, value in pixel.items() if member != "silent_since"}
        for pixel in call.shelf.list("pixel")
        if all(not value or pixel[key] == value for key, value in wanted.items())
        and name in pixel["pixel_name"].lower()
    ]
    if call.text("order_by") != "LATEST_CREATE":
        pixels.reverse()
    return cut_page(pixels, page, size, key="pixels")


def count_pixel_events(call: Call) -> dict[str, Any]:
    keys = call.texts("pixel_ids", required=True, most=PIXELS)
    bounds = call.object("date_range")
    if not bounds:
        raise refuse_missing("date_range")
    start, end = (_read_date(bounds, name) for name in ("start_date", "end_date"))
    if not start <= end or (end - start).days >= LONGEST:
        raise refuse_parameter("date_range", f"must be 1 to {LONGEST} days, the first before the last.")
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    found = []
    for key in keys:
        pixel = call.shelf.find("pixel", key)
        if pixel is None:
            raise refuse_parameter("pixel_ids", f"{key} does not exist.")
        events = [event["event_type"] for event in pixel["events"]]
        found.append({"pixel_id": key, "statistics": [_count(call, pixel, name, days) for name in events]})
    return {"list": found}


def _count(call: Call, pixel: Body, event: str, days: list[date]) -> Body:
    browser = server = attributed = 0
    for day in days:
        heard, lost = _read_results(call, pixel["pixel_id"], event, day)
        arriving = heard / (heard + lost) if lost else 1
        seen = heard + int(_draw(pixel["pixel_id"], event, day, _share(call, pixel, day)) * arriving)
        attributed += heard
        server += round(seen * SERVER_SHARE)
        browser += seen - round(seen * SERVER_SHARE)
    return {
        "pixel_event_type": event,
        "attributed_count": attributed,
        "preview_count": 0,
        "total_count": browser + server,
        "browser_event_total_count": browser,
        "server_event_total_count": server,
    }


def _draw(pixel_id: str, event: str, day: date, share: float) -> int:
    chance = random.Random(f"{pixel_id}:{event}:{day}")
    return int(DAILY.get(event, DAILY_OTHER) * chance.uniform(0.75, 1.25) * share)


def _read_results(call: Call, pixel_id: str, event: str, day: date) -> tuple[int, int]:
    """Results of the ad groups that optimise for this event, by the UTC day they happened on: heard of, and lost."""
    first = (day - date(1970, 1, 1)).days * 24
    row = call.db.execute(
        "SELECT coalesce(sum(heard), 0) AS heard, coalesce(sum(lost), 0) AS lost FROM result"
        " WHERE advertiser_id = ? AND at >= ? AND at < ? AND at < ? AND adgroup_id IN (SELECT id FROM entity"
        " WHERE advertiser_id = ? AND level = 'adgroup' AND json_extract(body, '$.pixel_id') = ?"
        " AND json_extract(body, '$.optimization_event') = ?)",
        (call.advertiser_id, first, first + 24, call.now // 3600, call.advertiser_id, pixel_id, event),
    ).fetchone()
    return row["heard"], row["lost"]


def _share(call: Call, pixel: Body, day: date) -> float:
    """How much of a UTC day has passed, up to where the pixel fell silent."""
    ends = min(call.now, float(pixel.get("silent_since", call.now)))
    moment = to_moment(ends)
    if day == moment.date():
        return (moment.hour * 60 + moment.minute) / 1440
    return float(day < moment.date())


def _read_date(bounds: Body, name: str) -> date:
    try:
        return date.fromisoformat(str(bounds.get(name, "")))
    except ValueError as error:
        raise refuse_parameter(f"date_range.{name}", "must be YYYY-MM-DD.") from error
