"""The rule book for people: every rule with its sentence, source, contradictions and an example that breaks it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.rules.book import EDIT_RULES, RULES
from campaigns.rules.findings import FindingLevel
from campaigns.rules.passports import Passport, list_passports
from campaigns.rules.unjudged import list_unjudged
from campaigns.web.guard import is_fragment, page

# The subjects of the book, by the module that holds their rules; one without a line here is called by its name
_SUBJECTS: Mapping[str, str] = {
    "structure": "Shape of the tree",
    "dialect": "Typed and sent",
    "uniformity": "Alike in all ad groups",
    "goals": "Goal, event and pixel",
    "lead": "Lead generation",
    "app": "App promotion",
    "realtime": "Realtime strategies",
    "catalog": "Catalogs",
    "app_catalog": "Sales in an app",
    "catalog_creative": "Creatives of a catalog",
    "creative": "Creatives and texts",
    "ad": "Ads",
    "card": "Product card and promotions",
    "lifecycle": "Editing what is live",
    "pace": "Pace of edits",
}
_GONE = "~"  # in an example: the member is taken away


@dataclass(frozen=True, slots=True)
class Subject:
    key: str
    title: str
    rules: list[Passport]


@page
def show_rules(request: HttpRequest) -> HttpResponse:
    text, level = (request.GET.get(name, "").strip()[:100] for name in ("q", "level"))
    matching = [item for item in list_passports() if _matches(item, text)]
    shown = [item for item in matching if not level or item.level == level]
    counts = Counter(item.level.value for item in matching)
    context: dict[str, Any] = {
        "subjects": _group(shown),
        "found": len(shown),
        "total": len(list_passports()),
        "unknown": [item for item in list_unjudged() if item.why == "unknown"],
        "text": text,
        "level": level,
        "tabs": [
            {
                "level": item,
                "count": counts[item] if item else len(matching),
                "query": urlencode({name: value for name, value in (("q", text), ("level", item)) if value}),
                "current": item == level,
            }
            for item in ("", *(level.value for level in FindingLevel))
        ],
    }
    return render(request, "rules/list.html" if is_fragment(request) else "rules/page.html", context)


def _matches(passport: Passport, text: str) -> bool:
    """Every word somewhere in the rule: its id, sentence, source, contradictions or the members of its example."""
    held = " ".join(
        (
            passport.id,
            passport.sentence,
            passport.source,
            *(f"{item.id} {item.topic}" for item in passport.contradictions),
            *passport.example,
        )
    ).casefold()
    return all(word in held for word in text.casefold().split())


def _group(passports: Iterable[Passport]) -> list[Subject]:
    """By subject in the order of the book; the book's own order within."""
    homes = {rule.id: rule.check.__module__ for rule in RULES}
    homes |= {rule.id: rule.check.__module__ for rule in EDIT_RULES}
    subjects: dict[str, Subject] = {}
    for passport in passports:
        key = homes[passport.id].rpartition(".")[2]
        title = _SUBJECTS.get(key, key.capitalize())
        subjects.setdefault(key, Subject(key, title, [])).rules.append(passport)
    return list(subjects.values())


def list_changes(passport: Passport) -> list[tuple[str, str]]:
    """An example as (member, value) in words."""
    return [
        (path, "taken away" if value == _GONE else _say(value)) for path, value in passport.example.items()
    ]


def _say(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 240 else f"{text[:240]}…"
