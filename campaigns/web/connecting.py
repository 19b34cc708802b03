"""Connect: to TikTok's consent page and back, the choice among the accounts that were granted, and what can go wrong between.

The way to TikTok is a link, never a form: a form's target is held to this site, wherever it is redirected to.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from campaigns.models import Change, Connection, Person
from campaigns.rules.authority import Role
from campaigns.services import connecting
from campaigns.services.connecting import NotConnected, Why
from campaigns.services.errors import NotWellFormed, count_things
from campaigns.services.scopes import ADS, CREATIVES, REPORTS
from campaigns.sync.clock import read_real_time
from campaigns.sync.connections import read_app
from campaigns.web.guard import page, person_of

STATE = "consent"  # in the session
# What went wrong, and the way out
_WAYS: Mapping[Why, tuple[str, str]] = {
    Why.SETTINGS: (
        "This site has no app at TikTok",
        "Whoever runs this site sets TIKTOK_APP_ID and TIKTOK_APP_SECRET of the developer app (.env.example says how).",
    ),
    Why.STATE: (
        "This answer is not yours, or came too late",
        "Nothing was connected. Links back from TikTok are good once, for an hour, in the browser that asked. Start again "
        "here.",
    ),
    Why.DECLINED: (
        "TikTok gave no consent",
        "Nothing was connected. Start again and confirm on TikTok's page; you need an account there that may share ad accounts.",
    ),
    Why.CODE: (
        "TikTok's code is used up",
        "A code is good once and for an hour; a page that is loaded again sends it twice. Start again to get a fresh one.",
    ),
    Why.APP: (
        "TikTok does not know this site's app",
        "Whoever runs this site compares TIKTOK_APP_ID and TIKTOK_APP_SECRET with TikTok's developer portal (My Apps), and looks "
        "that this site's address stands among the app's redirect addresses.",
    ),
    Why.NETWORK: (
        "TikTok did not answer",
        "Nothing was connected. The code may be used up, so start again in a moment. If it lasts, TikTok's status page knows "
        "more.",
    ),
    Why.NOTHING: (
        "No ad account was granted",
        "Start again and tick at least one ad account on TikTok's page.",
    ),
    Why.REFUSED: (
        "TikTok refused it",
        "Nothing was connected. What TikTok says stands above; mend that and start again.",
    ),
}
_STATUS = {Why.STATE: 400, Why.NETWORK: 503, Why.APP: 502, Why.SETTINGS: 503}


@page
def show_connect(request: HttpRequest) -> HttpResponse:
    """What will happen, before it does."""
    connecting.require_connector(person_of(request))
    context = {
        "app": read_app(),
        "back": _find_back(request),
        "consent": settings.TIKTOK_AUTH_URL,
        "scopes": (ADS, REPORTS, CREATIVES),
    }
    return render(request, "accounts/connect.html", context)


@page
@require_GET
def go_to_tiktok(request: HttpRequest) -> HttpResponse:
    """Keeps a fresh state in the session and leads to the consent page. The last one counts."""
    try:
        state, address = connecting.ask_consent(
            actor=person_of(request), back=_find_back(request), now=read_real_time()
        )
    except NotConnected as error:
        return _fail(request, error)
    request.session[STATE] = state
    return HttpResponseRedirect(address)


@page
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """TikTok leads here with a code; it is changed at once and leaves the address."""
    given = request.GET
    code = given.get("auth_code") or given.get("code") or ""
    try:
        connection = connecting.take_answer(
            actor=person_of(request),
            state=given.get("state", "")[:200],
            expected=str(request.session.get(STATE) or ""),
            code="" if "error" in given else code[:500],
            now=read_real_time(),
        )
    except NotConnected as error:
        if error.why is not Why.STATE:
            request.session.pop(STATE, None)
        return _fail(request, error)
    request.session.pop(STATE, None)
    return redirect("connect-choose", pk=connection.pk)


@page
def choose_accounts(request: HttpRequest, pk: int) -> HttpResponse:
    """Which of the granted accounts to take in, and who gets which role in the new ones."""
    person = person_of(request)
    connection = connecting.find_waiting(actor=person, pk=pk)
    if connection is None:
        raise Http404("no connection of the person's that waits for a choice")
    if request.method != "POST":
        offers = connecting.list_offers(actor=person, connection=connection)
        ticked = [offer.advertiser_id for offer in offers if not offer.objection]
        typed: dict[str, Any] = {"name": f"TikTok, {person.display_name}", "accounts": ticked, "roles": {}}
        return _draw_choice(request, connection, person, typed)
    if request.POST.get("act") == "forget":
        connecting.forget(actor=person, connection=connection)
        messages.success(request, "Nothing was connected; the token is forgotten.")
        return redirect("accounts")
    typed = {
        "name": request.POST.get("name", "")[:1000],
        "accounts": request.POST.getlist("accounts"),
        "roles": _read_roles(request),
    }
    try:
        made = connecting.choose(
            actor=person,
            door=Change.Door.PAGE,
            connection=connection,
            now=read_real_time(),
            **typed,
        )
    except NotWellFormed as error:
        problems = {item.path: item.message for item in error.problems}
        return _draw_choice(request, connection, person, typed, problems)
    messages.success(request, f"{count_things(len(made), 'account')} connected.")
    if len(made) == 1:
        return redirect("account", advertiser_id=made[0].advertiser_id)
    return redirect("accounts")


def _find_back(request: HttpRequest) -> str:
    """The address that is registered with the app: this site's own, as the settings name it."""
    path = reverse("connect-back")
    return (
        settings.SMARTPLUS_ADDRESS + path if settings.SMARTPLUS_ADDRESS else request.build_absolute_uri(path)
    )


def _read_roles(request: HttpRequest) -> dict[int, str]:
    """Words by our ids of people, from fields `role-7`; empty ones are no role."""
    found = {}
    for name, value in request.POST.items():
        match = re.fullmatch(r"role-(\d{1,18})", name, re.ASCII)
        if match and value:
            found[int(match[1])] = str(value)
    return found


def _fail(request: HttpRequest, error: NotConnected) -> HttpResponse:
    title, way = _WAYS[error.why]
    context = {"title": title, "said": error.message, "way": way, "again": error.why is not Why.SETTINGS}
    return render(request, "accounts/failed.html", context, status=_STATUS.get(error.why, 422))


def _draw_choice(
    request: HttpRequest,
    connection: Connection,
    person: Person,
    typed: Mapping[str, Any],
    problems: Mapping[str, str] | None = None,
) -> HttpResponse:
    offers: Sequence[connecting.Offer] = connecting.list_offers(actor=person, connection=connection)
    colleagues = connecting.list_colleagues(person)
    context = {
        "connection": connection,
        "offers": offers,
        "fresh": any(offer.standing is None for offer in offers),
        "people": [(item, typed["roles"].get(item.pk, "")) for item in colleagues],
        "roles": [role.value for role in Role],
        "typed": typed,
        "problems": problems or {},
    }
    return render(request, "accounts/choose.html", context, status=422 if problems else 200)
