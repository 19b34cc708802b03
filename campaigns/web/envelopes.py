"""The envelope of an account: the most it may be exposed to on one day, what stands against it, and who set it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns import queries
from campaigns.contract.shape import read_money
from campaigns.models import Advertiser, Change, Envelope
from campaigns.services.envelopes import measure_account, set_envelope
from campaigns.services.errors import Refused
from campaigns.sync.clock import read_now
from campaigns.web.guard import acts_for, page, person_of

HOLDS_SHOWN = 50
CHANGES_SHOWN = 20


@page
def show_envelope(request: HttpRequest, advertiser_id: str) -> HttpResponse:
    """What the account can spend at worst beside what it may; a POST by an administrator sets the amount."""
    person, now = person_of(request), read_now()
    account: Advertiser | None = queries.visible_to(person).filter(advertiser_id=advertiser_id).first()
    if account is None:
        raise Http404("no such account among the person's")
    if request.method != "POST":
        return _draw(request, account)
    typed = {name: request.POST.get(name, "").strip()[:1000] for name in ("amount", "reason")}
    try:
        set_envelope(
            actor=person,
            door=Change.Door.PAGE,
            advertiser=account,
            amount=_read_amount(typed["amount"], account),
            reason=typed["reason"],
            now=now,
        )
    except Refused as error:
        return _draw(request, account, typed=typed, error=error.message, status=422)
    messages.success(request, f"The envelope of {account.name} is set.")
    return redirect("envelope", advertiser_id=account.advertiser_id)


def _read_amount(text: str, account: Advertiser) -> Decimal:
    try:
        return read_money(text)
    except ValueError:
        raise Refused(f"Write an amount in {account.currency}; “{text[:40]}” is none.", ()) from None


def _draw(
    request: HttpRequest,
    account: Advertiser,
    *,
    typed: dict[str, str] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    envelope = Envelope.objects.select_related("set_by").filter(advertiser=account).first()
    worst = measure_account(account, now=read_now())
    holds = envelope.holds.select_related("proposal__asked_by").order_by("-placed_at") if envelope else ()
    changes = queries.visible_changes(person).filter(advertiser=account, act=Change.Act.ENVELOPE)
    context: dict[str, Any] = {
        "account": account,
        "envelope": envelope,
        "worst": worst,
        "room": None
        if envelope is None or worst.day is None
        else envelope.amount - worst.day - envelope.held,
        "holds": holds[:HOLDS_SHOWN],
        "changes": changes[:CHANGES_SHOWN],
        "may_set": acts_for(person, account)["envelope"],
        "typed": typed or {"amount": f"{envelope.amount:.{account.money.decimals}f}" if envelope else ""},
        "error": error,
    }
    return render(request, "envelopes/page.html", context, status=status)
