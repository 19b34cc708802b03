"""The accounts a person belongs to: money, zone, how far each is ready, and who may do what. Read only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.models import Advertiser, Membership
from campaigns.rules.authority import Role
from campaigns.web.guard import page, person_of

_CHECKS = (
    ("smart_plus", "Smart+ is open to it"),
    ("pixels", "Pixels"),
    ("identities", "Identities"),
    ("videos", "Videos"),
    ("pictures", "Pictures"),
    ("posts", "Posts"),
    ("places", "Places to target"),
    ("languages", "Languages"),
    ("interests", "Interests"),
    ("audiences", "Custom audiences"),
)
_RANK = {role.value: rank for rank, role in enumerate(reversed(Role))}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at when the connection was last checked. `ok` None: not looked at."""

    title: str
    ok: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class AccountCard:
    account: Advertiser
    role: str
    people: list[Membership]
    checks: list[Check]
    campaigns: int


@page
def show_accounts(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    accounts = queries.list_accounts(person)
    cards = []
    for account in accounts:
        people = sorted(
            account.memberships.all(), key=lambda item: (_RANK[item.role], item.person.display_name)
        )
        role = next(item.role for item in people if item.person_id == person.pk)
        cards.append(
            AccountCard(account, role, people, read_checks(account.readiness), account.campaign_count)
        )
    return render(request, "accounts/page.html", {"cards": cards})


def read_checks(readiness: Mapping[str, Any]) -> list[Check]:
    """The readiness as sentences; an account that was never checked has none."""
    if not readiness:
        return []
    checks = []
    for key, title in _CHECKS:
        found = readiness.get(key)
        if not isinstance(found, Mapping):
            checks.append(Check(title, None, "not looked at"))
        elif found.get("ok"):
            checks.append(Check(title, True, str(found["count"]) if "count" in found else "yes"))
        else:
            code = f" (code {found['code']})" if found.get("code") else ""
            closed = "TikTok has not opened Smart+ for it. " if found.get("allowlisted") is False else ""
            checks.append(Check(title, False, f"{closed}{found.get('message') or 'could not be read'}{code}"))
    for scope in readiness.get("scopes") or []:
        text = "given" if scope.get("ok") else str(scope.get("message") or "not given")
        checks.append(Check(str(scope.get("scope")), scope.get("ok"), text))
    return checks
