"""Tokens of REST clients: what there is, a form to make one, its clear text once, and taking one back."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns import queries
from campaigns.models import Advertiser, Change, Person
from campaigns.rules.authority import Scope
from campaigns.services import tokens
from campaigns.services.errors import NotWellFormed
from campaigns.sync.clock import read_real_time
from campaigns.web.guard import page, person_of

SCOPES = {
    Scope.READ: "see campaigns, plans, findings and journals",
    Scope.DRAFT: "make and change drafts",
    Scope.LAUNCH: "launch, change what is live, pause and start",
    Scope.APPROVE: "decide what its owner may decide, and set numbers",
}
_BLANK = {"scopes": [Scope.READ], "days": "90", "reach": "all"}


@page
def show_tokens(request: HttpRequest) -> HttpResponse:
    """The list; a POST makes one and shows its clear text this once."""
    person = person_of(request)
    accounts = list(queries.visible_to(person))
    if request.method != "POST":
        return _draw(request, accounts, _BLANK)
    typed: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "scopes": request.POST.getlist("scopes"),
        "reach": request.POST.get("reach", "all"),
        "accounts": request.POST.getlist("accounts"),
        "days": request.POST.get("days", "").strip()[:10],
        "largest_budget": request.POST.get("largest_budget", "").strip()[:40],
        "changes_per_day": request.POST.get("changes_per_day", "").strip()[:10],
        "must_propose": "must_propose" in request.POST,
        "launch_needs_person": "launch_needs_person" in request.POST,
    }
    try:
        token, secret = tokens.make_token(
            actor=person,
            door=Change.Door.PAGE,
            name=typed["name"],
            scopes=typed["scopes"],
            accounts=_choose(accounts, typed),
            days=_read_count(typed["days"]) or 0,
            limits=_read_limits(typed),
            now=read_real_time(),
        )
    except NotWellFormed as error:
        problems = {item.path: item.message for item in error.problems}
        return _draw(request, accounts, typed, problems=problems, status=422)
    return _draw(request, accounts, _BLANK, made=(token, secret))


@page
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    person: Person = person_of(request)
    token = queries.visible_tokens(person).filter(token_key=key).first()
    if request.method != "POST" or token is None:
        raise Http404("no such token among those the person may take back")
    tokens.revoke_token(actor=person, door=Change.Door.PAGE, token=token, now=read_real_time())
    messages.success(request, f"The token “{token.name}” is good for nothing from now on.")
    return redirect("tokens")


def _read_count(text: str) -> int | None:
    """A whole number; -1, which every limit refuses, for what is none."""
    if not text:
        return None
    return int(text) if re.fullmatch("[0-9]+", text) else -1


def _read_limits(typed: dict[str, Any]) -> tokens.TokenLimits:
    budget = None
    if typed["largest_budget"]:
        try:
            budget = Decimal(typed["largest_budget"])
        except InvalidOperation:
            budget = Decimal(-1)
    return tokens.TokenLimits(
        largest_budget=budget,
        changes_per_day=_read_count(typed["changes_per_day"]),
        must_propose=typed["must_propose"],
        launch_needs_person=typed["launch_needs_person"],
    )


def _choose(accounts: Sequence[Advertiser], typed: dict[str, Any]) -> list[Advertiser] | None:
    if typed["reach"] == "all":
        return None
    return [account for account in accounts if account.advertiser_id in typed["accounts"]]


def _draw(
    request: HttpRequest,
    accounts: Sequence[Advertiser],
    typed: dict[str, Any],
    *,
    problems: dict[str, str] | None = None,
    made: Any = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "tokens": list(queries.visible_tokens(person_of(request))),
        "accounts": accounts,
        "scopes": [(scope.value, SCOPES[scope]) for scope in Scope],
        "typed": typed,
        "problems": problems or {},
        "made": made,
        "longest": tokens.LONGEST_DAYS,
        "real_now": read_real_time(),
    }
    return render(request, "tokens/page.html", context, status=status)
