"""What TikTok counted: the daily results of every object. An absent row is unknown, not zero (design section 4)."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from campaigns.models.accounts import Advertiser

if TYPE_CHECKING:
    from campaigns.models import Thing

WEEK = 7  # the trailing days that are read again every day (design section 4)
_KEYS = ("campaign", "adgroup", "ad")


def begin_week(zone: str, now: datetime) -> date:
    """The first of the last seven days of a zone, today being the last."""
    return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=WEEK - 1)


def _one_object() -> Q:
    """Exactly one of the three columns names the object."""
    cases = Q()
    for key in _KEYS:
        cases |= Q(**{f"{other}__isnull": other != key for other in _KEYS})
    return cases


class Result(models.Model):
    """One object's numbers of one day in its account's zone, as last read.

    `conversions` are dated by the impression, `real_time_conversions` by the event (platform 9.2: learning counts by
    these); `results` is TikTok's own count for the object's goal. `value` is what the purchases were worth. Amounts are
    in the account's currency. None: TikTok gave no number.
    """

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="results")
    campaign = models.ForeignKey("Campaign", models.CASCADE, null=True, blank=True, related_name="results")
    adgroup = models.ForeignKey("AdGroup", models.CASCADE, null=True, blank=True, related_name="results")
    ad = models.ForeignKey("Ad", models.CASCADE, null=True, blank=True, related_name="results")
    day = models.DateField()

    spend = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    impressions = models.BigIntegerField(null=True)
    clicks = models.BigIntegerField(null=True)
    results = models.BigIntegerField(null=True)
    conversions = models.BigIntegerField(null=True)
    real_time_conversions = models.BigIntegerField(null=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=_one_object(), name="result_has_one_object"),
            *(
                models.UniqueConstraint(fields=[key, "day"], name=f"one_result_per_{key}_day")
                for key in _KEYS
            ),
        ]
        indexes = [models.Index(fields=["advertiser", "-day"])]

    @property
    def target(self) -> "Thing":
        thing = self.campaign or self.adgroup or self.ad
        assert thing is not None, "result_has_one_object"
        return thing


class AssetResult(models.Model):
    """One creative's numbers of one day in its campaign, over all ads that show it, from TikTok's creative report.

    That report knows no `result`: conversions are what it counts. Never add creatives to texts or calls to action: one
    impression counts for each of them (platform section 11).
    """

    campaign = models.ForeignKey("Campaign", models.CASCADE, related_name="asset_results")
    # TikTok's id of the video or picture, of the post where it is one, of the carousel or catalog
    material_id = models.CharField(max_length=128)
    material_type = models.CharField(max_length=64)
    name = models.CharField(max_length=600, blank=True)
    day = models.DateField()

    spend = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    impressions = models.BigIntegerField(null=True)
    clicks = models.BigIntegerField(null=True)
    conversions = models.BigIntegerField(null=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "material_id", "material_type", "day"], name="one_result_per_asset_day"
            )
        ]
