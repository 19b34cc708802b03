"""The outbox: launches, and the rows that mean "make this object true". A row holds no payload; a message is a nudge."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from campaigns.models.accounts import Advertiser, Person, within_reach

if TYPE_CHECKING:
    from campaigns.models import Thing


class LaunchQuerySet(models.QuerySet["Launch"]):
    def to_verify(self, now: datetime) -> Self:
        """Launches whose tree is to be read back now."""
        reach = within_reach("campaign__advertiser__")
        return self.filter(reach, verified_at=None, verify_at__lte=now, paused_at=None, cancelled_at=None)


class Launch(models.Model):
    """The way of one campaign from draft to live. `verified_at`: the whole tree was read back and equals the plan.

    `grows`: the campaign was launched before, and the rows are about what was added to it since. `paused_at`: nothing more
    is made or switched on; `cancelled_at`: nor ever will be.
    """

    campaign = models.OneToOneField("Campaign", models.CASCADE, related_name="launch")
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    grows = models.BooleanField(default=False)
    verify_at = models.DateTimeField(null=True, blank=True)  # when the next reading back is due
    verified_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # when it came to its end for the first time: growing opens it again, and takes no past away
    live_since = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = LaunchQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["campaign"], condition=Q(finished_at__isnull=True), name="launch_under_way")
        ]


class PushQuerySet(models.QuerySet["Push"]):
    def free(self, now: datetime) -> Self:
        """Rows that nobody holds: waiting or unsure ones whose time has come, and sent ones whose worker died.

        Looks at the row's own columns only: PostgreSQL asks these again after waiting for another worker's update.
        """
        own = Q(state__in=[Push.State.WAITING, Push.State.UNSURE], not_before__lte=now) | Q(
            state=Push.State.SENT, lease_until__lt=now
        )
        return self.filter(own & (Q(lease_until__isnull=True) | Q(lease_until__lt=now)))


_Rows = models.Manager.from_queryset(PushQuerySet)


class PushManager(_Rows["Push"]):
    def due(self, now: datetime) -> PushQuerySet:
        """Free rows whose turn it is.

        Parents go before children, and nothing is switched on before its launch was verified, lower levels first.
        """
        return _turn().free(now).order_by("lane", "not_before", "pk")


@cache
def _turn() -> PushQuerySet:
    """What of a row's turn no clock decides. Every worker asks several times a call, and building it costs ten times what
    the database takes to answer, so it is built once."""
    body = (
        Q(campaign__isnull=False)
        | Q(adgroup__campaign__remote_id__isnull=False)
        | Q(ad__adgroup__remote_id__isnull=False)
    )
    # By the launch's campaign and not by our own column: so nobody looks for what is lower before the launch is known to be
    # verified, which thousands wait for
    lower = Push.objects.filter(
        launch__campaign=models.OuterRef("launch__campaign"),
        aspect=Push.Aspect.SWITCH,
        depth__gt=models.OuterRef("depth"),
    ).exclude(state=Push.State.DONE)
    switch = Q(launch__isnull=True) | Q(launch__verified_at__isnull=False) & ~models.Exists(lower)
    fits = Q(aspect=Push.Aspect.BODY) & body | Q(aspect=Push.Aspect.SWITCH) & switch
    # a stop is tried again all the same: what it would save is worth asking for
    reach = within_reach("advertiser__") | Q(lane=Push.Lane.STOP, advertiser__disconnected_at=None)
    # what may have been sent is looked for all the same
    rests = Q(state=Push.State.WAITING) & (
        Q(launch__paused_at__isnull=False) | Q(launch__cancelled_at__isnull=False)
    )
    return PushQuerySet(Push).filter(fits, reach).exclude(rests)


class Push(models.Model):
    """One object's body or switch that must become true at TikTok. One row per object and aspect, opened again when needed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        UNSURE = "unsure"
        DONE = "done"
        REFUSED = "refused"
        NEEDS_PERSON = "needs_person", "needs a person"

    class Aspect(models.TextChoices):
        BODY = "body"
        SWITCH = "switch"

    class Lane(models.IntegerChoices):
        """Smaller goes first: a pause never waits behind a bulk launch."""

        STOP = 0
        PUBLISH = 1

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="pushes")
    launch = models.ForeignKey(Launch, models.CASCADE, null=True, blank=True, related_name="pushes")
    campaign = models.ForeignKey("Campaign", models.CASCADE, null=True, blank=True, related_name="pushes")
    adgroup = models.ForeignKey("AdGroup", models.CASCADE, null=True, blank=True, related_name="pushes")
    ad = models.ForeignKey("Ad", models.CASCADE, null=True, blank=True, related_name="pushes")
    depth = models.PositiveSmallIntegerField()  # 0 campaign, 1 ad group, 2 ad
    aspect = models.CharField(max_length=8, choices=Aspect.choices)
    lane = models.PositiveSmallIntegerField(choices=Lane.choices, default=Lane.PUBLISH)

    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # by real time; null: before this was kept
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    nudged_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    request_id = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)
    # until then a call of this row whose answer was lost may still be carried out
    doubt_until = models.DateTimeField(null=True, blank=True)
    # what TikTok, or the road to it, said last: {"code", "message", "request_id", "endpoint"}
    error = models.JSONField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PushManager()
    LEAF = 2  # the depth of ads: nothing waits for their bodies

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign__isnull=False, adgroup__isnull=True, ad__isnull=True, depth=0)
                | Q(campaign__isnull=True, adgroup__isnull=False, ad__isnull=True, depth=1)
                | Q(campaign__isnull=True, adgroup__isnull=True, ad__isnull=False, depth=2),
                name="push_has_one_object",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_has_its_time"
            ),
            models.UniqueConstraint(fields=["campaign", "aspect"], name="one_push_per_campaign_aspect"),
            models.UniqueConstraint(fields=["adgroup", "aspect"], name="one_push_per_adgroup_aspect"),
            models.UniqueConstraint(fields=["ad", "aspect"], name="one_push_per_ad_aspect"),
        ]
        indexes = [
            models.Index(
                fields=["lane", "not_before"],
                name="push_open",
                condition=Q(state__in=["waiting", "sent", "unsure"]),
            ),
            models.Index(
                fields=["state", "launch"],
                name="push_troubled",
                condition=Q(state__in=["refused", "needs_person"]),
            ),
        ]

    @property
    def target(self) -> "Thing":
        thing = self.campaign or self.adgroup or self.ad
        assert thing is not None, "push_has_one_object"
        return thing

    @property
    def root_id(self) -> int:
        """Our id of the campaign that the row's object belongs to."""
        if self.campaign_id is not None:
            return self.campaign_id
        group = self.adgroup or (self.ad.adgroup if self.ad else None)
        assert group is not None, "push_has_one_object"
        return group.campaign_id

    @property
    def is_open(self) -> bool:
        return self.state in (Push.State.WAITING, Push.State.SENT, Push.State.UNSURE)


class Reservation(models.Model):
    """How far ahead calls of one key are booked (GCRA): the theoretical arrival time of the next one.

    `owed` counts the booked moments, from `owed_from` on, that stops took for themselves and nobody has given up yet.
    Until `quiet_until` nobody calls: TikTok said that we were too fast.
    """

    key = models.CharField(max_length=120, unique=True)
    arrival = models.DateTimeField()
    owed = models.PositiveSmallIntegerField(default=0)
    owed_from = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(null=True)
