"""The grid of a draft, put together. Asks the database as often for one row as for nine hundred."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from campaigns.contract.levels import Level
from campaigns.models import Campaign, Thing
from campaigns.models.campaign import State
from campaigns.rules.findings import FindingLevel
from campaigns.services.judging import Judgement, judge_campaign
from campaigns.web.builder_library import Library, read_library
from campaigns.web.builder_screen import find_lock, is_fresh, may_draft
from campaigns.web.builder_tree import GRAVITY, PlanLine, Tree, count_plan, read_tree
from campaigns.web.grid_cells import Names
from campaigns.web.grid_layout import (
    ALL,
    Cell,
    Grid,
    Said,
    ask_words,
    attach,
    find_home,
    find_names,
    lay_out,
    narrow,
)
from campaigns.web.guard import person_of

AT = "at"  # names the act that one comes from, by our number
MEND = "mend"  # asks for the rows that have something to mend
PAGE = 150  # rows: five full ad groups; more inputs than that make a browser slow
LISTED = 80  # kinds of findings that are written out under the grid


@dataclass(slots=True)
class GridScreen:
    campaign: Campaign
    tree: Tree
    judgement: Judgement
    plan: PlanLine
    grid: Grid
    library: Library
    names: Mapping[str, Names]  # by the kind of suggestion
    said: list[Said]
    elsewhere: list[
        tuple[str, int, str]
    ]  # what is said of objects that are no row here: (whose, how many, where)
    lock: str  # why nothing can be typed here; "" = it can
    may_grow: bool
    to_mend: int  # rows that nothing leaves with
    narrowed: bool  # only those are seen
    page: int
    count: int  # rows of all pages

    @property
    def things(self) -> list[Thing]:
        """Of all rows, seen or not: what is one for all is saved against each."""
        return [place.thing for place in self.tree.places if place.level is self.grid.level]

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.count)

    def find_changed(self, paths: Iterable[str]) -> str:
        """The key of the cell where an act shows: the first one with something to mend, else the first; "" where none is seen."""
        rows = {row.place.path: row for row in self.grid.rows}
        over = self.grid.cells
        found: list[Cell] = []
        for path in paths:
            place = self.tree.owner(path)
            row = rows.get(path) or rows.get(place.path)
            if row is None:
                continue
            columns = {column.path: column for column in self.grid.columns}
            home = find_home(columns, place.relative(path)) if path not in rows else self.grid.columns[0].path
            for key in (f"{row.key}:{home}", f"{ALL}:{home}"):
                found += [over[key]] if key in over else []
        bad = (cell for cell in found if cell.gravest == FindingLevel.REFUSE)
        first = next(bad, found[0] if found else None)
        return first.key if first else ""

    @property
    def weighty(self) -> list[Said]:
        return [item for item in self.said if item.finding.level is not FindingLevel.ADVICE]

    @property
    def advice(self) -> list[Said]:
        return [item for item in self.said if item.finding.level is FindingLevel.ADVICE]


def address_of(level: Level, pk: int) -> str:
    return reverse("grid" if level is Level.ADGROUP else "grid-ads", args=[pk])


def draw_grid(
    request: HttpRequest,
    campaign: Campaign,
    level: Level,
    now: datetime,
    *,
    typed: Mapping[str, str] | None = None,
) -> GridScreen:
    """`campaign` comes with its tree prefetched; `typed` are texts that were not saved, by the keys of their cells."""
    judgement = judge_campaign(campaign=campaign, now=now)
    tree = read_tree(campaign, judgement.leaving, fresh=is_fresh(request, campaign))
    library = read_library(campaign.advertiser, level)
    person = person_of(request)
    editable = campaign.state == State.DRAFT or campaign.mends
    lock = "" if editable and may_draft(person, campaign) else find_lock(person, campaign, campaign)
    places = [place for place in tree.places if place.level is level]
    names = find_names(library)
    grid = lay_out(campaign, level, places, judgement.facts, request.GET.getlist("col"), library, names)
    if not lock:
        ask_words(grid, campaign, judgement.facts)
    said = attach(grid)
    to_mend = {item.row.key for item in said if item.finding.level is FindingLevel.REFUSE}
    narrowed = request.GET.get("only") == MEND
    if narrowed:
        # a row that was mended a moment ago stays until the page is opened anew
        grid = narrow(grid, to_mend | set(request.POST.get("shape", "").split("|")))
        seen = {row.key for row in grid.rows}
        said = [item for item in said if item.row.key in seen]
    count = len(grid.rows)
    page = _read_page(request.GET.get("page", ""), count)
    if count > PAGE:
        on_page = grid.rows[(page - 1) * PAGE : page * PAGE]
        here = {row.key for row in on_page}
        grid = narrow(grid, here)
        said = [item for item in said if item.row.key in here]
    cells = grid.cells
    for key, text in (typed or {}).items():
        if key in cells:
            cells[key].typed = text
    said.sort(key=lambda item: GRAVITY[item.finding.level])
    return GridScreen(
        campaign=campaign,
        tree=tree,
        judgement=judgement,
        plan=count_plan(judgement, tree),
        grid=grid,
        library=library,
        names=names,
        said=said,
        elsewhere=_count_elsewhere(tree, level, campaign),
        lock=lock,
        may_grow=not lock and campaign.state == State.DRAFT,
        to_mend=len(to_mend),
        narrowed=narrowed,
        page=page,
        count=count,
    )


def _read_page(text: str, count: int) -> int:
    most = max(1, -(-count // PAGE))
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _count_elsewhere(tree: Tree, level: Level, campaign: Campaign) -> list[tuple[str, int, str]]:
    counts = dict.fromkeys(Level, 0)
    for place in tree.places:
        counts[place.level] += sum(item.level is not FindingLevel.ADVICE for item in place.findings)
    homes = {
        Level.CAMPAIGN: ("the campaign", reverse("builder", args=[campaign.pk])),
        Level.ADGROUP: ("ad groups", address_of(Level.ADGROUP, campaign.pk)),
        Level.AD: ("ads", address_of(Level.AD, campaign.pk)),
    }
    return [
        (homes[kind][0], count, homes[kind][1])
        for kind, count in counts.items()
        if count and kind is not level
    ]
