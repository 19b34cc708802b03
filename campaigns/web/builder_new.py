"""Beginning a campaign: from the house's starter, or from a body in TikTok's or the guides' words."""

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.contract.shape import Malformed, walk_texts
from campaigns.models import Advertiser
from campaigns.rules.authority import Act
from campaigns.services import drafts
from campaigns.services.errors import NotWellFormed
from campaigns.sync.clock import read_now
from campaigns.web.builder_notes import say_minimum
from campaigns.web.guard import page, person_of


@page
@require_http_methods(["GET", "HEAD", "POST"])
def new_campaign(request: HttpRequest) -> HttpResponse:
    """Choose an account; the draft begins there."""
    accounts = _list_accounts(request)
    if request.method == "POST":
        chosen = _choose(request, accounts)
        if chosen is None:
            return _ask(
                request, accounts, status=422, missing="Choose the account that the campaign belongs to."
            )
        campaign = drafts.start_draft(
            actor=person_of(request), door="page", advertiser=chosen, now=read_now()
        )
        return redirect("builder", campaign.pk)
    return _ask(request, accounts)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def paste_body(request: HttpRequest) -> HttpResponse:
    """A draft from JSON. What is refused is named, and the text stays where it was pasted."""
    accounts = _list_accounts(request)
    if request.method != "POST":
        return _ask(request, accounts, pasting=True)
    text = request.POST.get("body", "")
    try:
        tree = _read_tree(text)
        chosen = _choose(request, accounts, tree)
        if chosen is None:
            raise NotWellFormed(
                "", (Malformed("advertiser_id", "choose the account that the campaign belongs to"),)
            )
        campaign = drafts.create_draft(
            actor=person_of(request), door="page", advertiser=chosen, tree=tree, now=read_now()
        )
    except NotWellFormed as error:
        return _ask(request, accounts, status=422, pasting=True, text=text, problems=error.problems)
    return redirect("builder", campaign.pk)


def _list_accounts(request: HttpRequest) -> list[dict[str, Any]]:
    """The accounts for which the person may draft, with the time there and TikTok's least amount."""
    return [
        {"account": account, "minimum": say_minimum(account.money)}
        for account in queries.accounts_for(person_of(request), Act.DRAFT)
    ]


def _choose(
    request: HttpRequest, accounts: list[dict[str, Any]], tree: dict[str, Any] | None = None
) -> Advertiser | None:
    """The account that was ticked; the only one; or the one that the body itself names."""
    known: dict[str, Advertiser] = {str(item["account"].pk): item["account"] for item in accounts}
    ticked = known.get(request.POST.get("account", ""))
    named = str(tree.get("advertiser_id") or "") if tree else ""
    by_id = next((account for account in known.values() if account.advertiser_id == named), None)
    if named and ticked is not None and by_id is not None and ticked != by_id:
        said = (
            f"the body is for {by_id.name}, but {ticked.name} is chosen; make them the same, or leave it out"
        )
        raise NotWellFormed("", (Malformed("advertiser_id", said),))
    if ticked is None and len(known) == 1:
        return next(iter(known.values()))
    return ticked or by_id


def _ask(
    request: HttpRequest,
    accounts: list[dict[str, Any]],
    *,
    status: int = 200,
    pasting: bool = False,
    text: str = "",
    problems: tuple[Malformed, ...] = (),
    missing: str = "",
) -> HttpResponse:
    now: datetime = read_now()
    context = {
        "accounts": accounts,
        "chosen": request.POST.get("account", "")
        or (str(accounts[0]["account"].pk) if len(accounts) == 1 else ""),
        "pasting": pasting,
        "text": text,
        "problems": problems,
        "missing": missing,
        "now": now,
    }
    return render(request, "builder/new.html", context, status=status)


def _read_tree(text: str) -> dict[str, Any]:
    """The JSON object in a text. Raises NotWellFormed with the line and the way out."""
    if not text.strip():
        raise _problem("body", "paste a campaign as a JSON object, { … }")
    try:
        tree = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _problem(f"line {error.lineno}", f"{error.msg.lower()}, at character {error.colno}") from error
    except RecursionError as error:
        raise _problem("body", "the objects lie too deep in each other") from error
    except ValueError as error:
        raise _problem("body", str(error)) from error
    if not isinstance(tree, dict):
        raise _problem("body", "write one object, { … }: the campaign, with its ad groups under `adgroups`")
    if any("\x00" in item or _has_half(item) for item in (*walk_texts(tree), *_names(tree))):
        raise _problem("body", "a text holds a character that cannot be stored; take it out")
    return tree


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [name for key, item in value.items() for name in (key, *_names(item))]
    return [name for item in value for name in _names(item)] if isinstance(value, list) else []


def _has_half(text: str) -> bool:
    """Half of a pair of characters, which no database takes."""
    return any(0xD800 <= ord(char) <= 0xDFFF for char in text)


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number; write an amount such as 50.00")


def _problem(path: str, message: str) -> NotWellFormed:
    return NotWellFormed(message, (Malformed(path, message),))
