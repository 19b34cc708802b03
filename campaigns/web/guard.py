"""The gate of every page: signed in, members only, and a service's "no" said where the reader is looking.

Works without script (messages and status codes) and with htmx (fragments, never a login page inside a list).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from campaigns import queries
from campaigns.models import Advertiser, Campaign, Person
from campaigns.models.campaign import CampaignQuerySet
from campaigns.rules.authority import OUTWARD, Act, may
from campaigns.services.access import read_origin
from campaigns.services.errors import Forbidden, ServiceError, Stale, Unreachable, WrongState
from campaigns.web.errors import find_way_back

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def page(view: View[P]) -> View[P]:
    """For every view behind the login: ServiceErrors that the view does not answer itself become pages or notes."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        try:
            return view(request, *args, **kwargs)
        except ServiceError as error:
            return answer_error(request, error)

    return guarded


def person_of(request: HttpRequest) -> Person:
    """The signed-in person of a guarded view, with the address that the request came from."""
    assert isinstance(request.user, Person)
    request.user.origin = read_origin(request.META)
    return request.user


def find_campaign(request: HttpRequest, pk: int, campaigns: CampaignQuerySet | None = None) -> Campaign:
    """The campaign, with its state. One of an account the person is no member of does not exist: 404."""
    seen = queries.visible_campaigns(person_of(request)) if campaigns is None else campaigns
    campaign = seen.filter(pk=pk).select_related("advertiser__connection").first()
    if campaign is None:
        raise Http404("no such campaign among the person's accounts")
    return campaign


def acts_for(person: Person, advertiser: Advertiser) -> dict[str, bool]:
    """What the person may do there, by the act's word: templates draw no button that would be refused."""
    role = queries.role_of(person, advertiser)
    away = advertiser.disconnected_at is not None
    return {act.value: role is not None and may(role, act) and not (away and act in OUTWARD) for act in Act}


def name_decider(person: Person, advertiser: Advertiser) -> str:
    """Who decides about what the person asks for: nobody decides about their own."""
    return "another manager" if acts_for(person, advertiser)[Act.DECIDE] else "a manager"


def is_fragment(request: HttpRequest) -> bool:
    """htmx asks for the part that moves; going back in history asks for the whole page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted  # type: ignore[union-attr]


def status_of(error: ServiceError) -> int:
    match error:
        case Forbidden():
            return 403
        case Stale() | WrongState():
            return 409
        case Unreachable():
            return 503
    return 422


_TITLES = {403: "Not yours to do", 409: "It stands differently now", 422: "Not accepted", 503: "No answer"}


def answer_error(request: HttpRequest, error: ServiceError) -> HttpResponse:
    """The error as a note into `#messages` for htmx, else as a page with the way back."""
    status = status_of(error)
    context: dict[str, Any] = {
        "title": _TITLES[status],
        "detail": error.message,
        "status": status,
        "findings": getattr(error, "findings", ()),
        "problems": getattr(error, "problems", ()),
        "back": find_way_back(request),
    }
    if not getattr(request, "htmx", False):
        return render(request, "error.html", context, status=status)
    response = render(request, "components/note.html", context, status=200 if status == 503 else status)
    response["HX-Retarget"] = "#messages"
    response["HX-Reswap"] = "innerHTML"
    return response


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Leads to the login and back to the page the reader is on. What was typed is not navigated away: 401."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return redirect_to_login(request.get_full_path())
    if request.method != "GET":
        return HttpResponse(status=401)
    here = htmx.current_url_abs_path
    return HttpResponseClientRedirect(redirect_to_login(here).url if here else resolve_url("login"))
