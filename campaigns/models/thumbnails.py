"""Small pictures of what ads can show: fetched once by a worker, kept here, served by us."""

from django.db import models

from campaigns.models.accounts import Advertiser


class Thumbnail(models.Model):
    """The picture of one video, picture or post. `content` None: not fetched yet, or it could not be (`error`).

    `not_before` is when it may next be fetched, and the lease of the worker that is at it.
    """

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="thumbnails")
    kind = models.CharField(max_length=16, help_text="videos, pictures or posts")
    key = models.CharField(max_length=255, help_text="TikTok's id of it")
    content = models.BinaryField(null=True)
    content_type = models.CharField(max_length=32, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="bytes of content")
    fetched_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["advertiser", "kind", "key"], name="thumbnail_once"),
        ]
