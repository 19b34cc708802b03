"""Signing in and out, and the settings that are a person's own: the time zone, and notices by e-mail."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns.models import Person
from campaigns.rules.policy import house_policy
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
    """The time zone shown beside the account's and UTC, and where notices are mailed. What was refused is kept as typed."""
    person = person_of(request)
    zones = _list_zones()
    typed: dict[str, Any] = {"time_zone": person.time_zone, "email": person.email, "mails": person.mails}
    context = {"zones": zones, "typed": typed, "hour": house_policy().count("notices.digest_hour")}
    if request.method != "POST":
        return render(request, "person.html", context)
    for name in ("time_zone", "email"):
        typed[name] = request.POST.get(name, typed[name]).strip()
    typed["mails"] = "mails" in request.POST
    problems = dict(_find_problems(typed, zones))
    if problems:
        return render(request, "person.html", context | {"problems": problems}, status=422)
    for name, value in typed.items():
        setattr(person, name, value)
    person.save(update_fields=list(typed))
    messages.success(request, f"Saved. Times are shown in {person.time_zone} beside the account's own.")
    return redirect("person")


def _find_problems(typed: Mapping[str, Any], zones: Sequence[str]) -> Iterator[tuple[str, str]]:
    if typed["time_zone"] not in zones:
        said = (
            f"“{typed['time_zone']}” is no time zone we know. Choose one of the list, such as Europe/Berlin."
        )
        yield "time_zone", said
    if typed["email"]:
        try:
            validate_email(typed["email"])
        except ValidationError:
            yield (
                "email",
                f"“{typed['email']}” is no address a mail can go to. Write one such as bea@example.com.",
            )


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
