"""Answers kept for clients that repeat a request: one row per person and Idempotency-Key."""

from datetime import datetime, timedelta

from django.db import models

from campaigns.models.accounts import Person

KEPT = timedelta(hours=24)


class StoredAnswerQuerySet(models.QuerySet["StoredAnswer"]):
    def outlived(self, *, now: datetime) -> "StoredAnswerQuerySet":
        """Whose time is over: a repeat is a request of its own again."""
        return self.filter(at__lt=now - KEPT)


class StoredAnswer(models.Model):
    """A POST that is running (`status` null) or the answer it got. `fingerprint` tells a repeat from another request."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and canonical body, in hex
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    at = models.DateTimeField()  # real time, as leases: a client's 24 hours do not follow the sandbox's clock

    objects = StoredAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["person", "at"], name="answer_age")]
