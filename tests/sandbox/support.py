"""A client of the sandbox for tests, and documented bodies to start from."""

import itertools
import json
from typing import Any

import requests

from campaigns.contract.levels import Level

US = "7000000000000000001"
JP = "7000000000000000002"
PIXEL = "7010000000000000001"
TT_USER = "6f1c2a58-7d0e-5f7b-9a54-3c1d8e2b4a01"
BC_USER = "6f1c2a58-7d0e-5f7b-9a54-3c1d8e2b4a02"
CUSTOM = "7020000000000000001"
IMAGE = "ad-site-i18n-sg/202601100001"
VIDEO = "v10000000000000001"
POST = "7040000000000000001"
_numbers = itertools.count(4_611_686_018_427_387_904)


class Client:
    """Speaks to one sandbox, in-process or served: the session decides."""

    def __init__(self, session: requests.Session, base_url: str, token: str) -> None:
        self.session = session
        self.base_url = base_url
        self.token = token

    def send(self, method: str, path: str, *, token: str | None = None, **kwargs: Any) -> requests.Response:
        headers = {} if token == "" else {"Access-Token": token or self.token}
        return self.session.request(
            method, f"{self.base_url}/open_api/v1.3/{path}", headers=headers, timeout=20, **kwargs
        )

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.send("POST", path, json=body).json()

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        texts = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()
        }
        return self.send("GET", path, params={"advertiser_id": US, **texts}).json()

    def create(self, level: Level, body: dict[str, Any]) -> dict[str, Any]:
        return done(self.post(f"smart_plus/{level.value}/create/", body))

    def update(self, level: Level, body: dict[str, Any]) -> dict[str, Any]:
        return done(self.post(f"smart_plus/{level.value}/update/", {"advertiser_id": US, **body}))

    def page(self, level: Level, **filtering: Any) -> list[dict[str, Any]]:
        size = 100 if level is Level.AD else 1000
        return done(self.get(f"smart_plus/{level.value}/get/", filtering=filtering, page_size=size))["list"]

    def find(self, level: Level, key: str, **filtering: Any) -> dict[str, Any]:
        [found] = self.page(level, **{level.ids_member: [key], **filtering})
        return found

    def switch(self, level: Level, keys: list[str], operation: str) -> dict[str, Any]:
        body = {"advertiser_id": US, level.ids_member: keys, "operation_status": operation}
        return self.post(f"smart_plus/{level.value}/status/update/", body)

    def control(self, path: str, body: dict[str, Any] | None = None, method: str = "") -> dict[str, Any]:
        method = method or ("GET" if body is None else "POST")
        answer = self.session.request(method, f"{self.base_url}/control/{path}", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def advance(self, seconds: float) -> None:
        self.control("clock", {"advance": seconds})

    def grow(self, *, ads: int = 1, **campaign: Any) -> tuple[str, str, list[str]]:
        """A campaign with one ad group and some ads, as documented."""
        campaign_id = self.create(Level.CAMPAIGN, campaign_body(**campaign))["campaign_id"]
        adgroup_id = self.create(Level.ADGROUP, adgroup_body(campaign_id))["adgroup_id"]
        made = [self.create(Level.AD, ad_body(adgroup_id))["smart_plus_ad_id"] for _ in range(ads)]
        return campaign_id, adgroup_id, made


def done(envelope: dict[str, Any]) -> dict[str, Any]:
    assert envelope["code"] == 0, envelope["message"]
    return envelope["data"]


def new_request_id() -> str:
    return str(next(_numbers))


def merge(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The body with changes; None takes a member away."""
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def campaign_body(**changes: Any) -> dict[str, Any]:
    body = {
        "advertiser_id": US,
        "request_id": new_request_id(),
        "objective_type": "WEB_CONVERSIONS",
        "sales_destination": "WEBSITE",
        "campaign_name": "Spring",
        "budget": 500,
    }
    return merge(body, changes)


def adgroup_body(campaign_id: str, **changes: Any) -> dict[str, Any]:
    body = {
        "advertiser_id": US,
        "request_id": new_request_id(),
        "campaign_id": campaign_id,
        "adgroup_name": "Everyone",
        "promotion_type": "WEBSITE",
        "optimization_goal": "CONVERT",
        "pixel_id": PIXEL,
        "optimization_event": "SHOPPING",
        "billing_event": "OCPM",
        "bid_type": "BID_TYPE_NO_BID",
        "targeting_spec": {"location_ids": ["6252001"]},
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": "2026-03-12 00:00:00",
    }
    return merge(body, changes)


def creative(**changes: Any) -> dict[str, Any]:
    info = {
        "ad_format": "SINGLE_VIDEO",
        "video_info": {"video_id": VIDEO},
        "image_info": [{"web_uri": IMAGE}],
        "identity_type": "TT_USER",
        "identity_id": TT_USER,
    }
    return {"creative_info": merge(info, changes)}


def ad_body(adgroup_id: str, **changes: Any) -> dict[str, Any]:
    body = {
        "advertiser_id": US,
        "adgroup_id": adgroup_id,
        "ad_name": "First look",
        "creative_list": [creative()],
        "ad_text_list": [{"ad_text": "Made for the ridge"}],
        "landing_page_url_list": [{"landing_page_url": "https://example.com/spring"}],
    }
    return merge(body, changes)
