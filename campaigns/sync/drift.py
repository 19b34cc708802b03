"""Drift: what TikTok holds otherwise than wanted, and not because a push of ours is still on its way. Reads rows only;
`note_drift` keeps the one column by which lists know of it, and ends changes at rest that came true all the same."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from campaigns.contract.choices import SPREAD_BY_TIKTOK
from campaigns.contract.levels import Level
from campaigns.contract.shape import join_path
from campaigns.contract.statuses import DELETE, DISABLE
from campaigns.models import Campaign, Flip, Push, Stranger, Thing
from campaigns.models.prepared import Prepared, number
from campaigns.models.trees import within_tree
from campaigns.sync.bodies import compose_wanted, list_pictures
from campaigns.sync.canonical import find_differences
from campaigns.sync.flipping import name_target
from campaigns.sync.rows import PUSH_ROOT
from campaigns.sync.transitions import Event, follow

AT_ONCE = 500  # ids of one query: databases bound them
EXISTENCE, SWITCH, STRANGER = "existence", "operation_status", "stranger"
Place = tuple[str, int]  # the level's word and our id


@dataclass(frozen=True, slots=True)
class Drift:
    """One member of one object. `path` counts from the tree's root: `adgroups/0/budget`; an object made elsewhere in our
    tree stands at `strangers/7`. `target` and `member` are the journals' names of the place. `twin`: nobody else made it, a
    call of ours that got no answer made it the second time."""

    path: str
    label: str
    wanted: Any
    remote: Any
    target: str = "campaign"
    member: str = ""
    twin: bool = False


def find_drift(campaign: Campaign) -> tuple[Drift, ...]:
    """The drift of a tree that exists at TikTok; objects with an open push are left out, they are about to change, and so
    are the prices that TikTok carries from one of them to its siblings (R41). What waits for a person is about to change
    nothing: it is compared, but for switches of a launch, which are off by its plan.

    `campaign` has its ad groups and ads prefetched, or pays a query for each.
    """
    busy, off = set[Place](), set[Place]()
    for state, launch, *row in _BUSY.fetch(campaign=campaign.pk):
        (place,) = ((level.value, pk) for level, pk in zip(Level, row, strict=True) if pk)
        if state != Push.State.NEEDS_PERSON:
            busy.add(place)
        elif launch:
            off.add(place)
    carried = list_carried(campaign.pk) if any(level == "adgroup" for level, _ in busy) else frozenset()
    places: list[tuple[str, Thing]] = [("", campaign)]
    for index, group in enumerate(campaign.adgroups.all()):
        places.append((f"adgroups/{index}", group))
        places += [(f"adgroups/{index}/ads/{place}", ad) for place, ad in enumerate(group.ads.all())]
    pictures = list_pictures(campaign.advertiser_id, [thing for _, thing in places])
    found: list[Drift] = []
    for path, thing in places:
        own = (thing.level.value, thing.pk)
        if own not in busy:
            silent = carried | {SWITCH} if own in off else carried
            found += [item for item in compare(thing, path, pictures) if item.member not in silent]
    strangers = () if campaign.is_removed else _STRANGERS.fetch_models(campaign=campaign.pk)
    return (*found, *(describe_stranger(stranger) for stranger in strangers))


def holds_as_wanted(campaign: Campaign, drift: Sequence[Drift]) -> bool:
    """Whether TikTok holds all that is wanted: nothing differs, the launch went to its end, nothing is on its way, and all
    of it was made. `campaign` as for `find_drift`, whose answer `drift` is.
    """
    launch = getattr(campaign, "launch", None)
    if drift or campaign.is_removed or launch is None:
        return False
    if launch.finished_at is None or launch.cancelled_at is not None or _BUSY.fetch(campaign=campaign.pk):
        return False
    groups = list(campaign.adgroups.all())
    things: list[Thing] = [campaign, *groups, *(ad for group in groups for ad in group.ads.all())]
    return all(thing.remote_id or thing.is_leaving for thing in things)


_SETTLED = [Push.State.DONE, Push.State.REFUSED]  # a refused edit leaves TikTok as it was
_BUSY = Prepared(
    lambda campaign: (
        within_tree(Push.objects.all(), campaign)
        .exclude(state__in=_SETTLED)
        .values_list("state", "launch", "campaign_id", "adgroup_id", "ad_id")
    ),
    campaign=number,
)
_STRANGERS = Prepared(
    lambda campaign: Stranger.objects.filter(campaign=campaign, vanished_at__isnull=True).order_by("pk"),
    campaign=number,
)


def list_carried(campaign: int) -> frozenset[str]:
    """The members whose price is on its way to one ad group, and which TikTok may carry to its siblings (R41). `campaign`:
    our id.

    A budget on its way carries none, and neither does what goes nowhere without a person: what differs then is drift.
    """
    moving = [Push.State.WAITING, Push.State.SENT, Push.State.UNSURE]
    pushes = Push.objects.filter(adgroup__campaign=campaign, aspect=Push.Aspect.BODY, state__in=moving)
    resting = Q(launch__paused_at__isnull=False) | Q(launch__cancelled_at__isnull=False)
    found: set[str] = set()
    for push in pushes.exclude(Q(state=Push.State.WAITING) & resting).select_related("adgroup"):
        group = push.target
        if push.state != Push.State.WAITING:  # TikTok, and a reading, may hold more of it than our row by now
            return frozenset(SPREAD_BY_TIKTOK)
        differing = find_differences(level=group.level, wanted=group.wanted, remote=group.remote or {})
        found |= {item.path for item in differing}
    return frozenset(found.intersection(SPREAD_BY_TIKTOK))


def note_drift(campaigns: Iterable[int], *, now: datetime) -> bool:
    """Books since when each of these campaigns drifts, or that it does so no longer; tells whether one of them drifts that
    did not before. `campaigns`: our ids.

    Looks only where somebody else can have had a hand in it, or a change of ours was refused or broke off: all others cost
    three queries for some hundreds together. Each that is looked at is held meanwhile, one after another: who holds a campaign
    already asks for that one alone.
    """
    pks = list(set(campaigns))
    begun = False
    for start in range(0, len(pks), AT_ONCE):
        begun |= _note_some(pks[start : start + AT_ONCE], now)
    return begun


def _note_some(asked: list[int], now: datetime) -> bool:
    touched = set(
        Flip.objects.filter(campaign_ref__in=asked, cause=Flip.Cause.ELSEWHERE).values_list(
            "campaign_ref", flat=True
        )
    )
    resting = _list_resting(asked)
    rows = Campaign.objects.filter(pk__in=asked, launch__finished_at__isnull=False).filter(
        Q(pk__in=touched | resting.keys()) | Q(drifting_since__isnull=False) | Q(strangers__isnull=False)
    )
    looked_at = sorted(set(rows.values_list("pk", flat=True)))
    begun = False
    for pk in looked_at:
        begun |= _note_one(pk, now)
    return begun


def _note_one(pk: int, now: datetime) -> bool:
    """Compares one campaign and books it, in one: a worker that settles meanwhile would be overwritten by what was before."""
    with transaction.atomic():
        if not Campaign.objects.hold(pk):
            return False
        campaign = Campaign.objects.prefetch_related("adgroups__ads").get(pk=pk)
        _close_met(campaign, _list_resting([pk]).get(pk, ()), now)
        drifts = bool(find_drift(campaign))
        turned = drifts != (campaign.drifting_since is not None)
        if turned:
            Campaign.objects.filter(pk=pk).update(drifting_since=now if drifts else None)
    return turned and drifts


def _list_resting(campaigns: Sequence[int]) -> dict[int, list[Push]]:
    """Changes of what is live that TikTok refused, or that broke off, by our id of the campaign."""
    at_rest = [Push.State.REFUSED, Push.State.NEEDS_PERSON]
    rows = Push.objects.filter(state__in=at_rest, launch__isnull=True)
    rows = rows.select_related("campaign", "adgroup__campaign", "ad__adgroup__campaign")
    found: dict[int, list[Push]] = defaultdict(list)
    for push in rows.annotate(root=Coalesce(*PUSH_ROOT.values())).filter(root__in=campaigns):
        found[push.root].append(push)
    return found


def _close_met(campaign: Campaign, pushes: Iterable[Push], now: datetime) -> None:
    """A change at rest is over once TikTok holds what is wanted: its value was taken, or ours was set there. One that broke off
    is not while a call of it may still land."""
    for push in pushes:
        doubted = push.doubt_until is not None and push.doubt_until > now
        if doubted and push.state == Push.State.NEEDS_PERSON:
            continue
        if _is_met(push, push.target, list_pictures(campaign.advertiser_id, [push.target])):
            # not where somebody has opened it again meanwhile
            standing = Push.objects.filter(pk=push.pk, state=push.state, settled_at=push.settled_at)
            standing.update(state=follow(push.state, Event.FOUND), error=None)


def _is_met(push: Push, thing: Thing, pictures: dict[str, str]) -> bool:
    if thing.remote is None or thing.remote_id is None:
        return False
    switches = push.aspect == Push.Aspect.SWITCH
    if any(
        item.member == EXISTENCE or (item.member == SWITCH) == switches
        for item in compare(thing, "", pictures)
    ):
        return False
    if not switches or thing.wanted_switch != DISABLE or thing.is_removed:
        return True
    # that it is off is what we knew when it was not switched off: only a later reading says it anew
    read_at, settled_at = thing.remote_read_at, push.settled_at
    return read_at is not None and settled_at is not None and read_at > settled_at


def compare(thing: Thing, path: str, pictures: dict[str, str]) -> Sequence[Drift]:
    """What differs of one object, whatever is on its way. `pictures`: as `list_pictures` tells them."""
    if thing.remote is None or thing.remote_id is None or thing.goes_along or _is_below_removed(thing):
        return ()
    target = name_target(thing)
    if thing.is_removed:
        gone_as_wanted = thing.wanted_switch == DELETE
        return () if gone_as_wanted else (Drift(path, thing.label, "there", "gone", target, EXISTENCE),)
    differences = (
        ()  # of what is to be removed nothing else is wanted
        if thing.wanted_switch == DELETE
        else find_differences(level=thing.level, wanted=compose_wanted(thing, pictures), remote=thing.remote)
    )
    found = [
        Drift(join_path(path, item.path), thing.label, item.wanted, item.remote, target, item.path)
        for item in differences
    ]
    if thing.operation_status != thing.wanted_switch:
        wanted, held = thing.wanted_switch, thing.operation_status
        found.append(Drift(join_path(path, SWITCH), thing.label, wanted, held, target, SWITCH))
    return found


def is_gone(thing: Thing) -> bool:
    """Whether what was made is at TikTok no longer: itself removed, or what it lay in."""
    return thing.is_removed or _is_below_removed(thing)


def _is_below_removed(thing: Thing) -> bool:
    """What went with its parent is said once, of the parent."""
    if isinstance(thing, Campaign):
        return False
    return thing.parent.is_removed or _is_below_removed(thing.parent)


def describe_stranger(stranger: Stranger) -> Drift:
    target = f"adgroups/{stranger.adgroup_id}" if stranger.adgroup_id else "campaign"
    path, held = f"strangers/{stranger.pk}", stranger.operation_status
    return Drift(path, stranger.label, "not there", held, target, STRANGER, stranger.twin)
