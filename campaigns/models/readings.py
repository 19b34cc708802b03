"""What was read of an account beside its objects: when each kind of reading is due, strangers, and TikTok's change log."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from campaigns.contract.levels import Level
from campaigns.models.accounts import Advertiser, within_reach

_LEVELS = [(level.value, level.label) for level in Level]


class ReadingQuerySet(models.QuerySet["Reading"]):
    def due(self, now: datetime) -> Self:
        return self.filter(within_reach("advertiser__"), due_at__lte=now).order_by("due_at", "pk")


class Reading(models.Model):
    """One kind of reading of an account. The row says when it is due: a lost message is found by the sweep.

    Whoever reads moves `due_at` on first, so that nobody else begins, and the next one does should the reader die.
    """

    class Kind(models.TextChoices):
        WHOLE = "whole"  # every object of the account
        HOT = "hot"  # the trees in which something moves
        RESULTS = "results"  # daily numbers
        CHANGELOG = "changelog"  # who did what elsewhere
        ASSETS = "assets"  # daily numbers of each creative

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="readings")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    due_at = models.DateTimeField(db_index=True)
    nudged_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    # what the next one builds on, by kind: totals of the lists, how far the numbers go, an open change-log task
    state = models.JSONField(default=dict)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advertiser", "kind"], name="one_reading_per_kind")]


class Stranger(models.Model):
    """An object that TikTok holds and no row of ours does: a campaign made elsewhere, or a child in one of ours.

    `twin`: it has the body of one of ours whose call was once without an answer, so it is our own late second.
    """

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="strangers")
    level = models.CharField(max_length=16, choices=_LEVELS)
    remote_id = models.CharField(max_length=32)
    campaign = models.ForeignKey("Campaign", models.CASCADE, null=True, blank=True, related_name="strangers")
    adgroup = models.ForeignKey("AdGroup", models.CASCADE, null=True, blank=True, related_name="strangers")
    name = models.CharField(max_length=600, blank=True)
    operation_status = models.CharField(max_length=16, blank=True)
    secondary_status = models.CharField(max_length=80, blank=True)
    remote = models.JSONField(default=dict)
    twin = models.BooleanField(default=False)
    seen_at = models.DateTimeField()  # for the first time
    read_at = models.DateTimeField()
    vanished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-seen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["advertiser", "level", "remote_id"], name="stranger_once"),
            models.CheckConstraint(
                condition=Q(level="campaign", campaign__isnull=True)
                | ~Q(level="campaign") & Q(campaign__isnull=False),
                name="stranger_has_its_place",
            ),
        ]

    @property
    def label(self) -> str:
        return f"{Level(self.level).label} “{self.name or self.remote_id}”"


class RemoteEdit(models.Model):
    """One line of TikTok's change log: who did what there, by its own account (platform 12.4). Only ever appended to."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="remote_edits")
    campaign_ref = models.BigIntegerField(null=True, db_index=True)  # our id, where the object is ours
    target = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=32)  # TikTok's word for the object: CAMPAIGN, ADGROUP, AD …
    remote_id = models.CharField(max_length=32, db_index=True)
    name = models.CharField(max_length=600, blank=True)
    operator = models.CharField(max_length=255, blank=True)
    source = models.CharField(max_length=100, blank=True)
    app_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)  # of the line: windows overlap
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "digest"], name="remote_edit_once")]
