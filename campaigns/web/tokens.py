"""Tokens of REST clients: what there is, a form to make one, its clear text once, and taking one back."""

import re
from collections.abc import Sequence
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
    }
    try:
        token, secret = tokens.make_token(
            actor=person,
            door=Change.Door.PAGE,
            name=typed["name"],
            scopes=typed["scopes"],
            accounts=_choose(accounts, typed),
            days=int(typed["days"]) if re.fullmatch("[0-9]+", typed["days"]) else 0,
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
