"""A backup put into an empty home: the journal verifies, tokens decrypt, and what was under way is looked for first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from campaigns.models import Change
from campaigns.services.audit import seal_changes
from tests.factories import NOW, make_advertiser, make_campaign, make_launch, make_person
from tests.soak.servers import find_program

ROOT = Path(__file__).parents[2]
CHECK = """
import django; django.setup()
from io import StringIO
from django.core.management import call_command
from campaigns.models import Connection, Launch, Push
call_command("verify_audit")
print(Connection.objects.get().access_token)
call_command("restored", "--taken-at", "2026-03-12T09:00:00+00:00")
print(sorted(set(Push.objects.filter(aspect="body").values_list("state", flat=True))))
print(Launch.objects.get().paused_at is not None)
call_command("verify_audit")
"""


def ask(home: Path, database: str) -> str:
    """What a new process finds in the home that was put back."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "smartplus_admin.settings",
            "SMARTPLUS_DOTENV": "0",
            "SMARTPLUS_HOME": str(home),
            "DATABASE_URL": database,
            "SECRET_KEY": settings.SECRET_KEY,
            "AUDIT_KEY": settings.AUDIT_KEY,
            "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def world(transactional_db):
    account = make_advertiser()
    account.connection.access_token = "kept-secret"
    account.connection.save(update_fields=["access_token"])
    make_launch(make_campaign(advertiser=account))
    Change.objects.create(advertiser=account, actor=make_person(), door="page", act="edited", at=NOW)
    seal_changes(now=NOW)


def put_back_sqlite(folder: Path, home: Path) -> str:
    call_command("backup", folder)
    shutil.copytree(folder, home)
    return ""


def put_back_postgresql(folder: Path, home: Path) -> str:
    """As docs/running.md says it."""
    given = connection.settings_dict
    url = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST'] or '127.0.0.1'}:{given['PORT'] or 5432}"
    copy = f"{given['NAME']}_copy"
    run = {"check": True, "capture_output": True}
    folder.mkdir()
    subprocess.run(
        [find_program("pg_dump"), "-Fc", "-f", folder / "db.dump", f"{url}/{given['NAME']}"], **run
    )
    with connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {copy}")
        cursor.execute(f"create database {copy}")
    subprocess.run([find_program("pg_restore"), "-d", f"{url}/{copy}", folder / "db.dump"], **run)
    return f"{url}/{copy}"


def test_a_backup_holds_all_that_is_needed(world, tmp_path):
    if connection.vendor == "postgresql" and not connection.settings_dict["HOST"]:
        pytest.skip("pg_dump of this machine may be older than a server from a wheel")
    lanes = {"sqlite": put_back_sqlite, "postgresql": put_back_postgresql}
    database = lanes[connection.vendor](tmp_path / "backup", tmp_path / "home")
    said = ask(tmp_path / "home", database)
    assert "kept-secret" in said
    assert "['unsure']\nTrue" in said


def test_a_folder_that_is_there_is_not_written_over(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("pg_dump decides for itself")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", tmp_path)
