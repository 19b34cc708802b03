"""Undoing an act on a draft from the grid, and doing it again; and where in the grid an act shows."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.models import Change
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.bulk import undo_bulk
from campaigns.services.errors import WrongState
from campaigns.sync.clock import read_now
from campaigns.web.builder_screen import find_tree
from campaigns.web.grid import read_context
from campaigns.web.grid_rows import find_back, read_level
from campaigns.web.grid_screen import draw_grid
from campaigns.web.guard import is_fragment, page, person_of, status_of

SAID = {"undo": "Undone. ⌘⇧Z does it again.", "redo": "Done again. ⌘Z takes it back."}


@page
@require_POST
def undo_act(request: HttpRequest, pk: int) -> HttpResponse:
    """`act` is our number of a change of this draft; what was undone is undone in turn by the number of the undoing."""
    now, person = read_now(), person_of(request)
    campaign = find_tree(request, pk)
    require(person, campaign.advertiser, Act.DRAFT)
    number, level = request.POST.get("act", ""), read_level(request.POST)
    acts = queries.visible_changes(person).filter(campaign_ref=pk)
    change = acts.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    if change is None:
        raise Http404("no such act on this draft")
    back = find_back(request, campaign, level)
    error: WrongState | None = None
    undone: Change | None = None
    try:
        undone = undo_bulk(actor=person, door=Change.Door.PAGE, campaign=campaign, change=change, now=now)
        messages.success(request, SAID.get(request.POST.get("verb", ""), SAID["undo"]))
    except WrongState as raised:
        error = raised
        messages.warning(request, f"Not undone. {error.message}")
    if not is_fragment(request):
        return redirect(back)
    request.GET = QueryDict(back.partition("?")[2])
    screen = draw_grid(request, find_tree(request, pk), level, now)
    context = read_context(request, screen) | {"fragment": True}
    if undone is not None:
        context |= {"act": undone.pk, "goto": screen.find_changed(undone.after or {})}
    return render(request, "grid/redrawn.html", context, status=status_of(error) if error else 200)
