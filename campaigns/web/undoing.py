"""Undo: what a change replaced is typed again and goes through the same gate as anything typed, as a change of its own.

In a draft it is put back where nobody changed it since.
"""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.models import Campaign, Change, Thing
from campaigns.models.campaign import State
from campaigns.rules.authority import Act
from campaigns.rules.lifecycle import SWITCH
from campaigns.services.access import require
from campaigns.services.bulk import undo_bulk
from campaigns.services.errors import WrongState
from campaigns.services.wanted import name_target
from campaigns.sync.clock import read_now
from campaigns.web import schedules
from campaigns.web.changing import answer_typed, list_fields
from campaigns.web.errors import find_way_back
from campaigns.web.guard import find_campaign, page, person_of
from campaigns.web.rows import read_amount
from campaigns.web.switches import find_target


@page
@require_POST
def undo_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it raises what can be spent it asks, as any raise does. Raises WrongState where it was changed again since."""
    person = person_of(request)
    change = queries.visible_changes(person).filter(pk=pk, campaign_ref__isnull=False).first()
    if change is None or not change.before or not change.after:
        raise Http404("nothing of the person's accounts that could be undone")
    campaign = find_campaign(
        request, change.campaign_ref or 0, queries.with_tree(queries.visible_campaigns(person))
    )
    if campaign.state == State.DRAFT:
        undo_bulk(actor=person, door=Change.Door.PAGE, campaign=campaign, change=change, now=read_now())
        messages.success(request, "Undone: it stands as before.")
        return redirect(find_way_back(request) or reverse("grid", args=[campaign.pk]))
    require(person, campaign.advertiser, Act.EDIT)
    thing, changes = _find_act(change, campaign)
    typed = QueryDict(mutable=True)
    moved = []
    for one in changes:
        target = find_target(campaign, one.target)
        now, done, past = (
            _show(target, campaign, wanted)
            for wanted in (
                target.wanted,
                {**target.wanted, **(one.after or {})},
                {**target.wanted, **(one.before or {})},
            )
        )
        names = list(one.after or ())
        if any(not _same(now.get(name), done.get(name)) for name in names):
            raise WrongState(
                f"{target.label} was changed again since. Look at how it stands, and change that."
            )
        if target == thing:
            typed.update({name: past[name] for name in names if name in past})
        else:
            moved.append(past)
    typed.update(schedules.find_past(moved))
    version = campaign.tree_version if isinstance(thing, Campaign) else thing.version
    typed.update({"version": str(version), "act": "quick", "back": ""})
    return answer_typed(request, campaign, thing, typed)


def _find_act(change: Change, campaign: Campaign) -> tuple[Thing, list[Change]]:
    """The object whose form it was typed in, and what was changed by it: a schedule of all ad groups was the campaign's."""
    booked = Change.objects.filter(
        campaign_ref=campaign.pk, actor=change.actor, at=change.at, act=change.act, door=change.door
    )
    moves = [one for one in booked if one.target != "campaign" and set(one.after or ()) <= schedules.MEMBERS]
    moved = {one.target for one in moves}
    if moved != {name_target(group) for group in schedules.list_running(campaign)} or not (
        change in moves or change.target == "campaign"
    ):
        return find_target(campaign, change.target), [change]
    return campaign, [*(one for one in booked if one.target == "campaign"), *moves]


def _show(thing: Thing, campaign: Campaign, wanted: Mapping[str, Any]) -> dict[str, str]:
    """The object's fields with these members, as they are typed."""
    seen = copy(thing)
    seen.wanted = dict(wanted)
    seen.name = str(wanted.get(thing.level.name_member) or "")
    fields = {field.name: field.current for field in list_fields(seen, campaign, {})}
    return {**fields, SWITCH: seen.wanted_switch}


def _same(one: str | None, other: str | None) -> bool:
    left, right = read_amount(one), read_amount(other)
    return left == right if left is not None and right is not None else one == other
