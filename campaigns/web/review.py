"""The review: everything that a launch will send, what must be said yes to, and the button."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.contract.shape import write_members
from campaigns.models import Campaign
from campaigns.models.campaign import State
from campaigns.rules.authority import Act
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.errors import Refused, ServiceError, Stale, Unconfirmed
from campaigns.services.judging import Judgement, judge_campaign
from campaigns.services.launches import start_launch
from campaigns.sync.clock import read_now
from campaigns.sync.plan import Step
from campaigns.web.builder_notes import is_settled
from campaigns.web.builder_screen import find_tree, note_review
from campaigns.web.builder_tree import Place, Tree, count_plan, read_tree
from campaigns.web.guard import page, person_of
from campaigns.web.week import say_week

DRAWN_AT_ONCE = 30  # calls; beyond, each is fetched when it is opened
LISTED = 12  # places that a grouped finding names before it folds the rest


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with the place where it can be mended."""

    finding: Finding
    place: Place

    @property
    def href(self) -> str:
        return self.place.link_to(self.finding.path)


@dataclass(slots=True)
class Group:
    """Findings of one kind, said once. `key` names exactly these: a group that grew is asked about again."""

    lines: list[Line]
    key: str = ""
    ticked: bool = False
    focus: bool = False

    @property
    def first(self) -> Finding:
        return self.lines[0].finding

    @property
    def shown(self) -> list[Line]:
        return self.lines[:LISTED]

    @property
    def rest(self) -> list[Line]:
        return self.lines[LISTED:]


@page
@require_http_methods(["GET", "HEAD", "POST"])
def review_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = find_tree(request, pk)
    if request.method != "POST":
        if campaign.state != State.DRAFT and not campaign.mends:  # nothing is left to review
            return redirect("launch-progress" if campaign.state == State.LAUNCHING else "campaign", pk)
        return _draw(request, campaign)
    ticked = frozenset(request.POST.getlist("confirm"))
    version = request.POST.get("version", "")
    judgement = judge_campaign(campaign=campaign, now=read_now())
    groups = group_findings(judgement, read_tree(campaign, judgement.leaving), FindingLevel.CONFIRM)
    acknowledged = frozenset(
        (line.finding.rule, line.finding.path)
        for group in groups
        if group.key in ticked
        for line in group.lines
    )
    try:
        start_launch(
            actor=person_of(request),
            door="page",
            campaign=campaign,
            version=int(version) if version.isascii() and version.isdigit() else 0,
            acknowledged=acknowledged,
            now=read_now(),
        )
    except (Refused, Unconfirmed, Stale) as error:
        status = 409 if isinstance(error, Stale) else 422
        return _draw(request, find_tree(request, pk), ticked=ticked, error=error, status=status)
    return redirect("launch-progress", pk)


@page
@require_http_methods(["GET", "HEAD"])
def show_step(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields of one call, for a tree too big to draw them all."""
    campaign = find_tree(request, pk)
    judgement = judge_campaign(campaign=campaign, now=read_now())
    step = next((step for step in judgement.plan.steps if step.path == request.GET.get("path", "")), None)
    if step is None:
        raise Http404("the plan makes no such object")
    context = {"fields": list_fields(step), "account": campaign.advertiser}
    return render(request, "builder/step.html", context)


def _draw(
    request: HttpRequest,
    campaign: Campaign,
    *,
    ticked: frozenset[str] = frozenset(),
    error: ServiceError | None = None,
    status: int = 200,
) -> HttpResponse:
    note_review(request, campaign)
    judgement = judge_campaign(campaign=campaign, now=read_now())
    tree = read_tree(campaign, judgement.leaving)
    confirms = group_findings(judgement, tree, FindingLevel.CONFIRM)
    for group in confirms:
        group.ticked = group.key in ticked
    if isinstance(error, Unconfirmed):
        unsaid = next((group for group in confirms if not group.ticked), None)
        if unsaid is not None:
            unsaid.focus = True
    open_path = request.GET.get("open")
    may_launch = campaign.advertiser in queries.accounts_for(person_of(request), Act.LAUNCH)
    context = {
        "campaign": campaign,
        "account": campaign.advertiser,
        "tree": tree,
        "plan": count_plan(judgement, tree),
        "exposure": judgement.plan.exposure,
        "why": say_exposure(judgement),
        "uploads": judgement.plan.uploads,
        "calls": judgement.plan.calls,
        "steps": [
            _show_step(step, tree, open_path, len(judgement.plan.steps)) for step in judgement.plan.steps
        ],
        "mend": group_findings(judgement, tree, FindingLevel.REFUSE),
        "escalate": group_findings(judgement, tree, FindingLevel.ESCALATE),
        "confirms": confirms,
        "advice": group_findings(judgement, tree, FindingLevel.ADVICE),
        "error": error,
        "may_launch": may_launch and (campaign.state == State.DRAFT or campaign.mends),
        "is_draft": campaign.state == State.DRAFT or campaign.mends,
    }
    return render(request, "builder/review.html", context, status=status)


def group_findings(judgement: Judgement, tree: Tree, level: FindingLevel) -> list[Group]:
    """Those of one level, as groups of one kind."""
    return group_alike([item for item in judgement.leaving if item.level is level], tree)


def group_alike(findings: Iterable[Finding], tree: Tree) -> list[Group]:
    """Findings of one rule about one field for one reason, whatever object they lie in, as one group."""
    groups: dict[tuple[str, str, str], Group] = {}
    for finding in findings:
        kind = re.sub(r"(^|/)\d+(?=/|$)", "", finding.path)
        line = Line(finding, tree.owner(finding.path))
        groups.setdefault((finding.rule, kind, finding.source), Group([])).lines.append(line)
    for group in groups.values():
        said = "\n".join(
            f"{line.finding.rule}|{line.finding.path}|{line.finding.message}" for line in group.lines
        )
        group.key = hashlib.sha256(said.encode()).hexdigest()[:16]
    return list(groups.values())


def _show_step(step: Step, tree: Tree, open_path: str | None, count: int) -> dict[str, Any]:
    place = tree.by_path[step.path]
    drawn = count <= DRAWN_AT_ONCE or step.path == open_path
    return {
        "fields": list_fields(step) if drawn else (),
        "step": step,
        "place": place,
        "depth": len(step.path.split("/")) // 2 if step.path else 0,
        "sent": sum(line.sent is not None for line in step.fields),
        "differing": sum(line.differs for line in step.fields),
        "drawn": drawn,
        "open": step.path == open_path or (count <= 3 and open_path is None),
    }


def list_fields(step: Step) -> list[dict[str, Any]]:
    """The fields of a call in the words of its body."""
    return [
        {
            "name": line.name,
            "differs": line.differs,
            "typed": say_value(line.typed),
            "sent": say_value(line.sent),
            "moved": say_value(line.moved),
            "at": line.at,
            "words": say_week(str(line.sent)) if line.name == "dayparting" and line.sent else "",
            "settled": line.sent is not None and is_settled(step.level, line.name),
            "because": line.rewrite.because if line.rewrite else "",
            "source": line.rewrite.source if line.rewrite else "",
        }
        for line in step.fields
    ]


def say_value(value: Any) -> str | None:
    """A value as the body holds it; a text without its quotes, an empty one with them."""
    if value is None:
        return None
    sent = write_members({"": value}).get("")
    if isinstance(sent, str):
        return sent or "“” (empty)"
    if isinstance(sent, list) and all(isinstance(item, str) for item in sent):
        return ", ".join(sent) or "[ ]"
    return json.dumps(sent, ensure_ascii=False)


def say_exposure(judgement: Judgement) -> str:
    """Where the worst day comes from, in one sentence."""
    facts = judgement.facts
    things = [facts.campaign] if facts.cbo else list(facts.adgroups)
    modes = Counter(thing.get("budget_mode") for thing in things)
    whose = (
        "the campaign's budget"
        if facts.cbo
        else f"the budgets of {len(things)} ad group{'s' if len(things) != 1 else ''}"
    )
    said: list[str] = []
    if modes["BUDGET_MODE_DYNAMIC_DAILY_BUDGET"]:
        said.append(
            "a dynamic daily budget may spend 125 % of its amount on one day and 7 times in a week (R17)"
        )
    if modes["BUDGET_MODE_TOTAL"]:
        said.append("a lifetime budget may all be spent on one day")
    if modes["BUDGET_MODE_DAY"]:
        said.append("a daily budget spends its amount at most")
    if any(thing.get("budget_auto_adjust_strategy") == "AUTO_BUDGET_INCREASE" for thing in things):
        said.append("automatic increase may raise a day by a fifth ten times (R18)")
    return f"From {whose}: {'; '.join(said)}." if said else f"From {whose}, which nothing bounds yet."
