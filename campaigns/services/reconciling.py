"""A launch that was read back otherwise than planned: field by field, as planned or as TikTok holds it; then read back again.

All of it is off meanwhile. What has no value to choose (an object that is gone, on, or not ours) is settled at TikTok.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from campaigns.analysis.exposure import Exposure, grows
from campaigns.contract.shape import Malformed, join_path
from campaigns.models import Campaign, Change, Launch, Person, Push, Thing
from campaigns.rules.authority import Act
from campaigns.services import limits
from campaigns.services.access import require
from campaigns.services.errors import Forbidden, MustPropose, NotWellFormed, Unconfirmed, WrongState
from campaigns.services.judging import judge_campaign
from campaigns.services.launches import go_on
from campaigns.services.wanted import hold, record, reload, take_held, touch, write_wanted
from campaigns.sync.bringing import DIFFERENCES, mark
from campaigns.sync.canonical import list_wantable
from campaigns.sync.plan import measure_tree


@dataclass(frozen=True, slots=True)
class Held:
    """One value that was read back otherwise, both as JSON of TikTok's. `path` counts from the tree's root.

    `ours`: it can be brought back to the plan; `theirs`: the plan can take it over. Neither: it is settled at TikTok.
    """

    path: str
    thing: Thing
    member: str
    wanted: Any
    remote: Any
    ours: bool
    theirs: bool


def list_held(campaign: Campaign) -> tuple[Held, ...]:
    """What keeps a launch waiting because it was read back otherwise. `campaign` has its ad groups and ads prefetched, or
    pays a query for each."""
    told = {row.target: (row.error or {}).get(DIFFERENCES, ()) for row in _list_rows(campaign)}
    if not told:
        return ()
    places = list(_list_places(campaign))
    return tuple(_describe(path, thing, item) for path, thing in places for item in told.get(thing, ()))


def reconcile_launch(
    *,
    actor: Person,
    door: str,
    campaign: Campaign,
    theirs: Collection[str],
    raises_exposure: bool = False,
    now: datetime,
) -> Launch:
    """Takes these values as TikTok holds them into the plan, brings the others back to it, and reads the tree again.

    `theirs`: paths of `list_held`. `raises_exposure`: somebody said yes to more being spent by that. Raises WrongState
    where nothing was read back otherwise, NotWellFormed for other paths, Unconfirmed without that yes, Forbidden.
    """
    require(actor, campaign.advertiser, Act.LAUNCH)
    with transaction.atomic(durable=True):
        hold(campaign)
        campaign = reload(campaign)
        found = list_held(campaign)
        if not found:
            raise WrongState("Nothing of this launch was read back otherwise.")
        taken = _choose(found, theirs)
        if taken:
            before = _measure(campaign, now)
            _take(taken)
            touch(campaign, now)
            campaign = reload(campaign)
            _require_bounds(actor, campaign, before, _measure(campaign, now), taken, raises_exposure, now)
        back = [item for item in found if item.ours and item not in taken]
        rows = [row for row in _list_rows(campaign) if row.target in {item.thing for item in back}]
        for row in rows:
            row.error = mark(row.error)
            row.save(update_fields=["error"])
        told = {"ours": [item.path for item in back], "theirs": [item.path for item in taken]}
        record(
            campaign, actor, door, Change.Act.RESOLVED, "campaign", [_show(item) for item in found], told, now
        )
        launch = Launch.objects.get(campaign=campaign)
        go_on(launch, now=now, back=[row.pk for row in rows])
    return launch


def _list_places(campaign: Campaign) -> Iterator[tuple[str, Thing]]:
    yield "", campaign
    for index, group in enumerate(campaign.adgroups.all()):
        yield f"adgroups/{index}", group
        for place, ad in enumerate(group.ads.all()):
            yield f"adgroups/{index}/ads/{place}", ad


def _describe(path: str, thing: Thing, item: dict[str, Any]) -> Held:
    name = str(item["path"])
    member = list_wantable(thing.level).get(name)
    return Held(
        path=join_path(path, name),
        thing=thing,
        member=name,
        wanted=item["wanted"],
        remote=item["remote"],
        ours=member is not None and "update" in member.writes,
        theirs=member is not None,
    )


def _show(item: Held) -> dict[str, Any]:
    return {"path": item.path, "wanted": item.wanted, "remote": item.remote}


def _choose(found: Collection[Held], theirs: Collection[str]) -> list[Held]:
    known = {item.path: item for item in found if item.theirs}
    for path in theirs:
        if path not in known:
            problem = Malformed(path, "this was not read back otherwise, or is settled at TikTok")
            raise NotWellFormed(f"{path}: {problem.message}.", (problem,))
    return [known[path] for path in dict.fromkeys(theirs)]


def _take(taken: Collection[Held]) -> None:
    """Plans what TikTok holds, object by object."""
    for thing in {item.thing: None for item in taken}:
        wanted = dict(thing.wanted)
        for item in taken:
            if item.thing == thing:
                wanted = take_held(thing.level, wanted, item.member, item.remote)
        write_wanted(thing, wanted)
        thing.version = F("version") + 1
        thing.save(update_fields=["wanted", "name", "version"])


def _measure(campaign: Campaign, now: datetime) -> Exposure:
    return measure_tree(judge_campaign(campaign=campaign, now=now).facts)


def _require_bounds(
    actor: Person,
    campaign: Campaign,
    before: Exposure,
    after: Exposure,
    taken: Collection[Held],
    agreed: bool,
    now: datetime,
) -> None:
    """What was said yes to at the launch is what may be spent; more of it needs another yes, within the actor's limits."""
    if not grows(before, after):
        return
    if not agreed:
        said = "With TikTok's values more can be spent than was launched. Say yes to that too, or bring them back to ours."
        raise Unconfirmed(said, ())
    budgets = [item.thing.wanted.get("budget") for item in taken if item.member == "budget"]
    try:
        limits.require_within(
            actor=actor, advertiser=campaign.advertiser, before=before, after=after, budgets=budgets, now=now
        )
    except MustPropose as error:
        raise Forbidden(f"{error.message} Bring it back to ours.") from error


def _list_rows(campaign: Campaign) -> QuerySet[Push]:
    rows = Push.objects.filter(
        launch__campaign=campaign,
        launch__cancelled_at=None,
        launch__finished_at=None,
        aspect=Push.Aspect.BODY,
    )
    return rows.filter(state=Push.State.NEEDS_PERSON).select_related("campaign", "adgroup", "ad")
