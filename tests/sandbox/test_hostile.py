"""Whatever is sent, the sandbox answers with a code of the caller's side, never with a failure of its own."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from campaigns.contract.levels import Level
from campaigns.contract.members import members_of
from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from smartplus_admin.sandbox.paths import ENDPOINTS
from tests.sandbox.support import (
    IMAGE,
    PIXEL,
    POST,
    TT_USER,
    US,
    Client,
    ad_body,
    adgroup_body,
    campaign_body,
    creative,
)

WORDS = sorted(
    {word for level in Level for member in members_of(level).values() for word in map(str, member.values)}
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
SCALARS |= st.sampled_from(
    [*WORDS, "https://[", "http://example.com/?a=1", "2026-03-12 00:00:00", "6252001", US, ""]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ad_format", "video_id", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module", params=["guide", "strict"])
def grown(request: pytest.FixtureRequest) -> Iterator[tuple[Client, tuple[str, str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        config = Config.for_tests(str(Path(folder) / "s.sqlite3"), mode=request.param, ad_gate_seconds=0)
        app = make_app(config)
        client = Client(open_session(app), BASE_URL, app.token)
        client.control("clock", {"now": datetime(2026, 3, 12, tzinfo=UTC).isoformat()})
        campaign_id, adgroup_id, [ad_id] = client.grow()
        yield client, (campaign_id, adgroup_id, ad_id)
        client.session.close()
        app.close()


def find_paths(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        found += find_paths(value, (*path, key))
    return found


def put(body: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        body = body[key]
    body[path[-1]] = value


@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_spoilt_member_is_refused_or_taken(
    grown: tuple[Client, tuple[str, str, str]], data: st.DataObject
) -> None:
    client, (campaign_id, adgroup_id, ad_id) = grown
    level = data.draw(st.sampled_from(list(Level)))
    body: dict[str, Any] = {
        Level.CAMPAIGN: lambda: campaign_body(),
        Level.ADGROUP: lambda: adgroup_body(campaign_id, suggestion_audience_enabled=True),
        Level.AD: lambda: ad_body(adgroup_id, ad_configuration={"utm_params": [{"key": "a", "value": "b"}]}),
    }[level]()
    extra = data.draw(st.sampled_from([member for member in members_of(level) if "." not in member]))
    put(body, (extra,), data.draw(VALUES)) if data.draw(st.booleans()) else None
    path = data.draw(st.sampled_from([path for path in find_paths(body) if path[0] != "advertiser_id"]))
    put(body, path, data.draw(VALUES))
    verb = data.draw(st.sampled_from(["create", "update"]))
    if verb == "update":
        body |= {"campaign_id": campaign_id, "adgroup_id": adgroup_id, "smart_plus_ad_id": ad_id}
    code = client.post(f"smart_plus/{level.value}/{verb}/", body)["code"]
    assert code == 0 or 40000 <= code < 50000, body
    for reading in Level:
        assert client.get(f"smart_plus/{reading.value}/get/")["code"] == 0


@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_endpoint_survives_any_parameters(
    grown: tuple[Client, tuple[str, str, str]], data: st.DataObject
) -> None:
    client, (_, adgroup_id, ad_id) = grown
    path = data.draw(st.sampled_from([path for path in ENDPOINTS if "revoke" not in path]))
    names = [
        "filtering", "fields", "page", "page_size", "advertiser_ids", "adgroup_ids", "smart_plus_ad_ids", "budget",
        "scheduled_budget", "portfolio_content", "identity_id", "identity_type", "cursor", "count", "video_ids",
        "image_ids", "image_url", "upload_type", "file_name", "operation_status", "extra_info_setting", "auth_code",
        "app_id", "secret", "code", "name", "creative_portfolio_id",
    ]  # fmt: skip
    body = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=6))
    if path.endswith("budget/update/") and data.draw(st.booleans()):
        body["budget"] = [{"adgroup_id": adgroup_id, "budget": data.draw(VALUES)}]
    if data.draw(st.booleans()):
        body["smart_plus_ad_ids"] = [ad_id]
    if "POST" in ENDPOINTS[path].methods:
        code = client.post(path, {"advertiser_id": US, **body})["code"]
    else:
        code = client.get(path, **body)["code"]
    assert code == 0 or 40000 <= code < 50000, (path, body)


def list_other_calls(ad_id: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """A sound question to every other call with a body or query of its own: path → method and what is asked."""
    week = {"start_date": "2026-03-05", "end_date": "2026-03-11"}
    hours = {"start_time": "2026-03-12 00:00:00", "end_time": "2026-03-13 00:00:00"}
    plan = {"creative_list": [creative()], "ad_text_list": [{"ad_text": "x"}]}
    seen = {"width": 1080, "ratio": 0.56, "image_ids": [IMAGE], "material_ids": ["1"]}
    identity = {"identity_type": "TT_USER", "identity_id": TT_USER}
    return {
        "smart_plus/ad/preview/": (
            "POST",
            {"preview_type": "ADS_CREATION", **plan, "call_to_action_list": []},
        ),
        "smart_plus/ad/material_status/update/": (
            "POST",
            {"smart_plus_ad_id": ad_id, "ad_material_ids": ["1"], "operation_status": "DISABLE"},
        ),
        "smart_plus/material/review_info/": ("GET", {"ad_material_ids": ["1"], "extra_info_setting": {}}),
        "changelog/task/create/": (
            "POST",
            {**hours, "object_ids": ["1"], "timezone": "UTC", "module": "BUDGET"},
        ),
        "changelog/task/download/": ("GET", {"task_id": "1"}),
        "pixel/event/stats/": ("GET", {"pixel_ids": [PIXEL], "date_range": week}),
        "file/image/ad/search/": ("GET", {"filtering": seen}),
        "file/video/ad/search/": ("GET", {"filtering": {"video_name": "x"}, "sort_field": "CREATE_TIME"}),
        "file/video/ad/upload/": (
            "POST",
            {"upload_type": "UPLOAD_BY_URL", "video_url": "https://example.com/a.mp4", "file_name": "a"},
        ),
        "dmp/custom_audience/list/": ("GET", {"custom_audience_ids": ["1"]}),
        "identity/info/": ("GET", identity),
        "identity/video/info/": ("GET", {**identity, "item_id": POST}),
        "creative/cta/recommend/": ("GET", {"new_version": True, "objective_type": "APP_PROMOTION"}),
        "creative/portfolio/create/": (
            "POST",
            {"portfolio_content": [{"asset_content": "x", "asset_ids": ["1"]}]},
        ),
        "oauth2/access_token/": ("POST", {"app_id": "1", "secret": "s", "auth_code": "c"}),
        "tt_user/oauth2/token/": (
            "POST",
            {"client_id": "1", "client_secret": "s", "auth_code": "c", "grant_type": "authorization_code"},
        ),
    }


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_spoilt_question_to_any_other_call_is_refused_or_taken(
    grown: tuple[Client, tuple[str, str, str]], data: st.DataObject
) -> None:
    client, (_, _, ad_id) = grown
    calls = list_other_calls(ad_id)
    path = data.draw(st.sampled_from(sorted(calls)))
    method, asked = calls[path]
    put(asked, data.draw(st.sampled_from(find_paths(asked))), data.draw(VALUES))
    answer = (
        client.post(path, {"advertiser_id": US, **asked}) if method == "POST" else client.get(path, **asked)
    )
    assert answer["code"] == 0 or 40000 <= answer["code"] < 50000, (path, asked)


@pytest.mark.parametrize(
    "changes",
    [
        {"conversion_bid_price": 1e308, "bid_type": "BID_TYPE_CUSTOM"},
        {"conversion_bid_price": 10**400, "bid_type": "BID_TYPE_CUSTOM"},
        {"conversion_bid_price": 1e-300, "bid_type": "BID_TYPE_CUSTOM"},
        {"adgroup_name": "half a pair \ud800"},
        {"adgroup_name": "nul \x00"},
        {"targeting_spec": {"location_ids": ["6252001"] * 3001}},
    ],
)
def test_numbers_and_texts_at_the_edge(
    grown: tuple[Client, tuple[str, str, str]], changes: dict[str, Any]
) -> None:
    client, (campaign_id, _, _) = grown
    code = client.post("smart_plus/adgroup/create/", adgroup_body(campaign_id, **changes))["code"]
    assert code == (0 if "nul" in str(changes) else 40002)
