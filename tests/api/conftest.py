"""What the tests of REST share: the guide's two worked examples as trees, an account that can run them, clients."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from knox.models import get_token_model
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Identity, Person, Pixel, Video
from tests import factories

GUIDE = Path(__file__).parent.parent / "fixtures" / "guide"
API = "/api/v1/"


def read_guide(name: str) -> dict[str, Any]:
    return json.loads((GUIDE / f"{name}.json").read_text("utf-8"))


def guide_tree(number: int, advertiser_id: str) -> dict[str, Any]:
    """A worked example with the bodies as printed; the second one's dates are moved into the future."""
    group = read_guide(f"{number}-adgroup") | {"ads": [read_guide("1-ad")]}
    if number == 2:
        start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=3)
        group["schedule_start_time"] = f"{start:%Y-%m-%d %H:%M:%S}"
        group["schedule_end_time"] = f"{start + timedelta(days=31, hours=23, minutes=59):%Y-%m-%d %H:%M:%S}"
    return read_guide(f"{number}-campaign") | {"advertiser_id": advertiser_id, "adgroups": [group]}


def enter(person: Person) -> APIClient:
    """A client with a token of the person's."""
    client = APIClient()
    _, token = get_token_model().objects.create(user=person)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


@pytest.fixture
def buyer(db: None) -> Person:
    return factories.make_person("buyer")


@pytest.fixture
def account(buyer: Person) -> Advertiser:
    return make_guide_account({buyer: "buyer"})


def make_guide_account(people: dict[Person, str]) -> Advertiser:
    """An account that owns what the guide's examples name."""
    account = factories.make_advertiser(people=people, videos_read_at=factories.NOW)
    Pixel.objects.create(
        advertiser=account,
        pixel_id="7100000000000000009",
        code="CP0000000000000001",
        name="Shop",
        events=["SHOPPING", "FORM"],
    )
    Identity.objects.create(
        advertiser=account, identity_id="identity-1", identity_type="CUSTOMIZED_USER", name="The shop"
    )
    Video.objects.create(advertiser=account, video_id="v10000000000000001", name="Spring.mp4", duration=15)
    return account


@pytest.fixture
def client(buyer: Person) -> APIClient:
    return enter(buyer)


@pytest.fixture
def tree(account: Advertiser) -> dict[str, Any]:
    """Worked example 1, as printed."""
    return guide_tree(1, account.advertiser_id)


@pytest.fixture
def draft(client: APIClient, tree: dict[str, Any]) -> dict[str, Any]:
    """Worked example 1 as a draft, as REST shows it."""
    return client.post(f"{API}campaigns/", tree).json()


def rules(findings: list[dict[str, Any]], level: str) -> dict[str, list[str]]:
    """The paths of findings of one level, by rule."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        if finding["level"] == level:
            found.setdefault(finding["rule"], []).append(finding["path"])
    return found


def confirms_of(shown: dict[str, Any]) -> list[dict[str, str]]:
    """A yes to every confirm of a tree as REST shows it."""
    found = rules(shown["findings"], "confirm")
    return [{"rule": rule, "path": path} for rule, paths in found.items() for path in paths]
