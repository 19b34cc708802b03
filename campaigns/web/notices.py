"""What happened that somebody may be waiting for: the list behind the bell. Looking at it marks all as seen."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.models import Notice
from campaigns.notices.mailing import find_path
from campaigns.notices.telling import mark_seen
from campaigns.sync.clock import read_now
from campaigns.web.guard import page, person_of
from campaigns.web.words import NOTICE_LOOKS, NOTICES

PAGE = 50


@page
def show_notices(request: HttpRequest) -> HttpResponse:
    """Newest first, narrowed by account and kind in the address; what came since the last look is marked."""
    person = person_of(request)
    given = {name: request.GET.get(name, "").strip()[:100] for name in ("account", "kind")}
    found = queries.visible_notices(person)
    if given["account"]:
        found = found.filter(advertiser__advertiser_id=given["account"])
    if given["kind"]:
        found = found.filter(kind=given["kind"])
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    seen_at = person.notices_seen_at
    context = {
        "rows": [
            (notice, find_path(notice), *NOTICE_LOOKS[notice.kind], seen_at is None or notice.at > seen_at)
            for notice in shown.object_list
        ],
        "page": shown,
        "filters": given,
        "address": urlencode({name: value for name, value in given.items() if value}),
        "kinds": [(kind.value, NOTICES[kind]) for kind in Notice.Kind],
    }
    response = render(request, "notices/page.html", context)
    mark_seen(person=person, now=read_now())
    return response
