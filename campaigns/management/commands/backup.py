"""`manage.py backup FOLDER`: the embedded database as it stands, with the keys it is worthless without."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

KEYS = ("secret_key", "field_encryption_keys", "audit_key")


class Command(BaseCommand):
    help = "Copies the embedded database and its keys into a new folder, while everything runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("PostgreSQL has its own: pg_dump, see docs/running.md.")
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            raise CommandError(f"{folder} is there already.") from None
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "db.sqlite3")])
        (folder / "db.sqlite3").chmod(0o600)
        kept = [name for name in KEYS if (settings.SMARTPLUS_HOME / name).exists()]
        for name in kept:  # what comes from the environment is kept where that is
            shutil.copy2(settings.SMARTPLUS_HOME / name, folder / name)
        self.stdout.write(f"{folder}: db.sqlite3{''.join(f', {name}' for name in kept)}")
