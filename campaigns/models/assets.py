"""What an account owns beside its campaigns: pixels, identities, videos, and pictures that we uploaded or found."""

from django.db import models

from campaigns.models.accounts import Advertiser


class Pixel(models.Model):
    """A website pixel. `events` are the optimization_event codes it lists."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="pixels")
    pixel_id = models.CharField(max_length=32)
    code = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=255)
    events = models.JSONField(default=list)

    class Meta:
        ordering = ["name", "pixel_id"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "pixel_id"], name="pixel_once")]


class Identity(models.Model):
    """A name under which ads appear: a TikTok account, a Business Center's, or a custom one."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="identities")
    identity_id = models.CharField(max_length=128)
    identity_type = models.CharField(max_length=32)
    bc_id = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["identity_type", "name", "identity_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["advertiser", "identity_type", "identity_id"], name="identity_once"
            )
        ]


class Video(models.Model):
    """A video of the account's library."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="videos")
    video_id = models.CharField(max_length=128)
    name = models.CharField(max_length=255)
    duration = models.DecimalField(max_digits=8, decimal_places=2, null=True, help_text="seconds")

    class Meta:
        ordering = ["name", "video_id"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "video_id"], name="video_once")]


class Picture(models.Model):
    """A picture of the account's library. `address` is where we uploaded it from; "" for those found there."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="pictures")
    image_id = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    address = models.TextField(blank=True)

    class Meta:
        ordering = ["name", "image_id"]
        constraints = [
            models.UniqueConstraint(fields=["advertiser", "image_id", "address"], name="picture_once"),
        ]


class Place(models.Model):
    """A place that the account may target, as TikTok's region list names it."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="places")
    location_id = models.CharField(max_length=32)
    name = models.CharField(max_length=255)
    region_code = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ["name", "location_id"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "location_id"], name="place_once")]
