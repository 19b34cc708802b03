"""The settings that are a person's own: the time zone, and notices by e-mail."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns.rules.policy import house_policy
from campaigns.web.guard import page, person_of


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
