"""How a cancelled launch comes to its end: its rows are closed once nobody holds them, and what it never made leaves the tree."""

from datetime import datetime

from django.db import models, transaction

from campaigns.contract.statuses import DELETE
from campaigns.models import Ad, AdGroup, Campaign, Change, Launch, Push
from campaigns.models.prepared import Prepared
from campaigns.sync.settling import settlement
from campaigns.sync.transitions import Event, follow


def close_cancelled(push: Push, *, now: datetime) -> None:
    """A row of a launch that was cancelled came to an end: one that rests is not tried again."""
    with settlement(push):
        if push.launch_id:
            _RESTING.filter(pk=push.pk, launch=push.launch_id).delete()
            finish_cancelled(push.launch_id, now=now)


def close_stranded(*, now: datetime) -> None:
    """Does the same for cancelled launches of which nothing is under way: who should have done it was killed before."""
    for launch, campaign in _STRANDED.fetch():
        with transaction.atomic():
            Campaign.objects.hold(campaign)
            _RESTING.filter(launch=launch).delete()
            finish_cancelled(launch, now=now)


# Of a cancelled launch, what nobody holds and goes nowhere: what certainly made nothing, and a switch that was under way when
# the launch was cancelled and came to nothing; one that shall stop left the launch
_RESTING = Push.objects.filter(
    models.Q(campaign__remote_id=None, adgroup__remote_id=None, ad__remote_id=None)
    | models.Q(aspect=Push.Aspect.SWITCH),
    state__in=[Push.State.WAITING, Push.State.REFUSED],
    lease_token=None,
)
# And the body of what stands at TikTok: whatever was still to become of it, for a cancelled launch nothing more is sent
_STANDING_THERE = Push.objects.filter(
    models.Q(campaign__remote_id__isnull=False)
    | models.Q(adgroup__remote_id__isnull=False)
    | models.Q(ad__remote_id__isnull=False),
    aspect=Push.Aspect.BODY,
    lease_token=None,
).exclude(state__in=[Push.State.SENT, Push.State.DONE])
_ENDS = {
    Push.State.WAITING: Event.ANSWERED,
    Push.State.UNSURE: Event.FOUND,
    Push.State.REFUSED: Event.FOUND,
    Push.State.NEEDS_PERSON: Event.STANDS,
}
_UNDER_WAY = Push.objects.filter(launch=models.OuterRef("pk")).exclude(
    models.Q(state=Push.State.DONE)
    | models.Q(pk__in=_RESTING.values("pk"))
    | models.Q(pk__in=_STANDING_THERE.values("pk"))
)


def list_stranded() -> "models.QuerySet[Launch]":
    """Cancelled launches that are not over although nothing of them is under way."""
    return Launch.objects.filter(
        ~models.Exists(_UNDER_WAY), cancelled_at__isnull=False, finished_at__isnull=True
    )


_STRANDED = Prepared(lambda: list_stranded().values_list("pk", "campaign"))


def finish_cancelled(launch_id: int, *, now: datetime) -> None:
    """A cancelled launch is over once no call of it is under way. One that made nothing leaves a draft.

    The caller holds the campaign.
    """
    launch = Launch.objects.filter(pk=launch_id, cancelled_at__isnull=False, finished_at=None).first()
    if launch is None:
        return
    standing = list(_STANDING_THERE.filter(launch=launch).values_list("pk", "state"))
    for state in {state for _, state in standing}:
        rows = Push.objects.filter(pk__in=[pk for pk, other in standing if other == state])
        rows.update(state=follow(state, _ENDS[Push.State(state)]), error=None, settled_at=now)
    if launch.pushes.exclude(state=Push.State.DONE).exists():
        return
    if not launch.grows and not launch.pushes.exists():
        launch.delete()
    else:
        Launch.objects.filter(pk=launch.pk).update(finished_at=now)
        _forget_unmade(launch.campaign, now=now)


def _forget_unmade(campaign: Campaign, *, now: datetime) -> None:
    """What was never made leaves the tree: nothing can send it any more. The journal keeps it whole, with its place.

    Of a tree that is removed whole nothing leaves: who duplicates it wants all of it.
    """
    if campaign.wanted.get("operation_status") == DELETE:
        return
    unmade: list[tuple[str, AdGroup | Ad]] = []
    for index, group in enumerate(campaign.adgroups.prefetch_related("ads")):
        if not group.remote_id:
            unmade.append((f"adgroups/{index}", group))
            continue
        ads = enumerate(group.ads.all())
        unmade += [(f"adgroups/{index}/ads/{place}", ad) for place, ad in ads if not ad.remote_id]
    for path, thing in reversed(unmade):  # the last one first: the places of the others stay true
        if thing.pushes.exists():  # a row that left the launch, such as a stop
            continue
        raw = thing.raw_tree() if isinstance(thing, AdGroup) else thing.wanted
        Change.objects.create(
            advertiser=campaign.advertiser,
            actor=None,
            door=Change.Door.MACHINE,
            act=Change.Act.DISCARDED,
            campaign_ref=campaign.pk,
            target=f"{thing.level}s/{thing.pk}",
            before={**raw, "path": path},
            note=f"{thing.label} was never made: its launch was cancelled.",
            at=now,
        )
        thing.delete()
    if unmade:
        moved = {"tree_version": models.F("tree_version") + 1, "changed_at": now}
        Campaign.objects.filter(pk=campaign.pk).update(**moved)
