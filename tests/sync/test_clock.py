"""The product may live by the sandbox's clock; nothing else does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_django

from campaigns.sync.clock import read_now, read_real_time
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.server import serve_in_thread


def test_now_is_wall_time_unless_said_otherwise(settings: pytest_django.Settings) -> None:
    assert abs(read_now() - read_real_time()) < timedelta(seconds=5)


def test_now_follows_the_sandboxs_clock_for_a_rehearsal(
    settings: pytest_django.Settings, tmp_path: Path
) -> None:
    shown = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
    with serve_in_thread(Config.for_tests(str(tmp_path / "sandbox.sqlite3"), now=shown)) as served:
        settings.SMARTPLUS_CLOCK, settings.TIKTOK_API_URL = "sandbox", served.api_url
        assert read_now() == shown
