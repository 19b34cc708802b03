"""The builder: one object of a tree at a time, saved as it is typed. Works as a plain form without script."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.contract.levels import Level
from campaigns.models import Ad, AdGroup, Campaign, Thing
from campaigns.services import branches, drafts
from campaigns.services.errors import Forbidden, ServiceError, WrongState
from campaigns.sync.clock import read_now
from campaigns.web.builder_actions import act_on
from campaigns.web.builder_form import BoundField, draw_form
from campaigns.web.builder_saving import Outcome, save_form
from campaigns.web.builder_screen import Screen, draw_screen, find_object, find_tree, plain_scene
from campaigns.web.guard import page, person_of, status_of


@page
@require_http_methods(["GET", "HEAD", "POST"])
def build_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    return _build(request, pk, Level.CAMPAIGN, pk)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def build_adgroup(request: HttpRequest, pk: int, adgroup_id: int) -> HttpResponse:
    return _build(request, pk, Level.ADGROUP, adgroup_id)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def build_ad(request: HttpRequest, pk: int, ad_id: int) -> HttpResponse:
    return _build(request, pk, Level.AD, ad_id)


def _build(request: HttpRequest, pk: int, level: Level, thing_id: int) -> HttpResponse:
    now = read_now()
    campaign = find_tree(request, pk)
    thing = find_object(campaign, level, thing_id)
    if request.method == "POST":
        return _save(request, campaign, thing, now)
    screen = draw_screen(request, campaign, thing, now, at=request.GET.get("at", ""))
    return render(request, "builder/build.html", screen.as_context())


def _save(request: HttpRequest, campaign: Campaign, thing: Thing, now: datetime) -> HttpResponse:
    level, thing_id = thing.level, thing.pk
    action = request.POST.get("action", "")
    scene = plain_scene(campaign, thing)
    form = draw_form(thing, scene)
    error: ServiceError | None = None
    focus: str | None = None
    try:
        outcome = save_form(
            actor=person_of(request),
            thing=thing,
            form=form,
            scene=scene,
            posted=request.POST,
            base=request.POST.get("base", ""),
            version=request.POST.get("version", ""),
            choice=action if action.startswith(("keep:", "take:")) else "",
            now=now,
        )
        if not outcome.conflicts and action:
            campaign = find_tree(request, campaign.pk)
            focus = act_on(
                actor=person_of(request),
                campaign=campaign,
                thing=find_object(campaign, level, thing_id),
                action=action,
                now=now,
            )
            if focus is not None:
                outcome = Outcome({}, {}, saved=True)
    except Forbidden:
        raise
    except ServiceError as raised:
        error = raised
        stored = form.show_all(thing.wanted, scene)
        outcome = Outcome(form.read_posted(request.POST, stored), stored)
    campaign = find_tree(request, campaign.pk)
    screen = draw_screen(
        request, campaign, find_object(campaign, level, thing_id), now, outcome=outcome, at=focus or ""
    )
    return _answer(request, screen, outcome, error, redraw=bool(action))


def _answer(
    request: HttpRequest, screen: Screen, outcome: Outcome, error: ServiceError | None, *, redraw: bool
) -> HttpResponse:
    status = status_of(error) if error else 409 if outcome.conflicts else 200
    if isinstance(error, WrongState):
        status = 422
    context = {**screen.as_context(), "error": error, "outcome": outcome, "now": read_now(), "fragment": True}
    if getattr(request, "htmx", False):
        if not redraw:
            context["grown"] = [item for item in screen.form.fields if _is_full(request, item)]
            drawn = {item.path for item in (*outcome.moved, *outcome.filled)}
            context["moved"] = [item for item in screen.form.fields if item.field.path in drawn]
        return render(
            request, "builder/redrawn.html" if redraw else "builder/saved.html", context, status=status
        )
    if error or outcome.conflicts:
        return render(request, "builder/build.html", context | {"fragment": False}, status=status)
    messages.success(request, "Saved." if outcome.saved else "Nothing was changed.")
    return HttpResponseRedirect(screen.place.href)


def _is_full(request: HttpRequest, item: BoundField) -> bool:
    """A list whose last empty input was typed into: it gets another one."""
    given = request.POST.getlist(item.field.inputs[0])
    room = not item.field.most or len(given) < item.field.most
    return item.control in ("rows", "pairs") and room and bool(given) and all(text.strip() for text in given)


@page
@require_POST
def change_structure(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds, copies and removes ad groups and ads."""
    now, actor = read_now(), person_of(request)
    campaign = find_tree(request, pk)
    verb, _, what = request.POST.get("act", "").partition("-")
    level = Level(what) if what in tuple(Level) else None
    if verb not in ("add", "copy", "remove") or level not in (Level.ADGROUP, Level.AD):
        raise Http404("no such act")
    number = request.POST.get("id", "")
    given = (
        find_object(campaign, *_named(verb, level, int(number)))
        if number.isascii() and number.isdigit()
        else campaign
    )
    made: Thing | None = None
    match verb, given:
        case "add", Campaign() if level is Level.ADGROUP:
            made = branches.add_adgroup(actor=actor, door="page", campaign=campaign, now=now)
        case "add", AdGroup():
            made = branches.add_ad(actor=actor, door="page", adgroup=given, now=now)
        case "copy", AdGroup():
            made = branches.add_adgroup(actor=actor, door="page", campaign=campaign, now=now, copy_of=given)
        case "copy", Ad():
            made = branches.add_ad(actor=actor, door="page", adgroup=given.adgroup, now=now, copy_of=given)
        case "remove", AdGroup():
            branches.remove_child(actor=actor, door="page", thing=given, now=now)
            messages.success(request, f"{given.label} and its ads were removed.")
            return redirect("builder", pk)
        case "remove", Ad():
            parent = given.adgroup
            branches.remove_child(actor=actor, door="page", thing=given, now=now)
            messages.success(request, f"{given.label} was removed.")
            return redirect("builder-adgroup", pk, parent.pk)
    match made:
        case AdGroup():
            return redirect("builder-adgroup", pk, made.pk)
        case Ad():
            return redirect("builder-ad", pk, made.pk)
    raise Http404("no such object in this campaign")


def _named(verb: str, level: Level, number: int) -> tuple[Level, int]:
    """An ad is added to the ad group that is named; copies and removals name the object itself."""
    return (Level.ADGROUP if verb == "add" else level, number)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then takes a draft away. The journal keeps its tree."""
    campaign = find_tree(request, pk)
    if request.method == "POST":
        name = campaign.label
        drafts.discard_draft(actor=person_of(request), door="page", campaign=campaign, now=read_now())
        messages.success(request, f"The draft {name} was discarded.")
        return redirect(reverse("home"))
    return render(request, "builder/discard.html", {"campaign": campaign, "account": campaign.advertiser})
