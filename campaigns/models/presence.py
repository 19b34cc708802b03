"""Who has a campaign open in the builder, and where: so that two people in one draft see each other."""

from django.db import models

from campaigns.models.accounts import Person
from campaigns.models.campaign import Campaign


class Presence(models.Model):
    """A person in a campaign, as last told by their page. `place` is `campaign`, `adgroups/3`, `ads/7` or `grid`.

    `seen_at` is real time. A row outlives the visit; who was not seen for a while is not there.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    place = models.CharField(max_length=32)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "person"], name="one_presence_in_a_campaign")
        ]
