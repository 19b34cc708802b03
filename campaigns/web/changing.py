"""Changing one live object: typed, looked at with what it means for money, then sent. Works in two plain steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from campaigns import queries
from campaigns.contract.choices import SPREAD_BY_TIKTOK
from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import Ad, AdGroup, Campaign, Change, Person, Proposal, Thing
from campaigns.rules.authority import Act
from campaigns.rules.lifecycle import SWITCH
from campaigns.services import proposing
from campaigns.services.access import require
from campaigns.services.edits import Edit, EditJudgement, judge_edits
from campaigns.services.errors import NotWellFormed, Refused, ServiceError, Stale, Unconfirmed
from campaigns.services.wanted import name_target
from campaigns.sync.clock import read_now
from campaigns.web import schedules
from campaigns.web.changing_creatives import DRAWN, draw_creatives, read_creatives
from campaigns.web.changing_looks import RAISE, escalates, list_said, show_judgement
from campaigns.web.guard import find_campaign, is_fragment, name_decider, page, person_of, status_of
from campaigns.web.learning_ledger import price_edit, read_notes
from campaigns.web.pending import read_pending
from campaigns.web.switches import find_target
from campaigns.web.views import lead_to

_LABELS = {
    "budget": "Budget",
    "bid_price": "Price of a click at most",
    "conversion_bid_price": "Price of a result at most",
    "roas_bid": "Return on ad spend at least",
    schedules.START: "Start",
    schedules.END: "End",
    "ad_text_list": "Texts, one in each line",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One member that may change. `typed` is what stands in the input, `current` what stood there when it was drawn."""

    name: str
    label: str
    kind: str  # text, amount, moment, lines
    current: str
    typed: str
    problem: str = ""


@page
@require_http_methods(["GET", "POST"])
def change_thing(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and the first POST draw the form; the second POST, with the ticks, sends it."""
    person = person_of(request)
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    require(person, campaign.advertiser, Act.EDIT)
    given = request.POST if request.method == "POST" else request.GET
    target = given.get("target", "campaign")
    thing = find_target(campaign, target)
    if request.method != "POST":
        return _draw(request, _read_context(person, campaign, thing, request.GET))
    return answer_typed(request, campaign, thing, request.POST)


def _read_context(person: Person, campaign: Campaign, thing: Thing, given: QueryDict) -> dict[str, Any]:
    if not thing.remote_id or thing.is_removed:
        raise Http404("it is not at TikTok")
    return {
        "campaign": campaign,
        "account": campaign.advertiser,
        "thing": thing,
        "target": name_target(thing),
        "version": campaign.tree_version if thing == campaign else thing.version,
        "fields": list_fields(thing, campaign, {}),
        "status": thing.wanted_switch,
        "schedules": schedules.count_schedules(campaign) if thing == campaign else 0,
        "back": given.get("back"),
        "anew": DRAWN
        in given,  # once it was changed elsewhere, its places are those of another list: it is drawn anew
        "creatives": read_creatives(thing, given, read_now()) if isinstance(thing, Ad) else None,
        **read_notes(thing, now=read_now()),
        **read_pending(person, campaign),
    }


def answer_typed(request: HttpRequest, campaign: Campaign, thing: Thing, typed: QueryDict) -> HttpResponse:
    """Looks at what was typed, or sends it. A quick one goes at once where neither money nor a manager has to be asked."""
    context, now = _read_context(person_of(request), campaign, thing, typed), read_now()
    zone = ZoneInfo(campaign.advertiser.zone)
    context["fields"] = list_fields(thing, campaign, typed)
    context["status"] = typed.get(SWITCH, thing.wanted_switch)
    context["reason"] = typed.get("reason", "")
    context["hurried"] = "emergency" in typed
    creatives = context.get("creatives")
    version = typed.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() else 0
    moved = None if seen == context["version"] else _say_moved(context)
    if moved and context["anew"]:
        # the version stays that of what was typed over: no look renews it
        context |= {"version": seen, "stale": True, "error": moved.message}
        return _draw(request, context, status=_status(moved))
    emergency = context["reason"].strip() if context["hurried"] else ""
    changes = _read_changes(thing, context["fields"], typed, zone) | (creatives.changes if creatives else {})
    if creatives and creatives.acted:
        return _draw(request, context)
    if not changes:
        context["error"] = "Nothing is different from what stands."
        return _draw(request, context, status=422)
    edits = _compose_edits(campaign, thing, changes, seen)
    ticked = frozenset(typed.getlist("confirm"))
    try:
        if any(edit.thing != thing for edit in edits) and seen != campaign.tree_version:
            raise Stale("The campaign was changed meanwhile. Look at it again.", campaign.tree_version)
        judgement = judge_edits(campaign=campaign, edits=edits, now=now, emergency=emergency)
        context["may_hurry"] = context["hurried"] or _may_hurry(campaign, edits, judgement, now)
        context |= show_judgement(campaign, judgement, ticked) | {"judged": judgement.findings}
        context["cost"] = price_edit(thing, judgement, campaign, now=now)
        raises = judgement.raises_exposure and RAISE not in ticked
        quick = typed.get("act") == "quick" and not escalates(judgement)
        if not (quick or typed.get("act") == "send") or judgement.refused:
            if moved:
                context["error"] = moved.message
            told = _status(moved) if moved else 200
            return _draw(request, context, status=422 if judgement.refused else told)
        if context["hurried"] and not emergency:
            raise Unconfirmed("Say why it cannot wait: the manager reads it beside what was done.", ())
        if raises:
            raise Unconfirmed("This raises what can be spent: say yes to that first.", ())
        yes = list_said(judgement.findings, ticked)
        booked = proposing.change_or_propose(
            actor=person_of(request),
            door=Change.Door.PAGE,
            edits=edits,
            acknowledged=yes,
            reason=context["reason"],
            emergency=emergency,
            now=now,
        )
    except NotWellFormed as error:
        problems = {item.path.rpartition("/")[2]: item.message for item in error.problems}
        context["fields"] = [_with_problem(field, problems) for field in context["fields"]]
        context["error"] = error.message
        return _draw(request, context, status=422)
    except (Refused, Unconfirmed, Stale) as error:
        context["error"] = error.message
        if isinstance(error, Stale):
            context |= {"version": seen if context["anew"] else error.current, "stale": True}
        return _draw(request, context, status=_status(error))
    if isinstance(booked, Proposal):
        messages.success(
            request,
            f"The change of {thing.label} waits for {name_decider(person_of(request), campaign.advertiser)}.",
        )
        return redirect("proposal", pk=booked.pk)
    own = next((item for item in booked if item.target == name_target(thing)), booked[0])
    undo = reverse("change-undo", args=[own.pk])
    messages.success(request, f"The change of {thing.label} is on its way to TikTok.", extra_tags=undo)
    back = reverse("campaign", args=[campaign.pk]) if context["back"] is None else lead_to(context["back"])
    return HttpResponseClientRedirect(back) if is_fragment(request) else redirect(back)


def _draw(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page; for htmx a row of the list."""
    template = "home/edit_row.html" if is_fragment(request) else "campaign/change.html"
    if creatives := context.get("creatives"):
        campaign, found = context["campaign"], context.get("judged", ())
        context |= draw_creatives(campaign, creatives, person_of(request), found, read_now())
    return render(request, template, context, status=status)


def _say_moved(context: Mapping[str, Any]) -> Stale:
    label, stands = context["thing"].label, context["version"]
    if context["anew"]:
        said = "What you typed stands below, over creatives that may be others now, so nothing of it is sent."
    else:
        said = "What is typed here is compared with what stands now."
    return Stale(f"{label} was changed meanwhile. {said}", stands)


def _may_hurry(campaign: Campaign, edits: Sequence[Edit], judgement: EditJudgement, now: datetime) -> bool:
    """Whether an emergency would let through what must be asked for otherwise (L2)."""
    if not escalates(judgement):
        return False
    return not escalates(judge_edits(campaign=campaign, edits=edits, now=now, emergency="asked for"))


def _status(error: ServiceError) -> int:
    return 422 if isinstance(error, Unconfirmed) else status_of(error)


def _compose_edits(campaign: Campaign, thing: Thing, changes: dict[str, Any], seen: int) -> list[Edit]:
    """A schedule typed for the campaign is one of all its ad groups."""
    if not isinstance(thing, Campaign):
        return [Edit(thing, schedules.complete(changes), seen)]
    own, moved = schedules.split(campaign, changes)
    return [*([Edit(thing, own, seen)] if own else []), *moved]


def list_fields(thing: Thing, campaign: Campaign, typed: Mapping[str, str]) -> Sequence[Field]:
    """What of the object may be changed on a page, as it stands in its row, and as typed."""
    wanted, zone = thing.wanted, ZoneInfo(campaign.advertiser.zone)
    fields = [(thing.level.name_member, "Name", "text", thing.name)]
    pooled = campaign.wanted.get("budget_optimize_on") is not False
    if wanted.get("budget") and not (isinstance(thing, AdGroup) and pooled):
        fields.append(("budget", _LABELS["budget"], "amount", str(wanted["budget"])))
    if isinstance(thing, AdGroup):
        fields += [
            (name, _LABELS[name], "amount", str(wanted[name]))
            for name in SPREAD_BY_TIKTOK
            if wanted.get(name)
        ]
    if not isinstance(thing, Ad):
        moments = schedules.list_moments(thing, zone)
        fields += [(name, _LABELS[name], "moment", local) for name, local in moments]
    if isinstance(thing, Ad) and wanted.get("ad_text_list"):
        texts = "\n".join(str(item.get("ad_text", "")) for item in wanted["ad_text_list"])
        fields.append(("ad_text_list", _LABELS["ad_text_list"], "lines", texts))
    return [
        Field(name, label, kind, current, typed.get(name, current)) for name, label, kind, current in fields
    ]


def _read_changes(
    thing: Thing, fields: Sequence[Field], typed: Mapping[str, str], zone: ZoneInfo
) -> dict[str, Any]:
    """The members that were typed otherwise than they stand."""
    changes: dict[str, Any] = {}
    for field in fields:
        given = field.typed.strip().replace("\r\n", "\n")
        if given != field.current.strip():
            changes[field.name] = _read(field.kind, given, zone)
    status = typed.get(SWITCH, "")
    if status in (ENABLE, DISABLE) and status != thing.wanted_switch:
        changes[SWITCH] = status
    return changes


def _read(kind: str, given: str, zone: ZoneInfo) -> Any:
    if kind == "lines":
        return [{"ad_text": line.strip()} for line in given.split("\n") if line.strip()]
    if kind == "moment":
        try:
            local = datetime.fromisoformat(given)
        except ValueError:
            return given  # the services say what is wrong with it
        return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC).isoformat()
    return given or None


def _with_problem(field: Field, problems: Mapping[str, str]) -> Field:
    return Field(
        field.name, field.label, field.kind, field.current, field.typed, problems.get(field.name, "")
    )
