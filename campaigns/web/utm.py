"""The page of an account's URL parameters: what every landing page gets, and who set it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns import queries
from campaigns.contract.choices import UTM_MACROS
from campaigns.contract.limits import UTM_PARAMS
from campaigns.contract.shape import Malformed
from campaigns.models import Advertiser, Change
from campaigns.services.errors import NotWellFormed
from campaigns.services.utm import set_utm
from campaigns.sync.clock import read_now
from campaigns.web.addresses import show_address
from campaigns.web.guard import acts_for, page, person_of

EXAMPLE = "https://example.com/spring-sale"  # the guides' landing page
STARTERS = (  # an offer for an account without a set, as its administrator may change it
    {"key": "utm_source", "value": "tiktok"},
    {"key": "utm_medium", "value": "paid"},
    {"key": "utm_campaign", "value": "__CAMPAIGN_NAME__"},
    {"key": "utm_content", "value": "__CID_NAME__"},
)
CHANGES_SHOWN = 20


@page
def show_utm(request: HttpRequest, advertiser_id: str) -> HttpResponse:
    """The set beside what an address looks like with it; a POST by an administrator puts another in its place."""
    person = person_of(request)
    account: Advertiser | None = queries.visible_to(person).filter(advertiser_id=advertiser_id).first()
    if account is None:
        raise Http404("no such account among the person's")
    params = list(account.utm_params)
    problems: tuple[Malformed, ...] = ()
    if request.method == "POST":
        rows = zip(request.POST.getlist("key"), request.POST.getlist("value"), strict=False)
        params = [{"key": key, "value": value} for key, value in rows if key.strip() or value.strip()]
        try:
            set_utm(actor=person, door=Change.Door.PAGE, advertiser=account, params=params, now=read_now())
            messages.success(request, f"The URL parameters of {account.name} are set.")
            return redirect("utm", advertiser_id=account.advertiser_id)
        except NotWellFormed as error:
            problems = error.problems
    may_set = acts_for(person, account)["utm"]
    offered = params or (STARTERS if may_set and not problems else ())
    blanks = [{"key": "", "value": ""}] * min(3, UTM_PARAMS - len(offered))
    context = {
        "account": account,
        "params": params,
        "rows": [*offered, *blanks],
        "offered": not account.utm_params and not problems,
        "problems": problems,
        "macros": UTM_MACROS,
        "most": UTM_PARAMS,
        "example": show_address(EXAMPLE, params),
        "may_set": may_set,
        "changes": queries.visible_changes(person).filter(advertiser=account, act=Change.Act.UTM)[
            :CHANGES_SHOWN
        ],
    }
    return render(request, "accounts/utm.html", context, status=422 if problems else 200)
