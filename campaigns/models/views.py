"""Saved views of the list of campaigns: an address with a name, for oneself or for everybody in an account."""

from django.db import models
from django.db.models import Q

from campaigns.models.accounts import Advertiser, Person


class SavedView(models.Model):
    """`address` is what stands behind the `?` of the list. Without `advertiser` nobody but its owner sees it."""

    owner = models.ForeignKey(Person, models.CASCADE, related_name="views")
    advertiser = models.ForeignKey(Advertiser, models.CASCADE, null=True, blank=True, related_name="views")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(advertiser=None), name="one_own_view_of_a_name"
            ),
            models.UniqueConstraint(
                fields=["advertiser", "name"],
                condition=Q(advertiser__isnull=False),
                name="one_team_view_of_a_name",
            ),
        ]
