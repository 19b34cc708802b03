"""Webhooks of the person's accounts: a form to set one, each one's last messages, a test, and its removal."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns import queries
from campaigns.models import Change, Notice, Webhook
from campaigns.rules.authority import Act
from campaigns.services import webhooks
from campaigns.services.errors import NotWellFormed
from campaigns.sync.clock import read_real_time
from campaigns.web.guard import page, person_of
from campaigns.web.words import NOTICES

MESSAGES_SHOWN = 8
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@page
def show_webhooks(request: HttpRequest) -> HttpResponse:
    """The list; a POST sets one and shows its secret this once."""
    person = person_of(request)
    if request.method != "POST":
        return _draw(request, {"kinds": []})
    typed: dict[str, Any] = {
        "account": request.POST.get("account", ""),
        "address": request.POST.get("address", ""),
        "kinds": request.POST.getlist("kinds"),
    }
    account = queries.visible_to(person).filter(advertiser_id=typed["account"][:100]).first()
    if account is None:
        return _draw(request, typed, problems={"account": "choose an account"}, status=422)
    try:
        made = webhooks.set_webhook(
            actor=person,
            door=Change.Door.PAGE,
            advertiser=account,
            address=typed["address"],
            kinds=typed["kinds"],
            now=read_real_time(),
        )
    except NotWellFormed as error:
        problems = {item.path: item.message for item in error.problems}
        return _draw(request, typed, problems=problems, status=422)
    return _draw(request, {"kinds": []}, made=made)


@page
def act_on_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Tries one out, sends a message again, or removes it: `act` says which."""
    person = person_of(request)
    webhook = queries.visible_webhooks(person).filter(pk=pk).first()
    if request.method != "POST" or webhook is None:
        raise Http404("no such webhook among those the person may set")
    match request.POST.get("act"):
        case "test":
            webhooks.send_test(actor=person, webhook=webhook, now=read_real_time())
            messages.success(request, "A test is on its way; its answer appears below within seconds.")
        case "again":
            key = request.POST.get("key", "")
            found = webhook.deliveries.filter(key=key).first() if KEY.fullmatch(key) else None
            if found is None:
                raise Http404("no such message")
            webhooks.send_again(actor=person, delivery=found, now=read_real_time())
            messages.success(request, "The message is sent once more, under its old id.")
        case "remove":
            webhooks.remove_webhook(
                actor=person, door=Change.Door.PAGE, webhook=webhook, now=read_real_time()
            )
            messages.success(request, f"Nothing is sent to {webhook.address} any more.")
        case _:
            raise Http404("no such act")
    return redirect("webhooks")


def _draw(
    request: HttpRequest,
    typed: dict[str, Any],
    *,
    problems: dict[str, str] | None = None,
    made: tuple[Webhook, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    shown = queries.visible_webhooks(person)
    context = {
        "webhooks": [(item, item.deliveries.all()[:MESSAGES_SHOWN]) for item in shown],
        "accounts": queries.accounts_for(person, Act.WEBHOOK),
        "kinds": [(kind.value, NOTICES[kind]) for kind in Notice.Kind],
        "typed": typed,
        "problems": problems or {},
        "made": made,
    }
    return render(request, "webhooks/page.html", context, status=status)
