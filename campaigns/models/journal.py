"""Who decided what (Change, the audit record), what TikTok reported (Flip), and where it refused what our rules passed
(Surprise). All are only ever appended to."""

from typing import Any

from django.db import models

from campaigns.models.accounts import Advertiser, Person


class ChangeManager(models.Manager["Change"]):
    def create(self, **members: Any) -> "Change":
        """With the token and the address that the actor came with, which no service needs to know of."""
        actor: Person | None = members.get("actor")
        if actor is not None:
            members = {"token": actor.via.token_key if actor.via else "", "origin": actor.origin} | members
        return super().create(**members)


class Change(models.Model):
    """One act of a person, a client or the machine, with what was before and after it."""

    class Act(models.TextChoices):
        CREATED = "created"
        EDITED = "edited"
        DISCARDED = "discarded"
        LAUNCHED = "launched"
        GREW = "grew"  # ad groups or ads were added to what was launched before
        PAUSED = "paused"  # a launch, which makes nothing more for the time being
        RESUMED = "resumed"
        CANCELLED = "cancelled"
        REMADE = "remade"  # what was lost at TikTok while the launch was under way
        RESOLVED = "resolved"  # a person settled a push that nobody could be sure of
        STOPPED = "stopped"
        STARTED = "started"
        CONNECTED = "connected"
        DISCONNECTED = "disconnected"
        TOKEN_REFUSED = "token_refused"  # TikTok takes the connection's token no longer
        NOT_RENEWED = "not_renewed"  # its short-term token
        WEBHOOK_SET = "webhook_set"
        WEBHOOK_REMOVED = "webhook_removed"
        PEOPLE = "people"  # somebody became a member, got another role or limit, or left
        SECURITY = "security"  # a person's own doors: the second factor, sessions
        TOKEN_MADE = "token_made"
        TOKEN_REVOKED = "token_revoked"
        POLICY = "policy"  # an account put its own number in place of the house's, or took it back
        TOOK = "took"  # what TikTok holds otherwise is wanted from now on; nothing is sent
        REMOVED = "removed"  # what was made elsewhere, or twice, is taken away at TikTok
        SWITCHED_OFF = "switched_off"  # the machine stopped a late twin
        PROPOSED = "proposed"  # asked a manager for what the gate does not let through
        DECIDED = "decided"  # a proposal was approved, returned, refused, let wait, withdrawn, or fell
        UTM = "utm"  # the account's set of URL parameters
        RESTORED = "restored"  # the database was put back from a backup
        ENVELOPE = "envelope"  # the most that an account may be exposed to on a day

    class Door(models.TextChoices):
        PAGE = "page"
        REST = "rest"
        MACHINE = "machine"

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="changes")
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="changes")
    door = models.CharField(max_length=16, choices=Door.choices)
    act = models.CharField(max_length=16, choices=Act.choices)
    # our id of the campaign: kept as a number, because a discarded draft leaves no row behind
    campaign_ref = models.BigIntegerField(null=True, db_index=True)
    target = models.CharField(
        max_length=64, blank=True
    )  # `campaign`, `adgroups/12`, `ads/7`, by our ids; `policy`
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    note = models.TextField(blank=True)
    token = models.CharField(max_length=40, blank=True)  # how the client's token begins
    origin = models.CharField(max_length=45, blank=True)  # the network address that the act came from
    at = models.DateTimeField(db_index=True)

    objects = ChangeManager()

    class Meta:
        ordering = ["-at", "-pk"]


class Seal(models.Model):
    """One link of an account's chain over its journal: `digest` is keyed, over the change and the link before.

    Names its change by number alone, so that a change which was taken out leaves its seal behind. `mark`, keyed as well, is on
    the seals of changes that were given up by policy: `hollow:…`, or `start:…` where all links before it went too.
    """

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="seals")
    number = models.PositiveBigIntegerField()  # 1, 2, 3 … without a gap
    change_ref = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    mark = models.CharField(max_length=72, blank=True)

    class Meta:
        ordering = ["advertiser", "number"]
        constraints = [models.UniqueConstraint(fields=["advertiser", "number"], name="seal_once")]


class Flip(models.Model):
    """One thing that moved at TikTok, found by reading: a switch, a status, a member, a module's state, a vanished object.

    It happened between `since` and `at`.
    """

    class Cause(models.TextChoices):
        TIKTOK = "tiktok"  # follows from TikTok's own doing: reviews, statuses, and modules as they read
        OURS = "ours"  # what we wanted and sent
        ELSEWHERE = "elsewhere"  # somebody in TikTok's own manager, or another tool

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="flips")
    campaign_ref = models.BigIntegerField(db_index=True)
    target = models.CharField(max_length=64)
    # `operation_status`, `secondary_status`, `module:targeting`, `existence`, `review`, `stranger`, `body:budget`,
    # `body:targeting_spec/languages`
    member = models.CharField(max_length=128)
    before = models.TextField(blank=True)  # of a `body:` member as JSON text
    after = models.TextField(blank=True)
    cause = models.CharField(max_length=16, choices=Cause.choices, default=Cause.TIKTOK)
    since = models.DateTimeField(null=True, blank=True)  # when it was last seen as it was before
    at = models.DateTimeField(db_index=True)  # when it was read, which is not when it happened

    class Meta:
        ordering = ["-at", "-pk"]


class Surprise(models.Model):
    """TikTok refused what our rules had passed, or holds what they refuse: with what was sent, what was answered, and by
    which rules it was judged."""

    class Kind(models.TextChoices):
        REFUSED = "refused"  # by TikTok, after our rules passed it
        ACCEPTED = "accepted"  # TikTok holds it, and our rules would refuse it

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.REFUSED)
    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="surprises")
    campaign_ref = models.BigIntegerField(db_index=True)
    target = models.CharField(max_length=64)
    label = models.CharField(max_length=600, blank=True)
    endpoint = models.CharField(max_length=100)
    code = models.IntegerField(null=True, blank=True)
    message = models.TextField(blank=True)
    request = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    rules_version = models.CharField(max_length=16)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]
