"""To be drawn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.web.guard import page


@page
def show_accounts(request: HttpRequest, pk: int = 0) -> HttpResponse:
    return render(request, "base.html")
