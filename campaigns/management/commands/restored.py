"""`manage.py restored`: run once after the database was put back from a backup, before any process is started."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.services.errors import ServiceError
from campaigns.services.restoring import find_backup_time, note_restored
from campaigns.sync.clock import read_real_time


class Command(BaseCommand):
    help = "Says that the database was put back from a backup: nothing that TikTok may hold is made a second time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--taken-at",
            type=datetime.fromisoformat,
            help="when the backup was taken, with its zone (2026-11-30T02:00:00+00:00); default: the last moment it knows of",
        )

    def handle(self, *args: Any, taken_at: datetime | None, **options: Any) -> None:
        backup_at = taken_at or find_backup_time()
        if backup_at is None or backup_at.tzinfo is None:
            raise CommandError("Say with --taken-at, with its zone, when the backup was taken.")
        try:
            put = note_restored(backup_at=backup_at, now=read_real_time())
        except ServiceError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"Backup of {backup_at.isoformat(timespec='seconds')}. {put.doubted} objects are looked for before anything is"
            f" made; {put.rested} launches rest until a person resumes them; {put.told} changes are told as drift;"
            f" {put.asked} proposals are asked for again. Everybody signs in anew."
        )
        self.stdout.write(
            "Tokens and roles taken back since the backup work again: look through Tokens and People."
        )
