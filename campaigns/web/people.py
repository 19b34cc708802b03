"""Signing in and out, and the one setting that is a person's own: the time zone."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns.models import Person
from campaigns.web.guard import page, person_of

DEMO_PEOPLE_SHOWN = 6


class Login(LoginView):
    template_name = "login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo = settings.SMARTPLUS_DEMO
        return super().get_context_data(**kwargs) | {"demo_people": _list_demo_people() if demo else []}

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class Logout(LogoutView):
    pass


@page
def edit_person(request: HttpRequest) -> HttpResponse:
    """The time zone shown beside the account's and UTC."""
    person = person_of(request)
    zones = _list_zones()
    typed = request.POST.get("time_zone", person.time_zone).strip()
    if request.method != "POST":
        return render(request, "person.html", {"zones": zones, "typed": typed})
    if typed not in zones:
        problem = f"“{typed}” is no time zone we know. Choose one of the list, such as Europe/Berlin."
        return render(
            request, "person.html", {"zones": zones, "typed": typed, "problem": problem}, status=422
        )
    person.time_zone = typed
    person.save(update_fields=["time_zone"])
    messages.success(request, f"Times are now shown in {typed} beside the account's own.")
    return redirect("person")


def _list_zones() -> Sequence[str]:
    """UTC and the zones that belong to a place; the links of old names are left out."""
    places = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ["UTC", *sorted(zone for zone in available_timezones() if zone.startswith(places))]


def _list_demo_people() -> list[Mapping[str, str]]:
    """Who can sign in to the demo, with the roles they have."""
    people = Person.objects.filter(is_active=True, memberships__isnull=False).distinct().order_by("pk")
    shown: list[Mapping[str, str]] = []
    for person in people.prefetch_related("memberships")[:DEMO_PEOPLE_SHOWN]:
        roles = sorted({membership.role for membership in person.memberships.all()})
        shown.append({"username": person.username, "name": person.display_name, "roles": ", ".join(roles)})
    return shown
