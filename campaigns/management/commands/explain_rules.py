"""`manage.py explain_rules`: every rule's passport, or those whose id begins with the words given."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.rules.passports import Passport, list_passports
from campaigns.rules.unjudged import list_unjudged


class Command(BaseCommand):
    help = (
        "Prints every rule: id, level, sentence, source, known contradictions and a broken example; "
        "then what no rule judges, and why."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", help="ids of rules, or how they begin; all when left out")
        parser.add_argument("--json", action="store_true", help="as JSON, one list")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = tuple(options["ids"])
        passports = [item for item in list_passports() if not wanted or item.id.startswith(wanted)]
        if not passports:
            raise CommandError(f"No rule's id begins with {' or '.join(wanted)}.")
        if options["json"]:
            self.stdout.write(
                json.dumps([item.as_json() for item in passports], ensure_ascii=False, indent=1)
            )
            return
        for passport in passports:
            self.stdout.write(self._say(passport))
        if not wanted:
            for item in list_unjudged():
                part = f" ({item.part})" if item.part else ""
                self.stdout.write(f"Not judged: {item.rule}{part}. {item.reason}")
        self.stdout.write(f"{len(passports)} rules.")

    def _say(self, passport: Passport) -> str:
        lines = [
            f"{passport.id}  ({passport.level}, about {_SUBJECTS[passport.subject]})",
            f"  {passport.sentence}",
        ]
        lines.append(f"  Source: {passport.source}")
        for conflict in passport.contradictions:
            lines.append(
                f"  {conflict.id} {conflict.topic}: {conflict.one} ↔ {conflict.other}. Followed: {conflict.follow}"
            )
        changes = "; ".join(f"{path} = {_show(value)}" for path, value in passport.example.items())
        lines.append(f"  Broken by ({passport.base}): {changes}")
        lines.append(f"  Found at: {passport.at}")
        return "\n".join(lines) + "\n"


_SUBJECTS = {"tree": "what is sent", "edit": "a change of something live"}


def _show(value: Any) -> str:
    text = "taken away" if value == "~" else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}…"
