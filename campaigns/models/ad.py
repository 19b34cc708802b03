"""Ads (TikTok's asset groups): the third level of the tree."""

from django.db import models

from campaigns.contract.levels import Level
from campaigns.models.adgroup import AdGroup
from campaigns.models.campaign import Campaign
from campaigns.models.mirrored import Mirrored


class Ad(Mirrored):
    level = Level.AD

    adgroup = models.ForeignKey(AdGroup, models.CASCADE, related_name="ads")
    position = models.PositiveIntegerField()
    # why TikTok's review refused it, wholly or in part: {"status", "reasons", "suggestion", "places", "materials"}
    review = models.JSONField(null=True, blank=True)
    review_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["adgroup", "remote_id"], name="ad_mirrored_once")]
        indexes = [models.Index(fields=["secondary_status"], name="ad_by_status")]

    @property
    def parent(self) -> AdGroup:
        return self.adgroup

    @property
    def label(self) -> str:
        """Many an ad has no name, and each ad group a first one: then it says whose."""
        return self.name or f"{self.short} of {self.adgroup.label}"

    @property
    def campaign(self) -> Campaign:
        return self.adgroup.campaign
