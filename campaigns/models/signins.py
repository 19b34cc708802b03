"""Sessions that people opened: where from and with what, so that a strange one is seen and ended."""

from django.db import models

from campaigns.models.accounts import Person


class SignIn(models.Model):
    person = models.ForeignKey(Person, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    origin = models.CharField(max_length=45, blank=True)  # network address
    agent = models.CharField(max_length=200, blank=True)  # what the browser says it is
    second_factor = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
