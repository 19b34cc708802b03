"""Draws the table of a push row's transitions into docs/push-row.md."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from campaigns.sync.transitions import draw

DOCUMENT = "docs/push-row.md"


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / DOCUMENT
        text = path.read_text("utf-8")
        drawn = re.sub(r"```mermaid\n.*?```", lambda _: f"```mermaid\n{draw()}```", text, flags=re.DOTALL)
        path.write_text(drawn, "utf-8")
        self.stdout.write(f"{DOCUMENT} holds the table as it is.")
