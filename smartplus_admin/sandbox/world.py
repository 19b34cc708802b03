"""The world a file starts with, from world.toml: accounts and their libraries, dressed as TikTok's endpoints list them."""

import hashlib
import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from smartplus_admin.sandbox.clock import set_clock
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.library import Shelf
from smartplus_admin.sandbox.life.seed import set_scenario, set_seed
from smartplus_admin.sandbox.store import TABLES, Database, get_setting, set_setting
from smartplus_admin.sandbox.tokens import add_token, make_secret

EXAMPLE_TOKEN = (
    "YOUR_ACCESS_TOKEN"  # printed in the backend guide's examples; accepted only in their configuration
)
ASSET_TIME = (
    "2026-01-10T08:00:00Z"  # invented: when the first assets were uploaded; UTC form of platform section 1
)


def prepare_world(db: Database, config: Config) -> None:
    """Fills a new file and applies what the command line says about the clock and the token."""
    if get_setting(db, "token") is None:
        _fill(db, config)
    if config.now is not None or config.speed is not None or get_setting(db, "clock") is None:
        set_clock(db, now=config.now, speed=config.speed)
    if config.seed is not None or get_setting(db, "seed") is None:
        set_seed(db, config.seed)
    if config.scenario is not None:
        set_scenario(db, config.scenario)
    if config.token:
        add_token(db, config.token)
        set_setting(db, "token", config.token)


def reset_world(db: Database, config: Config) -> None:
    """Everything as in a new file, but the token, the clock and the seed stay."""
    kept = {name: get_setting(db, name) for name in ("clock", "seed", "scenario")}
    token = get_setting(db, "token")
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")
    _fill(db, config, token)
    for name, value in kept.items():
        if value is not None:
            set_setting(db, name, value)


def _fill(db: Database, config: Config, token: str | None = None) -> None:
    example = config.lenient and config.empty
    token = token or (EXAMPLE_TOKEN if example else make_secret())
    add_token(db, token)
    set_setting(db, "token", token)
    set_setting(db, "world", "empty" if config.empty else "demo")
    world = read_world()
    for account in world["account"]:
        Shelf(db, account["advertiser_id"]).add("account", account["advertiser_id"], dress_account(account))
    for kind, key in (
        ("pixel", "pixel_id"),
        ("identity", "identity_id"),
        ("post", "item_id"),
        ("video", "video_id"),
        ("image", "image_id"),
        ("audience", "audience_id"),
    ):
        for row in world[kind]:
            if row.get("small") or not config.empty:
                body = {name: value for name, value in row.items() if name not in ("owner", "small")}
                name = body.get("file_name") or body.get("pixel_code") or ""
                Shelf(db, row["owner"]).add(kind, row[key], DRESSERS[kind](body), name)


@cache
def read_world() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("world.toml").read_text("utf-8"))


def dress_account(row: dict[str, Any]) -> dict[str, Any]:
    """As /advertiser/info/ answers it (platform 5.1)."""
    return {
        **row,
        "status": "STATUS_ENABLE",
        "role": "ROLE_ADVERTISER",
        "display_timezone": row["timezone"],
        "language": "en",
        "industry": "290000",
        "advertiser_account_type": "AUCTION",
        "owner_bc_id": "7030000000000000001",
        "rejection_reason": "",
        "ads_only_mode": False,
        "allowlisted": True,  # ours: whether /smart_plus/ writes are open to the account (40118 if not)
    }


def dress_pixel(row: dict[str, Any]) -> dict[str, Any]:
    """As /pixel/list/ answers it (platform 5.2)."""
    events = [
        {
            "event_id": f"{row['pixel_id'][:-3]}{index:03d}",
            "event_type": name,
            "optimization_event": name,
            "event_code": name,
            "name": name.replace("_", " ").title(),
            "custom_event_type": "",
            "deprecated": False,
            "statistic_type": "EVERY_TIME",
            "rules": [],
        }
        for index, name in enumerate(row["events"], 1)
    ]
    return {
        **row,
        "events": events,
        "pixel_category": "ONLINE_STORE",
        "pixel_setup_mode": "DEVELOPER",
        "partner_name": "",
        "activity_status": "ACTIVE",
        "create_time": "2026-01-10 08:00:00",
        "asset_ownership": {"asset_relation_status": "RELATED", "ownership_status": True},
    }


def dress_identity(row: dict[str, Any]) -> dict[str, Any]:
    """As /identity/get/ answers it (platform 6.5)."""
    spark = row["identity_type"] != "CUSTOMIZED_USER"
    return {
        "identity_authorized_bc_id": None,
        "username": None,
        "profile_image": "https://example.com/profile.jpg",
        "available_status": "AVAILABLE",
        "can_push_video": spark,
        "can_pull_video": spark,
        "can_use_live_ads": False,
        "can_manage_message": False,
        "ads_only_mode": False,
        "is_gpppa": False,
        **row,
    }


def dress_post(row: dict[str, Any]) -> dict[str, Any]:
    """As /identity/video/get/ answers it (platform 6.5)."""
    return {
        **row,
        "status": "ITEM_STATUS_HESITATE_RECOMMEND",
        "video_info": {
            "url": "https://example.com/post.mp4",
            "width": 1080,
            "height": 1920,
            "duration": 20.0,
        },
    }


def dress_video(row: dict[str, Any]) -> dict[str, Any]:
    """As /file/video/ad/search/ answers it (platform 6.1)."""
    return {
        "material_id": derive_digits("video", row["video_id"]),
        "bit_rate": 4_000_000,
        "fps": 30,
        "size": int(row["duration"] * 500_000),
        "format": "mp4",
        "signature": hashlib.md5(row["video_id"].encode(), usedforsecurity=False).hexdigest(),
        "preview_url": "https://example.com/preview.mp4",
        "allowed_placements": ["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE", "PLACEMENT_GLOBAL_APP_BUNDLE"],
        "displayable": True,
        "allow_download": True,
        "flaw_types": [],
        "create_time": ASSET_TIME,
        "modify_time": ASSET_TIME,
        **row,
    }


def dress_image(row: dict[str, Any], now: float | None = None) -> dict[str, Any]:
    """As /file/image/ad/search/ answers it (platform 6.2)."""
    when = ASSET_TIME if now is None else datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "material_id": derive_digits("image", row["image_id"]),
        "format": "jpeg",
        "size": 240_000,
        "signature": hashlib.md5(row["image_id"].encode(), usedforsecurity=False).hexdigest(),
        "is_carousel_usable": True,
        "displayable": True,
        "create_time": when,
        "modify_time": when,
        **row,
    }


def dress_audience(row: dict[str, Any]) -> dict[str, Any]:
    """As /dmp/custom_audience/list/ answers it (platform 8)."""
    return {
        "audience_sub_type": "NORMAL",
        "is_valid": True,
        "is_expiring": False,
        "expired_time": "2027-01-10 08:00:00",
        "create_time": "2026-01-10 08:00:00",
        "shared": False,
        "is_creator": True,
        "owner_id": "7030000000000000001",
        "lookalike_spec": None,
        **row,
    }


def derive_digits(kind: str, key: str) -> str:
    """A stable material id for an asset: 19 digits from its own id."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{key}".encode()).digest()[:8])
    return str(7_050_000_000_000_000_000 + number % 10**16)


DRESSERS = {
    "pixel": dress_pixel,
    "identity": dress_identity,
    "post": dress_post,
    "video": dress_video,
    "image": dress_image,
    "audience": dress_audience,
}
