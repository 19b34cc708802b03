"""Ad groups: the second level of the tree."""

from typing import Any

from django.db import models

from campaigns.contract.levels import Level
from campaigns.models.campaign import Campaign
from campaigns.models.mirrored import Mirrored


class AdGroup(Mirrored):
    level = Level.ADGROUP

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="adgroups")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "remote_id"], name="adgroup_mirrored_once")
        ]

    def raw_tree(self) -> dict[str, Any]:
        """The ad group with its ads as wanted, nested as REST takes it."""
        return {**self.wanted, "ads": [dict(ad.wanted) for ad in self.ads.all()]}

    @property
    def parent(self) -> Campaign:
        return self.campaign
