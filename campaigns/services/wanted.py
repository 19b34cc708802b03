"""Wanted members by path, and what every change of a tree does around them: holding, claiming, writing, recording."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from campaigns.contract.levels import Level
from campaigns.contract.paths import set_at
from campaigns.contract.shape import Malformed, read_members, store_members
from campaigns.models import Ad, AdGroup, Campaign, Change, Launch, Person, Push, Thing
from campaigns.services.errors import NotWellFormed, Stale, WrongState

NAME_COLUMN = 600  # of Mirrored.name; TikTok takes 512 units, a draft may hold more until it is mended
EMPTY_AD: Mapping[str, Any] = {"ad_name": "", "creative_list": [], "ad_text_list": []}


def locate(
    campaign: Campaign,
    groups: Sequence[AdGroup],
    path: str,
    ads: Sequence[Sequence[Ad]] | None = None,
) -> tuple[Thing, str]:
    """The object that a path from the root lies in, and the rest of the path. Raises NotWellFormed.

    `ads` are those of each ad group, for who asks often.
    """
    parts = path.split("/")
    try:
        if parts[0] != "adgroups":
            return campaign, path
        group = groups[int(parts[1])]
        if parts[2] != "ads":
            return group, "/".join(parts[2:])
        below = list(group.ads.all()) if ads is None else ads[int(parts[1])]
        return below[int(parts[3])], "/".join(parts[4:])
    except (IndexError, ValueError) as error:
        problem = Malformed(path, "there is no such object in this campaign")
        raise NotWellFormed("The change names an object that is not there.", (problem,)) from error


def hold(campaign: Campaign) -> None:
    """Keeps launches and other edits of the tree waiting until this transaction ends: what is asked next stays true."""
    if not Campaign.objects.hold(campaign.pk):
        raise WrongState("This campaign was discarded meanwhile.")


def is_launching(thing: Thing) -> bool:
    """Whether a launch that is under way holds the object; one that grows holds what was added alone."""
    under_way = Launch.objects.filter(campaign=campaign_of(thing), finished_at__isnull=True)
    return under_way.filter(Q(grows=False) | Q(pushes__in=thing.pushes.all())).exists()


def require_draft(campaign: Campaign) -> None:
    """Raises WrongState for what was launched."""
    if Launch.objects.filter(campaign=campaign).exists():
        raise WrongState("This campaign was launched already; it is no draft any more.")


def require_editable(thing: Thing) -> None:
    """Drafts, and what a stopped launch could not make: those are mended and launched again (design section 4).

    An object whose call may leave at any moment is neither: what is sent must be what was judged.
    """
    if thing.remote_id:
        raise WrongState(f"{thing.label} exists at TikTok already; it is no draft any more.")
    push = thing.pushes.filter(aspect=Push.Aspect.BODY).first()
    if push is None or push.state == Push.State.REFUSED:
        return
    if push.state != Push.State.WAITING or not _waits_for_refused(thing):
        raise WrongState("The launch is under way. Wait until it is through.")


def _waits_for_refused(thing: Thing) -> bool:
    """Whether an object above it was refused: only a launch by a person can then send it on its way."""
    above: Thing = thing
    while not isinstance(above, Campaign):
        above = above.parent
        if above.pushes.filter(aspect=Push.Aspect.BODY, state=Push.State.REFUSED).exists():
            return True
    return False


def claim_tree(campaign: Campaign, version: int, now: datetime) -> None:
    """Moves the tree's version on, if it is the one given. Raises Stale."""
    claimed = Campaign.objects.filter(pk=campaign.pk, tree_version=version).update(
        tree_version=F("tree_version") + 1, version=F("version") + 1, changed_at=now
    )
    if not claimed:
        current = Campaign.objects.values_list("tree_version", flat=True).get(pk=campaign.pk)
        raise Stale(
            f"The campaign was changed meanwhile: it stands at version {current}. Read it again.", current
        )


def touch(campaign: Campaign, now: datetime) -> None:
    """Something below changed."""
    Campaign.objects.filter(pk=campaign.pk).update(tree_version=F("tree_version") + 1, changed_at=now)


def own_members(raw: Mapping[str, Any], level: Level) -> dict[str, Any]:
    """An object's own members, without its children and its account."""
    return {name: value for name, value in raw.items() if name not in (level.children_key, "advertiser_id")}


def take_held(level: Level, wanted: Mapping[str, Any], member: str, held: Any) -> dict[str, Any]:
    """What is wanted with one member as TikTok holds it; `held` is JSON of TikTok's."""
    stored = store_members(read_members(level, {member: held}).values)
    return set_at(wanted, member, stored.get(member))


def write_wanted(thing: Thing, wanted: Mapping[str, Any]) -> None:
    """Sets what is wanted, and the name promoted from it. The caller saves both columns."""
    thing.wanted = dict(wanted)
    thing.name = str(wanted.get(thing.level.name_member) or "")[:NAME_COLUMN]


def campaign_of(thing: Thing) -> Campaign:
    return thing if isinstance(thing, Campaign) else thing.campaign


def name_target(thing: Thing) -> str:
    """How the journal names an object."""
    return "campaign" if isinstance(thing, Campaign) else f"{thing.level}s/{thing.pk}"


def show_raw(thing: AdGroup | Ad) -> dict[str, Any]:
    """An object with everything below it, as wanted."""
    return thing.raw_tree() if isinstance(thing, AdGroup) else dict(thing.wanted)


def record(
    campaign: Campaign,
    actor: Person,
    door: str,
    act: Change.Act,
    target: str,
    before: Any,
    after: Any,
    now: datetime,
) -> Change:
    return Change.objects.create(
        advertiser=campaign.advertiser,
        actor=actor,
        door=door,
        act=act,
        campaign_ref=campaign.pk,
        target=target,
        before=before,
        after=after,
        at=now,
    )


def reload(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_related("advertiser").get(pk=campaign.pk)
