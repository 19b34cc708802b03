"""How the installation is doing, for administrators: what waits and since when, which readings fail, and where to look."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.models import Reading
from campaigns.queries.system import list_kept, read_system
from campaigns.rules.authority import Act
from campaigns.sync.clock import read_real_time
from campaigns.web.guard import page, person_of


@page
def show_system(request: HttpRequest) -> HttpResponse:
    mine = queries.accounts_for(person_of(request), Act.CONNECT)
    if not mine.exists():
        raise Http404("for administrators of an account")
    now = read_real_time()
    state = read_system(now=now)
    context = {
        "state": state,
        "troubles": state.list_troubles(),
        "readings": Reading.objects.filter(advertiser__in=mine).select_related("advertiser"),
        "kept": list_kept(),
        "now": now,
    }
    return render(request, "system/page.html", context)
