"""Proposals: changes that wait for a manager, what was decided about them, and the envelope that approvals draw on."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from campaigns.models.accounts import Advertiser, Person
from campaigns.models.ad import Ad
from campaigns.models.adgroup import AdGroup
from campaigns.models.campaign import Campaign
from campaigns.models.journal import Change

if TYPE_CHECKING:
    from campaigns.models import Thing


class Proposal(models.Model):
    """One change, or a bundle of them, that somebody asks a manager for. `version` moves whenever it changes."""

    class State(models.TextChoices):
        OPEN = "open"  # nobody has decided
        RETURNED = "returned"  # to whoever asked, with a comment or another value
        WAITING = "waiting"  # decided: goes by itself when the lock opens, judged again then
        BOUNDED = "bounded"  # decided: goes by itself while the live value keeps within bounds
        APPLIED = "applied"  # every item is done or on its way
        STOPPED = "stopped"  # an item could not go; its receipt says why, those behind it were not tried
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        STALE = "stale"  # the live value moved
        EXPIRED = "expired"  # nobody decided in time

    OPEN_STATES = (State.OPEN, State.RETURNED, State.WAITING, State.BOUNDED)

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="proposals")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    door = models.CharField(max_length=16, choices=Change.Door.choices)
    reason = models.CharField(max_length=500)
    # lowered at once, with a reason, and shown as done (L2)
    emergency = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    # {"member", "least", "most", "raise_by", "until"}: what an approval within bounds allows
    bounds = models.JSONField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="proposal_has_reason")]
        indexes = [models.Index(fields=["advertiser", "state"], name="proposal_queue")]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES


class ProposalItem(models.Model):
    """One object's members in a proposal, with the live values it was made against and, once tried, its receipt."""

    class Receipt(models.TextChoices):
        NONE = "none"  # not tried yet
        DONE = "done"  # wanted from now on, and on its way to TikTok
        REFUSED = "refused"  # by the rules, at the moment of applying
        STALE = "stale"
        UNSURE = "unsure"  # an earlier call about the object has no answer yet
        UNTRIED = "untried"  # an item before it could not go

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="proposal_items")
    adgroup = models.ForeignKey(AdGroup, models.CASCADE, null=True, blank=True, related_name="proposal_items")
    ad = models.ForeignKey(Ad, models.CASCADE, null=True, blank=True, related_name="proposal_items")
    before = models.JSONField()  # by path in the object: the live values
    after = models.JSONField()
    counter = models.JSONField(null=True, blank=True)  # what a manager would agree to instead
    findings = models.JSONField(default=list)
    # {"chance", "days", "expected_days", "money", "expected_money", "adgroups": [...]}; null where nothing is learning
    cost = models.JSONField(null=True, blank=True)
    exposure = models.JSONField(default=dict)  # {"before": {...}, "after": {...}}: worst day, week, total
    receipt = models.CharField(max_length=16, choices=Receipt.choices, default=Receipt.NONE)
    note = models.TextField(blank=True)
    change = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="one_item_per_place"),
            models.CheckConstraint(
                condition=Q(ad__isnull=True) | Q(adgroup__isnull=False), name="ad_item_has_its_adgroup"
            ),
            models.CheckConstraint(
                condition=~Q(receipt="done") | Q(change__isnull=False), name="done_has_its_change"
            ),
        ]

    @property
    def grows(self) -> bool:
        """Whether it adds ad groups or ads below its object, instead of setting members of it."""
        return bool(self.after) and set(self.after) <= {"adgroups", "ads"}

    @property
    def target(self) -> "Thing":
        return self.ad or self.adgroup or self.campaign


class Decision(models.Model):
    """One step in the life of a proposal: who, what, and on which version. Only ever appended to; no actor: the machine."""

    class Act(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        BOUNDED = "bounded"
        RETURNED = "returned"
        ACCEPTED = "accepted"  # the counter-value, by whoever asked
        REFUSED = "refused"
        WAITED = "waited"
        WITHDRAWN = "withdrawn"
        APPLIED = "applied"
        STOPPED = "stopped"
        FELL_STALE = "fell_stale", "fell stale"
        EXPIRED = "expired"
        HELD_BACK = "held_back", "held back"  # judged again at the opening, and not let through

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="decisions")
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=16, choices=Act.choices)
    version = models.PositiveIntegerField()
    comment = models.CharField(max_length=2000, blank=True)
    detail = models.JSONField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class ProposalLook(models.Model):
    """Which version of a proposal a person has ticked as viewed; the tick falls when it changes."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="looks")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="one_look_per_person")]


class Envelope(models.Model):
    """The most an account may be exposed to on one day, set by an administrator. `held` is the sum of its open holds."""

    advertiser = models.OneToOneField(Advertiser, models.CASCADE, related_name="envelope")
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    held = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="envelope_holds_something"),
            models.CheckConstraint(condition=Q(held__gte=0), name="envelope_owes_nothing"),
        ]


class Hold(models.Model):
    """What an approval takes of the envelope until TikTok has it (used) or it comes to nothing (freed)."""

    class State(models.TextChoices):
        HELD = "held"
        USED = "used"
        FREED = "freed"

    envelope = models.ForeignKey(Envelope, models.CASCADE, related_name="holds")
    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="hold")
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_holds_something"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("placed_at")), name="hold_lasts"),
        ]
