"""What else TikTok told us: refusals in review, surprises, and campaigns made elsewhere. Reading only."""

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.web.guard import page, person_of
from campaigns.web.told import tell_review
from campaigns.web.words import say_status

PAGE = 50


@page
def show_reviews(request: HttpRequest) -> HttpResponse:
    """Ads of live campaigns that TikTok's review refused, each with its reasons and what to do."""
    shown = Paginator(queries.list_refused_ads(person_of(request)), PAGE).get_page(request.GET.get("page"))
    rows = [{"ad": ad, "word": say_status(ad.level, ad.secondary_status), **tell_review(ad)} for ad in shown]
    return render(request, "drift/reviews.html", {"rows": rows, "page": shown, "tab": "reviews"})


@page
def show_surprises(request: HttpRequest) -> HttpResponse:
    """Where TikTok and our rules disagreed: what was sent, what was answered, which rules were asked."""
    shown = Paginator(queries.visible_surprises(person_of(request)), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "surprise": item,
            "request": json.dumps(item.request, indent=2, ensure_ascii=False) if item.request else "",
            "answer": json.dumps(item.answer, indent=2, ensure_ascii=False),
        }
        for item in shown
    ]
    return render(request, "drift/surprises.html", {"rows": rows, "page": shown, "tab": "surprises"})


@page
def show_elsewhere(request: HttpRequest) -> HttpResponse:
    """Campaigns of our accounts that were made elsewhere: told, never touched."""
    shown = Paginator(queries.list_strangers(person_of(request)), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "stranger": item,
            "word": say_status("campaign", item.secondary_status),
            "budget": item.remote.get("budget"),
        }
        for item in shown
    ]
    return render(request, "drift/elsewhere.html", {"rows": rows, "page": shown, "tab": "elsewhere"})
