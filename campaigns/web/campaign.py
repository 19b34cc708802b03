"""One campaign: its tree as TikTok holds it, what was sent, and what happened to it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from campaigns import queries
from campaigns.models import Campaign, Person, Proposal, Push, Thing
from campaigns.models.campaign import State
from campaigns.rules.authority import Act
from campaigns.services.desk import read_campaign
from campaigns.services.judging import judge_campaign, measure_worst
from campaigns.sync.clock import read_now
from campaigns.sync.drift import find_drift, holds_as_wanted, is_gone
from campaigns.sync.plan import plan_launch
from campaigns.web.builder_tree import find_mending
from campaigns.web.guard import acts_for, find_campaign, is_fragment, page, person_of
from campaigns.web.history_tab import read_history
from campaigns.web.learning_ledger import list_ledgers
from campaigns.web.origin import read_origin
from campaigns.web.pending import read_pending
from campaigns.web.performance import read_tab
from campaigns.web.rows import read_budget, read_time
from campaigns.web.tree import OPEN, ModuleStarts, Node, build_tree, list_branches, list_nodes
from campaigns.web.values import list_places
from campaigns.web.words import STATES, is_moving, say_delivery

TABS = {
    "structure": "Structure",
    "plan": "Plan",
    "learning": "Learning",
    "performance": "Performance",
    "history": "History",
}
SOON, LATER = 2, 10  # seconds until the page asks again: while something moves, and otherwise
SELDOM = 60  # where one reads and compares


@page
def show_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page, or for htmx only the part that moves."""
    person = person_of(request)
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "structure"
    starts = queries.read_module_starts(campaign) if tab == "structure" else {}
    context = _read(campaign, person, starts, read_now()) | {"tab": tab, "tabs": TABS}
    if context["tab"] == "history":
        context |= read_history(campaign, request.GET.dict(), now=context["now"])
    elif context["tab"] == "performance":
        context |= read_tab(campaign, request.GET, now=context["now"])
    elif context["tab"] == "learning":
        context["ledgers"] = list_ledgers(
            campaign,
            person,
            waits=any(one.proposal.state == Proposal.State.WAITING for one in context["pending"]),
            now=context["now"],
        )
    elif context["tab"] == "plan":
        context |= _read_plan(campaign, context["judgement"])
    else:
        context |= _read_structure(context["root"], request.GET)
    if context["tab"] == "structure" and campaign.state in (State.LIVE, State.PAUSED, State.REMOVED):
        context["drift"] = find_drift(campaign)
        standings = read_campaign(campaign, now=context["now"])
        context["opens"] = {pk: item.ledger.opens_at for pk, item in standings.items() if item.ledger.locked}
    if context["tab"] in ("performance", "history") and context["wait"]:
        context["wait"] = SELDOM
    context["query"] = request.GET.urlencode()
    template = "campaign/live.html" if is_fragment(request) else "campaign/page.html"
    return render(request, template, context, status=422 if context.get("problems") else 200)


def _read(campaign: Campaign, person: Person, starts: ModuleStarts, now: datetime) -> dict[str, Any]:
    judgement = judge_campaign(campaign=campaign, now=now)
    pushes = list(queries.list_pushes(campaign))
    launching = campaign.state == State.LAUNCHING
    root = build_tree(
        campaign,
        pushes,
        launching=launching or _is_unfinished(campaign),
        starts=starts,
    )
    nodes = list_nodes(root)
    acts = acts_for(person, campaign.advertiser)
    trees = queries.summarise_trees([campaign])[campaign.pk]
    shown = campaign.state in (State.LIVE, State.PAUSED)
    delivery = (
        say_delivery(campaign.secondary_status, trees.adgroups, trees.ads, on=campaign.is_on)
        if shown
        else None
    )
    moving = (
        launching or any(node.pending for node in nodes) or (delivery is not None and is_moving(delivery))
    )
    still = campaign.state in (State.DRAFT, State.REMOVED)
    return {
        "now": now,
        "campaign": campaign,
        "account": campaign.advertiser,
        "acts": acts,
        "root": root,
        # what is on its way says more than what was read before it
        "delivery": delivery
        if delivery and delivery.text != STATES[campaign.state].text and not root.pending
        else None,
        "budget": read_budget(campaign),
        "read_at": read_time(campaign),
        "exposure": measure_worst(campaign=campaign, judgement=judgement),
        "judgement": judgement,
        "counts": {
            level.value: judgement.count(level) for level in {item.level for item in judgement.leaving}
        },
        "editable": acts[Act.DRAFT] and (campaign.state == State.DRAFT or campaign.mends),
        "mend_href": find_mending(campaign) if campaign.mends else "",
        "troubled": [node for node in nodes if node.error],
        "broken": any(push.state == Push.State.NEEDS_PERSON and push.launch_id is None for push in pushes),
        "size": f"{trees.adgroup_count} / {trees.ad_count}",
        "wait": 0 if still else (SOON if moving else LATER),
        **(read_origin(campaign) if campaign.made_from_id else {}),
        **read_pending(person, campaign),
    }


def _read_structure(root: Node, given: QueryDict) -> dict[str, Any]:
    """The tree narrowed by `q`, with the ad groups of `open` opened."""
    text, opened = given.get("q", "").strip()[:100], given.getlist("open")
    return {
        "branches": list_branches(root, text=text, opened=opened),
        "sought": text,
        "opened": opened,
        "large": sum(len(group.children) for group in root.children) > OPEN,
        "every": urlencode([("open", str(group.thing.pk)) for group in root.children]),
    }


def _is_unfinished(campaign: Campaign) -> bool:
    launch = getattr(campaign, "launch", None)
    return launch is not None and launch.finished_at is None


def _read_plan(campaign: Campaign, judgement: Any) -> dict[str, Any]:
    """Every field of every object, and where TikTok holds it otherwise."""
    drift = find_drift(campaign) if campaign.remote_id else ()
    return {
        "plan": plan_launch(facts=judgement.facts),
        "drift": list_places(drift, campaign.advertiser),
        # a launch that is not through decides by itself what is compared; acts on it would cross its calls
        "decides": campaign.drifting_since is not None and not _is_unfinished(campaign),
        "equal": holds_as_wanted(campaign, drift),
        "standing": dict(_list_standing(campaign)),
    }


def _list_standing(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """The path of each object that was made, and whether it is "there" at TikTok or "gone"."""
    things: list[tuple[str, Thing]] = [("", campaign)]
    for index, group in enumerate(campaign.adgroups.all()):
        things.append((f"adgroups/{index}", group))
        things += [(f"adgroups/{index}/ads/{place}", ad) for place, ad in enumerate(group.ads.all())]
    for path, thing in things:
        if thing.remote_id:
            yield path, "gone" if is_gone(thing) else "there"
