"""Whatever JSON arrives gets an answer of ours, never a breakdown. Bounded and the same on every run."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from campaigns.contract.levels import Level
from campaigns.contract.members import members_of
from campaigns.models import Advertiser, Campaign
from tests.api.conftest import API, guide_tree

BOUNDED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**40), max_value=10**40),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.sampled_from(
        [
            "9" * 30,
            "1e400",
            "-1e-400",
            "NaN",
            "0001-01-01 00:00:00",
            "9999-12-31T23:59:59-23:59",
            "0001-01-01T00:00:00+23:59",
            "ENABLE",
            "BUDGET_MODE_TOTAL",
            "0" * 336,
            "https://[",
            "²",
            "٣",
        ]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
NAMES = [
    (level, path.replace("[]", ""))
    for level in Level
    for path, member in members_of(level).items()
    if member.writes and not path.endswith("[]")
]


def plant(tree: dict[str, Any], level: Level, path: str, value: Any) -> None:
    """Sets a member somewhere in the tree, making the objects and lists on the way."""
    target: Any = {
        Level.CAMPAIGN: tree,
        Level.ADGROUP: tree["adgroups"][0],
        Level.AD: tree["adgroups"][0]["ads"][0],
    }[level]
    *way, last = path.split(".")
    for name in way:
        inner = target.get(name) if isinstance(target, dict) else None
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            target = inner[0]
            continue
        if not isinstance(inner, dict):
            inner = target[name] = {}
        target = inner
    target[last] = value


def post(client: APIClient, address: str, tree: Any, expected: set[int]) -> Any:
    answer = client.post(f"{API}{address}", tree)
    assert answer.status_code in expected, answer.content
    return answer.json()


@pytest.mark.parametrize("address", ["campaigns/", "campaigns/validate/"])
def test_any_json_gets_an_answer(client: APIClient, account: Advertiser, address: str) -> None:
    @BOUNDED
    @given(JSON)
    def check(body: Any) -> None:
        post(client, address, body, {400, 404})
        if isinstance(body, dict):
            whole = body | {"advertiser_id": account.advertiser_id}
            post(client, address, whole, {200, 201, 400})

    check()


def test_any_value_at_any_member_is_judged_and_kept_or_named(client: APIClient, account: Advertiser) -> None:
    base = [guide_tree(number, account.advertiser_id) for number in (1, 2)]

    @BOUNDED
    @given(
        st.sampled_from(base),
        st.lists(st.tuples(st.sampled_from(NAMES), JSON), min_size=1, max_size=4),
    )
    def check(tree: dict[str, Any], planted: list[tuple[tuple[Level, str], Any]]) -> None:
        tree = copy.deepcopy(tree)
        for (level, path), value in planted:
            plant(tree, level, path, value)
        judged = post(client, "campaigns/validate/", tree, {200})
        malformed = any(item["rule"] == "well-formed" for item in judged["findings"])
        kept = post(client, "campaigns/", tree, {400} if malformed else {201})
        if not malformed:
            again = client.put(f"{API}campaigns/{kept['id']}/", kept)
            assert again.status_code == 200, again.content
            assert client.get(f"{API}campaigns/{kept['id']}/plan/").status_code == 200
            assert client.get(f"{API}campaigns/").status_code == 200
            Campaign.objects.all().delete()

    check()


def test_any_order_to_launch_gets_an_answer(client: APIClient, draft: dict[str, Any]) -> None:
    @BOUNDED
    @given(JSON, JSON)
    def check(version: Any, acknowledged: Any) -> None:
        order = {"version": version, "acknowledge": acknowledged}
        post(client, f"campaigns/{draft['id']}/launch/", order, {400, 409})

    check()
