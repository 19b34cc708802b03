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
    """Says what the reading showed, or why it was not read; then leads back."""
    campaign = find_campaign(request, pk)
    try:
        done = read_again(actor=person_of(request), campaign=campaign, now=read_now())
    except (TooSoon, Unreachable) as error:
        messages.warning(request, error.message)
    else:
        tell = messages.success if done.shown else messages.warning
        tell(request, say_reading(campaign, done))
    return redirect("drift") if "from_drift" in request.POST else redirect("campaign", pk=pk)


def say_reading(campaign: Campaign, done: Reread) -> str:
    """When it was read and what that showed; or that TikTok does not show it, and what that is taken for."""
    at = f"{done.at.astimezone(ZoneInfo(campaign.advertiser.zone)):%H:%M:%S} ({campaign.advertiser.zone})"
    if not done.shown and done.gone:
        return f"TikTok did not show {campaign.label} at {at}: it is taken for removed there."
    if not done.shown:
        said = "So soon after it stood there that may be an old answer: read it again in a moment."
        return f"TikTok did not show {campaign.label} at {at}. {said}"
    return f"{campaign.label} was read at {at}. {_say_outcome(done, campaign)}"


def _say_outcome(done: Reread, campaign: Campaign) -> str:
    """What is held otherwise counts, not how many bodies repeat a name that changed."""
    drift = find_drift(queries.with_tree(Campaign.objects.all()).get(pk=campaign.pk))
    if drift:
        return f"TikTok holds {count_things(len(drift), 'value')} otherwise than wanted."
    return "Something had changed since the last reading." if done.moved else "Nothing had changed."
