"""The house numbers: what holds for an account, whose it is, and where an administrator puts the account's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from campaigns import queries
from campaigns.models import Advertiser, Change, PolicyOverride, list_overrides, policy_of
from campaigns.rules.policy import Figure, house_policy
from campaigns.services import policies
from campaigns.services.errors import Refused
from campaigns.sync.clock import read_now
from campaigns.web.guard import acts_for, page, person_of

CHANGES_SHOWN = 20
_GROUPS = {
    "advice": ("Advice", "What the advice on budgets and creatives counts with."),
    "pace": ("Pace of edits", "How far and how often a live value moves without starting learning anew."),
    "learning": ("Learning", "What the learning phase is counted with."),
    "approval": ("Decisions", "Who decides about proposals, and until when."),
    "notices": ("Notices", "When people are told by e-mail."),
    "judging": ("Judging", "Bounds of our own answers."),
    "push": ("Sending", "How calls to TikTok wait, repeat and are looked after."),
    "webhook": ("Webhooks", "How messages to webhooks wait and repeat."),
    "meter": ("Pace of calls", "How fast TikTok is called."),
}


@dataclass(slots=True)
class Row:
    """One figure as the page shows it. `error` and the texts are what a refused form held."""

    name: str
    house: Figure
    value: Decimal
    own: PolicyOverride | None
    typed: str = ""
    reason: str = ""
    error: str = ""

    @property
    def title(self) -> str:
        return self.name.partition(".")[2].replace("_", " ").capitalize()

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def counts(self) -> bool:
        """Whether the account's own number is within the bounds that stand now."""
        return self.own is not None and self.own.value == self.value


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    about: str
    rows: list[Row]

    @property
    def open(self) -> bool:
        return any(row.house.open for row in self.rows)


@page
def show_policy(request: HttpRequest) -> HttpResponse:
    """The numbers of one account, chosen in the address; a form per number for its administrators."""
    account = _find_account(request)
    rows = _list_rows(account)
    if request.method != "POST":
        return _draw(request, account, rows)
    if account is None:
        raise Http404("no account to change a number of")
    row = next((item for item in rows if item.name == request.POST.get("name")), None)
    if row is None:
        raise Http404("no such house number")
    row.typed, row.reason = (request.POST.get(name, "").strip()[:1000] for name in ("value", "reason"))
    given: dict[str, Any] = {
        "actor": person_of(request),
        "door": Change.Door.PAGE,
        "advertiser": account,
        "name": row.name,
        "reason": row.reason,
        "now": read_now(),
    }
    try:
        if request.POST.get("act") == "clear":
            policies.clear_override(**given)
        else:
            policies.set_override(value=_read_number(row.typed), **given)
    except Refused as error:
        row.error = error.message
        return _draw(request, account, rows, status=422)
    messages.success(request, f"{row.title} of {account.name} was changed.")
    return redirect(f"{reverse('policy')}?{urlencode({'account': account.advertiser_id})}#{row.id}")


def _find_account(request: HttpRequest) -> Advertiser | None:
    """The account of the address, else the person's first; None for a person without one."""
    accounts = queries.visible_to(person_of(request))
    asked = request.GET.get("account", "")
    account: Advertiser | None = (accounts.filter(advertiser_id=asked[:100]) if asked else accounts).first()
    if asked and account is None:
        raise Http404("no such account among the person's")
    return account


def _read_number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Refused(f"Write a number; “{text[:40]}” is none.", ()) from None


def _list_rows(account: Advertiser | None) -> list[Row]:
    house = house_policy().figures
    held = policy_of(account).figures if account else house
    own = list_overrides(account) if account else {}
    return [Row(name, figure, held[name].value, own.get(name)) for name, figure in house.items()]


def _group(rows: Iterable[Row]) -> Sequence[Group]:
    groups: dict[str, Group] = {}
    for row in rows:
        key = row.name.partition(".")[0]
        title, about = _GROUPS.get(key, (key.capitalize(), ""))
        groups.setdefault(key, Group(key, title, about, [])).rows.append(row)
    return list(groups.values())


def _draw(
    request: HttpRequest, account: Advertiser | None, rows: list[Row], status: int = 200
) -> HttpResponse:
    groups = _group(rows)
    changes = (
        queries.visible_changes(person_of(request)).filter(advertiser=account, act=Change.Act.POLICY)
        if account
        else Change.objects.none()
    )
    context = {
        "account": account,
        "groups": [group for group in groups if group.open],
        "protocol": [group for group in groups if not group.open],
        "may_change": account is not None and acts_for(person_of(request), account)["policy"],
        "changes": [
            (change, name, (change.before or {}).get(name), after)
            for change in changes[:CHANGES_SHOWN]
            for name, after in (change.after or {}).items()
        ],
    }
    return render(request, "policy/page.html", context, status=status)
