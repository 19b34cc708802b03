"""The review queue: what waits for a decision, money at risk first; one proposal; and the answers to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.models import Change, Person, Proposal, policies_of
from campaigns.services import deciding, looks
from campaigns.services.desk import Card, list_cards, person_looks, rank, read_card
from campaigns.services.errors import NotWellFormed, ServiceError
from campaigns.sync.clock import read_now
from campaigns.web.guard import is_fragment, page, person_of, status_of
from campaigns.web.proposal_cards import DECIDED, UNDECIDED, Shown, show_card

PAGE = 25
OVER_SHOWN = 200  # of what is decided and done
FILTERS = ("q", "account", "who")
TABS: Mapping[str, tuple[str, Sequence[str]]] = {
    "open": ("To decide", UNDECIDED),
    "waiting": ("Decided, not gone out", DECIDED),
    "over": ("Over", [state for state in Proposal.State.values if state not in Proposal.OPEN_STATES]),
}
KEYS = (
    ("j k", "Next and previous proposal"),
    ("Space", "Open and close its details"),
    ("a", "Approve…"),
    ("w", "Let it wait for the lock…"),
    ("r", "Return…"),
    ("x", "Refuse…"),
    ("v", "Viewed"),
)
SERVICES: Mapping[str, Any] = {
    "approve": deciding.approve,
    "bounds": deciding.approve,
    "return": deciding.send_back,
    "refuse": deciding.refuse,
    "wait": deciding.wait,
    "accept": deciding.accept,
    "withdraw": deciding.withdraw,
}
DONE = {
    "return": "Returned to {0}.",
    "refuse": "Refused. {0} is told.",
    "wait": "It goes by itself when the lock opens, judged again then.",
    "withdraw": "Taken back.",
}


@page
def show_queue(request: HttpRequest) -> HttpResponse:
    """The filters stand in the address; what is to be decided comes first."""
    person = person_of(request)
    given = {name: request.GET.get(name, "").strip()[:200] for name in FILTERS}
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "open"
    counts = queries.count_proposals(person)
    found = Paginator(_rank(person, tab, given), PAGE).get_page(request.GET.get("page"))
    filters = {name: value for name, value in given.items() if value}
    context = {
        "shown": show_cards(list_cards(person, list(found.object_list)), person),
        "page": found,
        "tab": tab,
        "tabs": [
            (key, title, sum(counts.get(state, 0) for state in states), urlencode(filters | {"tab": key}))
            for key, (title, states) in TABS.items()
        ],
        "total": sum(counts.values()),
        "filters": given,
        "address": urlencode(filters | {"tab": tab}),
        "rest": urlencode(
            {"state": TABS[tab][1][0]} | ({"advertiser_id": given["account"]} if given["account"] else {})
        ),
        "page_keys": KEYS,
    }
    return render(request, "proposals/page.html", context)


@page
def show_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal with all that happened to it."""
    return _draw(request, pk)


@page
def answer(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """GET asks in words that name account, amount and zone; POST answers at the version that was looked at."""
    person = person_of(request)
    shown = _find(person, pk)
    if act not in SERVICES:
        raise Http404("no such answer")
    if request.method != "POST":
        return _draw(request, pk, act=act)
    try:
        proposal = SERVICES[act](
            actor=person,
            door=Change.Door.PAGE,
            proposal=shown.proposal,
            version=_read_version(request),
            now=read_now(),
            **_read_answer(request, act, shown),
        )
    except ServiceError as error:
        retry = isinstance(error, NotWellFormed) or status_of(error) == 422
        return _draw(request, pk, act=act if retry else "", error=error, status=status_of(error))
    said = _say(act, proposal)
    if is_fragment(request):
        return _draw(request, pk, said=said)
    messages.success(request, said)
    return redirect("proposal", pk=pk)


@page
@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a proposal as viewed, or no longer."""
    person = person_of(request)
    proposal = _find(person, pk).proposal
    looks.set_look(
        person=person,
        proposal=proposal,
        version=_read_version(request),
        viewed=request.POST.get("viewed") == "1",
    )
    return _draw(request, pk) if is_fragment(request) else redirect("proposals")


def _rank(person: Person, tab: str, given: Mapping[str, str]) -> Sequence[int]:
    """Our ids of what the tab and the filters leave, in the tab's order."""
    rows = queries.search_proposals(
        queries.visible_proposals(person).filter(state__in=TABS[tab][1]),
        text=given["q"],
        advertiser_id=given["account"],
        asked_by=given["who"],
    )
    if tab != "over":
        return rank(rows)
    return list(rows.order_by("-changed_at", "-pk").values_list("pk", flat=True)[:OVER_SHOWN])


def show_cards(cards: Sequence[Card], person: Person) -> list[Shown]:
    """Cards in words, each with the answers that the person may give."""
    roles = queries.roles_of(person)
    policies = policies_of({card.proposal.advertiser_id for card in cards})
    return [
        show_card(
            card,
            person=person,
            role=roles[card.proposal.advertiser_id],
            policy=policies[card.proposal.advertiser_id],
        )
        for card in cards
    ]


def _find(person: Person, pk: int) -> Shown:
    """One of another account does not exist: 404."""
    proposal = queries.visible_proposals(person).filter(pk=pk).first()
    if proposal is None:
        raise Http404("no such proposal among the person's accounts")
    viewed = (proposal.pk, proposal.version) in set(person_looks(person, [proposal]))
    return show_cards([read_card(proposal, viewed=viewed)], person)[0]


def _draw(
    request: HttpRequest,
    pk: int,
    *,
    act: str = "",
    said: str = "",
    error: ServiceError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The card as it stands, alone for htmx; with the question of an answer, and what went wrong."""
    shown = _find(person_of(request), pk)
    context = {
        "one": shown,
        "act": act if act in shown.acts else "",
        "typed": request.POST,
        "said": said,
        "error": error,
        "problems": getattr(error, "problems", ()),
        "findings": getattr(error, "findings", ()),
        "now": read_now(),
        "page_keys": KEYS,
    }
    template = "proposals/card.html" if is_fragment(request) else "proposals/one.html"
    return render(request, template, context, status=status)


def _read_version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _read_answer(request: HttpRequest, act: str, shown: Shown) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if act in ("approve", "bounds", "return", "refuse", "wait"):
        given["comment"] = request.POST.get("comment", "")
    if act == "bounds":
        names = ("member", "least", "most", "raise_by")
        given["bounds"] = {name: request.POST.get(name, "").strip() for name in names} | {
            "until": _read_local(request.POST.get("until", "").strip(), shown.account.zone)
        }
    if act == "return":
        given["counters"] = _read_counters(request, shown) or None
    return given


def _read_counters(request: HttpRequest, shown: Shown) -> dict[int, dict[str, str]]:
    counters: dict[int, dict[str, str]] = {}
    for row in shown.items:
        for line in row.lines:
            typed = request.POST.get(line.field, "").strip() if line.field else ""
            if typed:
                counters.setdefault(row.item.position, {})[line.path] = typed
    return counters


def _read_local(text: str, zone: str) -> datetime | str:
    """A local time of the account; what is none stays as it was typed, to be refused with its name."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return text
    return local if local.tzinfo else local.replace(tzinfo=ZoneInfo(zone))


def _say(act: str, proposal: Proposal) -> str:
    """What became of an answer."""
    if act in DONE:
        return DONE[act].format(proposal.asked_by.display_name)
    match proposal.state:
        case Proposal.State.BOUNDED:
            return "Approved within bounds: it goes by itself once the live value lies in them."
        case Proposal.State.STOPPED:
            return "It stopped on its way; the receipts say how far it went."
    return "Approved: it is on its way to TikTok."
