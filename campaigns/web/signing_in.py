"""Signing in with a password and, where it is on, a second factor; signing out; and what is open."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django_otp import login as note_device

from campaigns.models import Person
from campaigns.services import signing_in
from campaigns.services.access import read_origin
from campaigns.services.errors import Refused
from campaigns.sync.clock import read_real_time
from campaigns.web.guard import page, person_of

DEMO_PEOPLE_SHOWN = 6
BACKEND = "django.contrib.auth.backends.ModelBackend"
HALF = "half_signed_in"  # in the session: whose password was right, and when
WRONG = "That code is wrong, or we hold off for a moment after wrong ones. Wait for the app's next code and type that."
PATIENCE = timedelta(minutes=5)


class HomeFirst(RedirectURLMixin):
    """Where a login leads to, as Django judges it: never to another site. Whoever asked for the bare address begins at Home."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        asked: str = super().get_redirect_url(*args, **kwargs)
        return "" if asked == "/" else asked


class Login(HomeFirst, LoginView):
    template_name = "login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo = settings.SMARTPLUS_DEMO
        return super().get_context_data(**kwargs) | {"demo_people": _list_demo_people() if demo else []}

    def form_valid(self, form: Any) -> HttpResponse:
        person = form.get_user()
        if not signing_in.needs_code(person):
            response = super().form_valid(form)
            _note(self.request, person, second_factor=False)
            return response
        self.request.session[HALF] = [person.pk, read_real_time().timestamp()]
        query = urlencode({"next": self.get_redirect_url()}) if self.get_redirect_url() else ""
        return redirect(f"{resolve_url('login-code')}{'?' if query else ''}{query}")

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class Logout(LogoutView):
    pass


class _Next(HomeFirst):
    """The same for the second step, which is no view of Django's."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.next_page = settings.LOGIN_REDIRECT_URL


@never_cache
def ask_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    person = _find_half(request)
    if person is None:
        messages.warning(request, "That took too long. Log in again.")
        return redirect("login")
    if request.method != "POST":
        return render(request, "login_code.html", {"next": request.GET.get("next", "")})
    device = signing_in.check_code(person=person, code=request.POST.get("code", ""))
    if device is None:
        context = {"next": request.POST.get("next", ""), "problem": WRONG}
        return render(request, "login_code.html", context, status=422)
    del request.session[HALF]
    login(request, person, backend=BACKEND)
    note_device(request, device)
    _note(request, person, second_factor=True)
    return redirect(_Next(request).get_success_url())


@page
def show_doors(request: HttpRequest) -> HttpResponse:
    """The person's second factor and open sessions; `act` of a POST says what to do."""
    person = person_of(request)
    match request.POST.get("act") if request.method == "POST" else "":
        case "on":
            try:
                codes = signing_in.turn_on(
                    person=person, code=request.POST.get("code", ""), now=read_real_time()
                )
            except Refused as error:
                return _draw(request, person, problem=error.message, status=422)
            return _draw(request, person, codes=codes)
        case "off":
            try:
                signing_in.turn_off(person=person, code=request.POST.get("code", ""), now=read_real_time())
            except Refused as error:
                return _draw(request, person, problem=error.message, status=422)
            messages.success(request, "The second factor is off.")
            return redirect("doors")
        case "end":
            chosen = [int(pk) for pk in request.POST.getlist("session") if re.fullmatch("[0-9]{1,18}", pk)]
            ended = signing_in.end_sessions(
                person=person,
                sign_ins=chosen,
                keep=request.session.session_key or "",
                now=read_real_time(),
            )
            messages.success(request, f"Ended: {ended}.")
            return redirect("doors")
    return _draw(request, person)


def find_origin(request: HttpRequest) -> str:
    return read_origin(request.META)


def answer_lockout(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords for one name from one address."""
    pause: timedelta = settings.AXES_COOLOFF_TIME
    minutes = int(pause.total_seconds() // 60)
    context = {
        "title": "Too many attempts",
        "detail": f"Too many wrong passwords. Wait {minutes} minutes, then try again; or ask an administrator.",
        "status": 429,
        "back": resolve_url("login"),
    }
    response = render(request, "error.html", context, status=429)
    response["Retry-After"] = str(int(pause.total_seconds()))
    return response


def _find_half(request: HttpRequest) -> Person | None:
    """Whose password was right a moment ago."""
    given = request.session.get(HALF)
    if not given or read_real_time().timestamp() - given[1] > PATIENCE.total_seconds():
        return None
    return Person.objects.filter(pk=given[0], is_active=True).first()


def _note(request: HttpRequest, person: Person, *, second_factor: bool) -> None:
    signing_in.note_sign_in(
        person=person,
        session_key=request.session.session_key or "",
        origin=read_origin(request.META),
        agent=request.headers.get("User-Agent", ""),
        second_factor=second_factor,
        now=read_real_time(),
    )


def _draw(
    request: HttpRequest,
    person: Person,
    *,
    problem: str = "",
    codes: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    on = signing_in.needs_code(person)
    device = None if on else signing_in.open_enrolment(person)
    context = {
        "on": on,
        "address": device.config_url if device else "",
        "picture": segno.make(device.config_url, micro=False).svg_data_uri(scale=4) if device else "",
        "problem": problem,
        "codes": codes,
        "sign_ins": signing_in.list_sign_ins(person=person, now=read_real_time()),
        "this": request.session.session_key,
    }
    return render(request, "doors.html", context, status=status)


def _list_demo_people() -> list[Mapping[str, str]]:
    """Who can sign in to the demo, with the roles they have."""
    people = Person.objects.filter(is_active=True, memberships__isnull=False).distinct().order_by("pk")
    shown: list[Mapping[str, str]] = []
    for person in people.prefetch_related("memberships")[:DEMO_PEOPLE_SHOWN]:
        roles = sorted({membership.role for membership in person.memberships.all()})
        shown.append({"username": person.username, "name": person.display_name, "roles": ", ".join(roles)})
    return shown
