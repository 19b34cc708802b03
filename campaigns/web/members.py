"""The people of one's accounts: roles and limits, inviting, and the page on which the invited set their password."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from campaigns import queries
from campaigns.models import Advertiser, Change, Membership, Person
from campaigns.rules.authority import Act, Role
from campaigns.services import people
from campaigns.services.errors import NotWellFormed, Refused
from campaigns.sync.clock import read_real_time
from campaigns.web.guard import page, person_of


@page
def show_people(request: HttpRequest) -> HttpResponse:
    """Everybody of the person's accounts; a POST by an administrator invites somebody."""
    person = person_of(request)
    if request.method != "POST":
        return _draw(request, {"role": Role.BUYER.value})
    typed = {
        name: request.POST.get(name, "").strip()[:200] for name in ("account", "username", "email", "role")
    }
    account = queries.accounts_for(person, Act.PEOPLE).filter(advertiser_id=typed["account"]).first()
    if account is None:
        problems = {"account": "choose an account that you administer"}
        return _draw(request, typed, problems=problems, status=422)
    try:
        membership, invitation = people.invite(
            actor=person,
            door=Change.Door.PAGE,
            advertiser=account,
            username=typed["username"],
            email=typed["email"],
            role=typed["role"],
            now=read_real_time(),
        )
    except NotWellFormed as error:
        problems = {item.path: item.message for item in error.problems}
        return _draw(request, typed, problems=problems, status=422)
    if invitation is None:
        messages.success(request, f"{membership.person.display_name} is a member now.")
        return redirect("people")
    uid, _, token = invitation.partition("/")
    address = request.build_absolute_uri(reverse("join", args=[uid, token]))
    _mail(person, membership, address)
    return _draw(request, {"role": Role.BUYER.value}, made=(membership, address))


@page
def change_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets a member's role and limit, or takes them out: `act` says which."""
    person = person_of(request)
    found = Membership.objects.filter(pk=pk, advertiser__in=queries.visible_to(person))
    membership = found.select_related("person", "advertiser").first()
    if request.method != "POST" or membership is None:
        raise Http404("no such member of the person's accounts")
    name = membership.person.display_name
    if request.POST.get("act") == "remove":
        people.remove_member(actor=person, door=Change.Door.PAGE, membership=membership, now=read_real_time())
        messages.success(request, f"{name} is no member of {membership.advertiser.name} any more.")
        return redirect("people")
    typed = {"limit": request.POST.get("limit", "").strip()[:40], "role": request.POST.get("role", "")}
    try:
        people.change_member(
            actor=person,
            door=Change.Door.PAGE,
            membership=membership,
            role=typed["role"],
            largest_raise=_read_limit(typed["limit"]),
            now=read_real_time(),
        )
    except NotWellFormed as error:
        trouble = {"pk": pk, **typed, "problem": error.problems[0].message}
        return _draw(request, {"role": Role.BUYER.value}, trouble=trouble, status=422)
    messages.success(request, f"{name}: saved.")
    return redirect("people")


@never_cache
def join(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The invited choose a password. A link that was used, or is too old, says so."""
    person = people.find_invited(uid, token)
    if person is None:
        return render(request, "join.html", {"gone": True}, status=410)
    if request.method != "POST":
        return render(request, "join.html", {"person": person})
    first, again = (request.POST.get(name, "") for name in ("password", "again"))
    try:
        if first != again:
            raise Refused("The two passwords are not the same.", ())
        people.accept(person=person, password=first)
    except Refused as error:
        return render(request, "join.html", {"person": person, "problem": error.message}, status=422)
    messages.success(request, "Your password is set. Log in with it.")
    return redirect("login")


def _read_limit(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Decimal(-1)  # refused with the sentence that says what to write
    return amount if amount.is_finite() else Decimal(-1)


def _mail(actor: Person, membership: Membership, address: str) -> None:
    text = (
        f"{actor.display_name} made you {membership.role} of {membership.advertiser.name} in Smart+ Admin.\n\n"
        f"Choose your password here, within three days: {address}\n"
    )
    sender = settings.DEFAULT_FROM_EMAIL
    send_mail("Your invitation to Smart+ Admin", text, sender, [membership.person.email], fail_silently=True)


def _draw(
    request: HttpRequest,
    typed: dict[str, Any],
    *,
    problems: dict[str, str] | None = None,
    made: tuple[Membership, str] | None = None,
    trouble: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    mine = {account.pk for account in queries.accounts_for(person, Act.PEOPLE)}
    accounts: list[Advertiser] = list(queries.list_accounts(person))
    context = {
        "accounts": [(account, account.pk in mine, account.memberships.all()) for account in accounts],
        "administered": [account for account in accounts if account.pk in mine],
        "roles": [role.value for role in Role],
        "typed": typed,
        "problems": problems or {},
        "made": made,
        "trouble": trouble,
    }
    return render(request, "people/page.html", context, status=status)
