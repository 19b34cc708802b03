"""`manage.py rotate_keys`: rewrites every stored secret under the first of FIELD_ENCRYPTION_KEYS.

Put the new key in front, restart all processes, run this, then take the old key away. Shows no secret.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.services.keys import rotate_keys


class Command(BaseCommand):
    help = "Rewrites every stored secret under the first of FIELD_ENCRYPTION_KEYS; repeat it as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotate_keys()
        for column in sorted(done.rewritten | done.standing):
            rewritten, standing = done.rewritten[column], done.standing[column]
            self.stdout.write(f"{column}: {rewritten} rewritten, {standing} under the newest key already")
        if done.lost:
            raise CommandError(
                f"None of the keys opens {', '.join(done.lost)}. Give the key it was written with, or connect anew."
            )
