"""What the processes say of themselves."""

from django.db import models


class Heartbeat(models.Model):
    """When a process that must never stand still was last at work, by real time."""

    name = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()
