"""What an account may target, as TikTok lists it."""

from typing import cast

import pytest

from campaigns.models import Language
from campaigns.models.assets import NAME_LIMIT
from campaigns.services.targets import TARGETING_READERS
from campaigns.tiktok.client import TikTokClient
from tests.factories import make_advertiser

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
