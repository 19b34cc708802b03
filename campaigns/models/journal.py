"""Who decided what (Change, the audit record) and what TikTok reported (Flip). Both are only ever appended to."""

from django.db import models

from campaigns.models.accounts import Advertiser, Person


class Change(models.Model):
    """One act of a person, a client or the machine, with what was before and after it."""

    class Act(models.TextChoices):
        CREATED = "created"
        EDITED = "edited"
        DISCARDED = "discarded"
        LAUNCHED = "launched"
        RESOLVED = "resolved"  # a person settled a push that nobody could be sure of
        STOPPED = "stopped"
        STARTED = "started"
        CONNECTED = "connected"
        POLICY = "policy"  # an account put its own number in place of the house's, or took it back

    class Door(models.TextChoices):
        PAGE = "page"
        REST = "rest"
        MACHINE = "machine"

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="changes")
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="changes")
    door = models.CharField(max_length=16, choices=Door.choices)
    act = models.CharField(max_length=16, choices=Act.choices)
    # our id of the campaign: kept as a number, because a discarded draft leaves no row behind
    campaign_ref = models.BigIntegerField(null=True, db_index=True)
    target = models.CharField(
        max_length=64, blank=True
    )  # `campaign`, `adgroups/12`, `ads/7`, by our ids; `policy`
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]


class Flip(models.Model):
    """One thing that moved at TikTok, found by reading: a switch, a status, a module's state, a vanished object."""

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="flips")
    campaign_ref = models.BigIntegerField(db_index=True)
    target = models.CharField(max_length=64)
    member = models.CharField(
        max_length=64
    )  # `operation_status`, `secondary_status`, `module:targeting`, `existence`
    before = models.CharField(max_length=255, blank=True)
    after = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField(db_index=True)  # when it was read, which is not when it happened

    class Meta:
        ordering = ["-at", "-pk"]
