"""What an account may target, as TikTok lists it."""

from typing import cast

import pytest

from campaigns.models import Language
from campaigns.models.assets import NAME_LIMIT
from campaigns.services.readiness import refresh_account
from campaigns.services.targets import TARGETING_READERS
from campaigns.tiktok.client import TikTokClient
from tests.factories import make_advertiser
from tests.sync.conftest import World, open_world, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


class Speaking:
    """A TikTok that lists one language under a name of its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def list_languages(self, *, advertiser_id: str) -> list[dict[str, str]]:
        return [{"code": "en", "name": self.name}]


def test_a_name_longer_than_its_column_is_cut_and_not_an_error() -> None:
    (row,) = TARGETING_READERS["languages"](cast(TikTokClient, Speaking("x" * 1000)), make_advertiser())
    assert isinstance(row, Language)
    assert row.name == "x" * NAME_LIMIT


def read_again(world: World) -> list[int]:  # noqa: F811
    refresh_account(advertiser=world.advertiser, now=world.now, road=world.road)
    return list(world.advertiser.places.order_by("pk").values_list("pk", flat=True))


def test_cities_are_read_and_a_list_that_says_the_same_is_not_written_again(world: World) -> None:  # noqa: F811
    first = read_again(world)
    assert world.advertiser.places.filter(level="CITY", name="Los Angeles").exists()
    assert read_again(world) == first
