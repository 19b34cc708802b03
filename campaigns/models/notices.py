"""What people and their machines are told: notices of an account, the webhooks that carry them out, and each delivery."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from campaigns.models.accounts import Advertiser, Person
from campaigns.models.fields import EncryptedTextField


class Notice(models.Model):
    """One thing that happened and that somebody may be waiting for. Only ever appended to."""

    class Kind(models.TextChoices):
        LAUNCH_FINISHED = "launch_finished"
        NEEDS_PERSON = "needs_person"
        STATUS_CHANGED = "status_changed"
        REVIEW_REFUSED = "review_refused"
        DRIFT_FOUND = "drift_found"
        LOCK_OPENED = "lock_opened"
        PROPOSAL_WAITING = "proposal_waiting"
        PROPOSAL_DECIDED = "proposal_decided"
        RECONNECT_NEEDED = "reconnect_needed"

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    campaign_ref = models.BigIntegerField(null=True, db_index=True)  # our id, as in the journal
    target = models.CharField(max_length=64, blank=True)
    text = models.CharField(max_length=1000)  # one sentence for people
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["advertiser", "-at"])]


class Webhook(models.Model):
    """Where a machine wants to be told, and of what. `secret` signs each message."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="webhooks")
    owner = models.ForeignKey(Person, models.CASCADE, related_name="webhooks")
    address = models.URLField(max_length=500)
    kinds = models.JSONField(default=list)
    secret = EncryptedTextField()
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> Self:
        """Waiting ones whose time has come, and those whose sender died."""
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, state=Delivery.State.WAITING, not_before__lte=now).order_by(
            "not_before", "pk"
        )


class Delivery(models.Model):
    """One message to one webhook. It repeats what it was made with, however often it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    key = models.UUIDField(default=uuid.uuid4, unique=True)  # a receiver tells repeats by it
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=24)  # of the notice; `test` from the page's button
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of the receiver's last answer
    said = models.CharField(max_length=500, blank=True)  # the answer's beginning, or why there was none

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["not_before"], name="delivery_open", condition=Q(state="waiting")),
        ]
