"""Drift of all accounts on one page: field by field or a campaign at once, keep ours or take theirs. Works without script."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.models import Campaign, Change, Person, Proposal
from campaigns.models.campaign import State
from campaigns.rules.authority import Act
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.asked import find_waiting
from campaigns.services.drifting import Left, keep_ours, take_theirs
from campaigns.services.errors import ServiceError, Unconfirmed, count_things
from campaigns.sync.attribution import Origin, attribute_drift
from campaigns.sync.clock import read_now
from campaigns.sync.drift import EXISTENCE, STRANGER, Drift, find_drift
from campaigns.web.guard import acts_for, name_decider, page, person_of
from campaigns.web.values import list_places

PAGE = 20  # campaigns; each is compared with what TikTok holds
KEEP, TAKE = "keep", "take"


@dataclass(frozen=True, slots=True)
class Line:
    """One difference, its place and both sides in words. `key` names it in the form; `waits` is an open proposal that sets it."""

    key: str
    drift: Drift
    place: str
    wanted: str
    remote: str
    origin: Origin | None
    ticked: bool
    waits: Proposal | None

    @property
    def stranger(self) -> int | None:
        """Our id of what was made elsewhere: it has a page with its own two ways out, and is never ticked along."""
        return int(self.drift.path.partition("/")[2]) if self.drift.member == STRANGER else None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a campaign's act was not done; `findings` are those that a yes would settle."""

    message: str
    findings: tuple[Finding, ...]
    asks: bool


@dataclass(frozen=True, slots=True)
class Card:
    """`gone`: the campaign itself was deleted at TikTok, and not by us."""

    campaign: Campaign
    lines: tuple[Line, ...]
    may_act: bool
    may_keep: bool
    may_take: bool
    gone: bool
    trouble: Trouble | None


@page
@require_http_methods(["GET", "POST"])
def show_drift(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    account = request.GET.get("account", "").strip()[:100]
    here = reverse("drift") + (f"?{urlencode({'account': account})}" if account else "")
    if request.method == "GET":
        return render(request, "drift/page.html", _read(request, person, account, {}, frozenset()))
    act, _, whole = request.POST.get("act", "").partition(":")
    picked = frozenset(request.POST.getlist("pick"))
    orders = _read_orders(person, whole, picked)
    if act not in (KEEP, TAKE) or not orders:
        messages.warning(request, "Tick what you want to decide, then choose.")
        return redirect(here)
    troubles = _carry_out(request, person, act, orders)
    if not troubles:
        return redirect("today" if "from_home" in request.POST else here)
    context = _read(request, person, account, troubles, picked) | {"act": request.POST.get("act", "")}
    return render(request, "drift/page.html", context, status=422)


def _read_orders(
    person: Person, whole: str, picked: Iterable[str]
) -> list[tuple[Campaign, list[str] | None]]:
    """The campaigns that were chosen, each with its paths; None = all of it. Those one may not see do not exist."""
    chosen: dict[str, list[str] | None] = {}
    if whole:
        chosen[whole] = None
    else:
        for key in picked:
            pk, _, path = key.partition(":")
            paths = chosen.setdefault(pk, [])
            assert paths is not None
            paths.append(path)
    campaigns = queries.list_drifting(person).filter(pk__in=[pk for pk in chosen if pk.isdecimal()])
    return [(campaign, chosen[str(campaign.pk)]) for campaign in campaigns]


def _carry_out(
    request: HttpRequest, person: Person, act: str, orders: list[tuple[Campaign, list[str] | None]]
) -> dict[int, Trouble]:
    """Each campaign is an act of its own: what one may not do leaves the others done."""
    yes = frozenset(_read_yes(request.POST.getlist("yes")))
    troubles: dict[int, Trouble] = {}
    done = accepted = ended = 0
    asked: Counter[str] = Counter()
    for campaign, paths in orders:
        given: dict[str, Any] = {
            "actor": person,
            "door": Change.Door.PAGE,
            "campaign": campaign,
            "paths": paths,
            "now": read_now(),
        }
        own = frozenset((rule, path) for pk, rule, path in yes if pk == campaign.pk)
        try:
            if act == KEEP:
                kept = keep_ours(acknowledged=own, **given)
                _tell_left(request, campaign, kept.left)
                asked[name_decider(person, campaign.advertiser)] += kept.proposal is not None
                done += kept.proposal is None or bool(kept.changes)
            else:
                taken = take_theirs(**given)
                _tell_left(request, campaign, taken.left)
                _tell_findings(request, campaign, taken.findings)
                ended += len(taken.ended)
                gone = bool(taken.changes) and all(EXISTENCE in (row.after or {}) for row in taken.changes)
                accepted += gone
                done += not gone
        except ServiceError as error:
            asks = isinstance(error, Unconfirmed)
            troubles[campaign.pk] = Trouble(error.message, getattr(error, "findings", ()), asks)
    if done:
        what = "Ours is on its way to TikTok" if act == KEEP else "TikTok's values are wanted from now on"
        messages.success(request, f"{what}: {count_things(done, 'campaign')}.")
    if ended:
        messages.success(
            request, f"Ended with it, because ours was asked for: {count_things(ended, 'proposal')}."
        )
    if accepted:
        what = "What was deleted at TikTok is accepted as gone"
        messages.success(request, f"{what}: {count_things(accepted, 'campaign')}.")
    for decider, count in (+asked).items():
        messages.success(request, f"Keeping ours waits for {decider}: {count_things(count, 'campaign')}.")
    return troubles


def _tell_left(request: HttpRequest, campaign: Campaign, left: Sequence[Left]) -> None:
    """What was not decided along, and why; the page shows all of it still."""
    if left:
        more = f" And {len(left) - 1} more." if len(left) > 1 else ""
        messages.warning(request, f"Left as it is in {campaign.label}: {left[0].message}{more}")


def _tell_findings(request: HttpRequest, campaign: Campaign, findings: Iterable[Finding]) -> None:
    grave = [item for item in findings if item.level is FindingLevel.REFUSE]
    if grave:
        said = f"Our rules refuse what TikTok holds of {campaign.label}: {grave[0].message}"
        messages.warning(request, f"{said} It is kept among the surprises.")


def _read_yes(given: Iterable[str]) -> Iterable[tuple[int, str, str]]:
    for text in given:
        pk, _, rest = text.partition("|")
        rule, _, path = rest.partition("|")
        if pk.isdecimal():
            yield int(pk), rule, path


def _read(
    request: HttpRequest,
    person: Person,
    account: str,
    troubles: dict[int, Trouble],
    picked: frozenset[str],
) -> dict[str, Any]:
    found = queries.list_drifting(person)
    if account:
        found = found.filter(advertiser__advertiser_id=account)
    shown = Paginator(queries.with_tree(found), PAGE).get_page(request.GET.get("page"))
    cards = [make_card(person, campaign, troubles.get(campaign.pk), picked) for campaign in shown]
    told = [card for card in cards if card.lines]
    stopped = queries.search_campaigns(queries.visible_campaigns(person), state=State.NEEDS_PERSON)
    return {
        "cards": told,
        "may_act": any(card.may_act and card.may_take for card in told),
        "moving": len(cards) - len(told),  # what differs there is on its way to what we want
        "stopped": 0 if told else stopped.count(),
        "page": shown,
        "account": account,
        "address": urlencode({"account": account}) if account else "",
        "tab": "drift",
    }


def make_card(
    person: Person,
    campaign: Campaign,
    trouble: Trouble | None = None,
    picked: frozenset[str] = frozenset(),
) -> Card:
    """A campaign with its differences; no lines where a reading has ended them since. Ad groups and ads come along."""
    drifts = find_drift(campaign)
    origins = attribute_drift(campaign, drifts)
    waiting = find_waiting(campaign, drifts)
    lines = tuple(
        Line(
            key,
            item,
            place,
            wanted,
            remote,
            origins.get(item.path),
            key in picked,
            waiting[item.path].proposal if item.path in waiting else None,
        )
        for item, place, wanted, remote in list_places(drifts, campaign.advertiser)
        for key in (f"{campaign.pk}:{item.path}",)
    )
    kept = {path for path, asked in waiting.items() if asked.keeps}
    acts = acts_for(person, campaign.advertiser)
    return Card(
        campaign,
        lines,
        may_act=acts[Act.EDIT],
        may_keep=any(item.member not in (EXISTENCE, STRANGER) and item.path not in kept for item in drifts),
        may_take=any(item.member != STRANGER for item in drifts),
        gone=any(item.member == EXISTENCE and item.target == "campaign" for item in drifts),
        trouble=trouble,
    )
