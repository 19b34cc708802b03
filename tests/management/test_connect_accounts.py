"""A deployment connects its accounts with one command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from campaigns.models import Membership
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.server import serve_in_thread
from tests.factories import make_person


def test_the_named_person_administers_every_account_of_the_token(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    make_person("root")
    with serve_in_thread(Config.for_tests(str(tmp_path / "sandbox.sqlite3"))) as served:
        settings.TIKTOK_API_URL, settings.TIKTOK_ACCESS_TOKEN = served.api_url, served.token
        call_command("connect_accounts", "root", stdout=StringIO())
    assert set(Membership.objects.values_list("person__username", "role")) == {("root", "administrator")}
    assert Membership.objects.count() == 2


def test_a_token_that_is_refused_is_said(db: None, settings: Settings, tmp_path: Path) -> None:
    make_person("root")
    with serve_in_thread(Config.for_tests(str(tmp_path / "sandbox.sqlite3"))) as served:
        settings.TIKTOK_API_URL, settings.TIKTOK_ACCESS_TOKEN = served.api_url, "wrong"
        with pytest.raises(CommandError, match="token"):
            call_command("connect_accounts", "root")


def test_somebody_unknown_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody is called"):
        call_command("connect_accounts", "nobody")
