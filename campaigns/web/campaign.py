"""One campaign: its tree as TikTok holds it, what was sent, and what happened to it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.models import Campaign, Person, Proposal
from campaigns.models.campaign import State
from campaigns.rules.authority import Act
from campaigns.services.desk import read_campaign
from campaigns.services.judging import judge_campaign, measure_worst
from campaigns.sync.clock import read_now
from campaigns.sync.drift import find_drift
from campaigns.sync.plan import plan_launch
from campaigns.web.builder_tree import find_mending
from campaigns.web.guard import acts_for, find_campaign, is_fragment, page, person_of
from campaigns.web.history import SHOWN, list_entries
from campaigns.web.learning_ledger import list_ledgers
from campaigns.web.pending import read_pending
from campaigns.web.rows import read_budget, read_time
from campaigns.web.tree import build_tree, list_nodes
from campaigns.web.words import STATES, is_moving, say_delivery

TABS = {"structure": "Structure", "plan": "Plan", "learning": "Learning", "history": "History"}
SOON, LATER = 2, 10  # seconds until the page asks again: while something moves, and otherwise


@page
def show_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page, or for htmx only the part that moves."""
    person = person_of(request)
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    tab = request.GET.get("tab", "")
    context = _read(campaign, person, read_now()) | {"tab": tab if tab in TABS else "structure", "tabs": TABS}
    if context["tab"] == "history":
        changes, flips = queries.list_changes(campaign), queries.list_flips(campaign)
        context["entries"] = list_entries(
            campaign, changes[:SHOWN], flips[:SHOWN], list(queries.list_remote_edits(campaign)[:SHOWN])
        )
        context["shown"] = SHOWN
    elif context["tab"] == "learning":
        context["ledgers"] = list_ledgers(
            campaign,
            person,
            waits=any(one.proposal.state == Proposal.State.WAITING for one in context["pending"]),
            now=context["now"],
        )
    elif context["tab"] == "plan":
        context |= _read_plan(campaign, context["judgement"])
    elif campaign.state in (State.LIVE, State.PAUSED):
        context["drift"] = find_drift(campaign)
        standings = read_campaign(campaign, now=context["now"])
        context["opens"] = {pk: item.ledger.opens_at for pk, item in standings.items() if item.ledger.locked}
    return render(request, "campaign/live.html" if is_fragment(request) else "campaign/page.html", context)


def _read(campaign: Campaign, person: Person, now: datetime) -> dict[str, Any]:
    judgement = judge_campaign(campaign=campaign, now=now)
    pushes = list(queries.list_pushes(campaign))
    launching = campaign.state == State.LAUNCHING
    root = build_tree(campaign, pushes, launching=launching or _is_unfinished(campaign))
    nodes = list_nodes(root)
    acts = acts_for(person, campaign.advertiser)
    trees = queries.summarise_trees([campaign])[campaign.pk]
    shown = campaign.state in (State.LIVE, State.PAUSED)
    delivery = say_delivery(campaign.secondary_status, trees.adgroups, trees.ads) if shown else None
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
        "delivery": delivery if delivery and delivery.text != STATES[campaign.state].text else None,
        "budget": read_budget(campaign),
        "read_at": read_time(campaign),
        "exposure": measure_worst(campaign=campaign, judgement=judgement),
        "judgement": judgement,
        "counts": {
            level.value: judgement.count(level) for level in {item.level for item in judgement.findings}
        },
        "editable": acts[Act.DRAFT] and (campaign.state == State.DRAFT or campaign.mends),
        "mend_href": find_mending(campaign) if campaign.mends else "",
        "troubled": [node for node in nodes if node.error],
        "size": f"{trees.adgroup_count} / {trees.ad_count}",
        "wait": 0 if still else (SOON if moving else LATER),
        **read_pending(person, campaign),
    }


def _is_unfinished(campaign: Campaign) -> bool:
    launch = getattr(campaign, "launch", None)
    return launch is not None and launch.finished_at is None


def _read_plan(campaign: Campaign, judgement: Any) -> dict[str, Any]:
    """Every field of every object, and where TikTok holds it otherwise."""
    plan = plan_launch(facts=judgement.facts)
    drift = {item.path: item for item in find_drift(campaign)} if campaign.remote_id else {}
    return {"plan": plan, "drift": list(drift.values()), "made": _list_made(campaign)}


def _list_made(campaign: Campaign) -> set[str]:
    """The paths of objects that exist at TikTok."""
    made = {""} if campaign.remote_id else set()
    for index, group in enumerate(campaign.adgroups.all()):
        made |= {f"adgroups/{index}"} if group.remote_id else set()
        made |= {f"adgroups/{index}/ads/{place}" for place, ad in enumerate(group.ads.all()) if ad.remote_id}
    return made
