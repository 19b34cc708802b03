"""Rate limits, counted in the file for all processes: per app (second, minute, day), per advertiser and path.

Counted in real time whatever the sandbox's clock says. All tokens belong to one app here. A full minute shuts the app
out until the next minute; TikTok advises five minutes (platform 3.4) and does not say what it enforces.
"""

import time

from campaigns.contract import codes
from campaigns.contract.limits import QUOTAS
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.errors import Refusal
from smartplus_admin.sandbox.store import Database, Store

WINDOWS = (("QPS", 1), ("QPM", 60), ("QPD", 86_400))  # ae, fact sheet 1.1; the day starts at 00:00 UTC


def count_call(store: Store, config: Config, advertiser_id: str, path: str) -> None:
    """Raises 40100 (or 40016) or 40133 when a limit is reached; a refused call counts too."""
    limits = QUOTAS.get(config.tier)
    if limits is None and not (config.advertiser_qps and advertiser_id):
        return
    second = int(time.time())
    over = ""
    with store.write() as db:
        if config.advertiser_qps and advertiser_id:
            seen = _count(db, f"advertiser {advertiser_id} {path}", second)
            if seen > config.advertiser_qps:
                over = (
                    f"Advertiser ({advertiser_id})'s QPS ({seen}) reaches QPS limit {config.advertiser_qps} for current"
                    " path, request is temporarily restricted."  # attested: platform section 2
                )
        code = codes.ADVERTISER_LIMIT if over else config.app_limit_code
        for (word, length), most in zip(WINDOWS, limits or (), strict=False):
            if _count(db, f"app {word}", second // length) > most and not over:
                over = f"App reaches the {word} limit {most}"  # attested for QPS: platform 3.4
    if over:
        raise Refusal(code, over, status=config.throttle_status)


def _count(db: Database, name: str, window: int) -> int:
    row = db.execute(
        "INSERT INTO quota VALUES (?, ?, 1) ON CONFLICT (name) DO UPDATE SET"
        " calls = CASE WHEN window = excluded.window THEN calls + 1 ELSE 1 END, window = excluded.window RETURNING calls",
        (name, window),
    ).fetchone()
    return int(row["calls"])
