"""What the processes say of themselves."""

from django.db import models


class Heartbeat(models.Model):
    """When a process that must never stand still was last at work, by real time."""

    name = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()


class Restoration(models.Model):
    """The database was put back from a backup: what it says of the time between `backup_at` and `at` is not known.

    Real time. Objects of the campaigns that stood then (`campaigns_to`: the last one by our id) and have no id of TikTok's
    may have been made in that time: see services.restoring.
    """

    backup_at = models.DateTimeField()
    at = models.DateTimeField()
    campaigns_to = models.BigIntegerField()

    class Meta:
        ordering = ["-at", "-pk"]


class Keeping(models.Model):
    """How long one kind of rows is kept is policy (`keep.…`); this is when it was last gone through. Real time.

    Whoever goes through moves `due_at` on first, so that nobody else begins, and the next one does should it die.
    """

    name = models.CharField(max_length=32, unique=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    removed = models.BigIntegerField(default=0)  # in all

    class Meta:
        ordering = ["name"]
