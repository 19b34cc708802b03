"""Saved views of the list: a name for its address, kept for oneself or shared with an account."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.services import views
from campaigns.sync.clock import read_now
from campaigns.web.guard import page, person_of
from campaigns.web.listing import read_address


@page
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    address = read_address(QueryDict(request.POST.get("address", ""))).address
    shared = request.POST.get("account", "")
    account = queries.visible_to(person).filter(advertiser_id=shared[:100]).first() if shared else None
    if shared and account is None:
        raise Http404("no such account among the person's own")
    name = request.POST.get("name", "")
    view = views.save_view(owner=person, name=name, address=address, advertiser=account, now=read_now())
    seen = f"Everybody in {account.name} sees it." if account else "Only you see it."
    messages.success(request, f"The view “{view.name}” is saved. {seen}")
    return redirect(lead_to(address))


@page
@require_POST
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    view = queries.visible_views(person).filter(pk=pk).first()
    if view is None:
        raise Http404("no such view")
    views.remove_view(actor=person, view=view)
    messages.success(request, f"The view “{view.name}” is gone.")
    return redirect(lead_to(request.POST.get("back", "")))


def lead_to(address: str) -> str:
    """The list as `address` says it."""
    listing = read_address(QueryDict(address))
    return f"{reverse('home')}?{listing.address}".rstrip("?")
