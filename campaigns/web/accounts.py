"""The accounts a person belongs to: money, zone, how far each is ready, and who may do what. Read only."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.models import Advertiser, Membership
from campaigns.rules.authority import Role
from campaigns.services.connecting import may_connect
from campaigns.services.readiness import read_allowlist
from campaigns.web.guard import page, person_of
from campaigns.web.readiness import Check, list_checks

_RANK = {role.value: rank for rank, role in enumerate(reversed(Role))}


@dataclass(frozen=True, slots=True)
class AccountCard:
    account: Advertiser
    role: str
    people: list[Membership]
    checks: list[Check]
    campaigns: int


@page
def show_accounts(request: HttpRequest) -> HttpResponse:
    """Connected ones first."""
    person = person_of(request)
    accounts = queries.list_accounts(person)
    cards = []
    for account in accounts:
        people = sorted(
            account.memberships.all(), key=lambda item: (_RANK[item.role], item.person.display_name)
        )
        role = next(item.role for item in people if item.person_id == person.pk)
        checks = list_checks(account, read_allowlist(account))
        cards.append(AccountCard(account, role, people, checks, account.campaign_count))
    cards.sort(key=lambda card: card.account.disconnected_at is not None)
    return render(request, "accounts/page.html", {"cards": cards, "may_connect": may_connect(person)})
