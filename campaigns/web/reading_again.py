"""Reading a campaign now, asked for on its own page or beside its drift."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.models import Campaign
from campaigns.services.errors import TooSoon, Unreachable, count_things
from campaigns.services.reading_again import Reread, read_again
from campaigns.sync.clock import read_now
from campaigns.sync.drift import find_drift
from campaigns.web.guard import find_campaign, page, person_of


@page
@require_POST
def read_now_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Says when it was read and whether anything had moved, or why it was not read; then leads back."""
    campaign = find_campaign(request, pk)
    try:
        done = read_again(actor=person_of(request), campaign=campaign, now=read_now())
    except (TooSoon, Unreachable) as error:
        messages.warning(request, error.message)
    else:
        at = f"{done.at.astimezone(ZoneInfo(campaign.advertiser.zone)):%H:%M:%S} ({campaign.advertiser.zone})"
        messages.success(request, f"{campaign.label} was read at {at}. {_say(done, pk)}")
    return redirect("drift") if "from_drift" in request.POST else redirect("campaign", pk=pk)


def _say(done: Reread, pk: int) -> str:
    """What the reading came to: what is held otherwise counts, not how many bodies repeat a name that changed."""
    drift = find_drift(queries.with_tree(Campaign.objects.all()).get(pk=pk))
    if drift:
        return f"TikTok holds {count_things(len(drift), 'value')} otherwise than wanted."
    return "Something had changed since the last reading." if done.moved else "Nothing had changed."
