"""What an account owns beside its campaigns (pixels, identities, videos, pictures, audiences), and what TikTok lets it target."""

from django.db import models

from campaigns.models.accounts import Advertiser

NAME_LIMIT = 255  # of the name columns


def cut_name(text: object) -> str:
    """What TikTok calls something, as far as its column holds it."""
    return str(text)[:NAME_LIMIT]


class Pixel(models.Model):
    """A website pixel. `events` are the optimization_event codes it lists."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="pixels")
    pixel_id = models.CharField(max_length=32)
    code = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=NAME_LIMIT)
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
    name = models.CharField(max_length=NAME_LIMIT)

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
    name = models.CharField(max_length=NAME_LIMIT)
    duration = models.DecimalField(max_digits=8, decimal_places=2, null=True, help_text="seconds")
    width = models.PositiveIntegerField(null=True, help_text="pixels")
    height = models.PositiveIntegerField(null=True, help_text="pixels")

    class Meta:
        ordering = ["name", "video_id"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "video_id"], name="video_once")]


class Picture(models.Model):
    """A picture of the account's library. `address` is where we uploaded it from; "" for those found there."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="pictures")
    image_id = models.CharField(max_length=255)
    name = models.CharField(max_length=NAME_LIMIT, blank=True)
    address = models.TextField(blank=True)
    width = models.PositiveIntegerField(null=True, help_text="pixels")
    height = models.PositiveIntegerField(null=True, help_text="pixels")
    carousel = models.BooleanField(null=True, help_text="whether TikTok takes it for a carousel")

    class Meta:
        ordering = ["name", "image_id"]
        constraints = [
            models.UniqueConstraint(fields=["advertiser", "image_id", "address"], name="picture_once"),
        ]


class Post(models.Model):
    """A post of one of the account's TikTok identities, which a Spark ad may show."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="posts")
    item_id = models.CharField(max_length=32)
    name = models.CharField(max_length=NAME_LIMIT, help_text="its text")
    kind = models.CharField(max_length=16, help_text="VIDEO or CAROUSEL")
    identity_type = models.CharField(max_length=32)
    identity_id = models.CharField(max_length=128)
    bc_id = models.CharField(max_length=32, blank=True)
    public = models.BooleanField(null=True)
    duration = models.DecimalField(max_digits=8, decimal_places=2, null=True, help_text="seconds")
    width = models.PositiveIntegerField(null=True, help_text="pixels")
    height = models.PositiveIntegerField(null=True, help_text="pixels")

    class Meta:
        ordering = ["-item_id"]  # TikTok's ids grow with time
        constraints = [models.UniqueConstraint(fields=["advertiser", "item_id"], name="post_once")]


class Place(models.Model):
    """A place that the account may target, as TikTok's region list names it."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="places")
    location_id = models.CharField(max_length=32)
    name = models.CharField(max_length=NAME_LIMIT)
    region_code = models.CharField(max_length=8, blank=True, help_text="of countries only")
    level = models.CharField(max_length=16, blank=True, help_text="TikTok's word, such as COUNTRY")
    parent_id = models.CharField(max_length=32, blank=True, help_text='"" of a country')

    class Meta:
        ordering = ["name", "location_id"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "location_id"], name="place_once")]


class Language(models.Model):
    """A language of TikTok's list, as `languages` of a targeting takes it."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="languages")
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=NAME_LIMIT)

    class Meta:
        ordering = ["name", "code"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "code"], name="language_once")]


class Interest(models.Model):
    """An interest category; `parent_id` is the category that holds it."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="interests")
    category_id = models.CharField(max_length=32)
    name = models.CharField(max_length=NAME_LIMIT)
    parent_id = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["name", "category_id"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "category_id"], name="interest_once")]


class Audience(models.Model):
    """A custom audience. `size` is TikTok's count of people; None: not told."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="audiences")
    audience_id = models.CharField(max_length=32)
    name = models.CharField(max_length=NAME_LIMIT)
    kind = models.CharField(max_length=64, blank=True, help_text="TikTok's audience_type")
    size = models.PositiveBigIntegerField(null=True)
    valid = models.BooleanField(null=True)
    expiring = models.BooleanField(null=True)

    class Meta:
        ordering = ["name", "audience_id"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "audience_id"], name="audience_once")]
