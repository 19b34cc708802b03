"""People, their roles, advertiser accounts and the connections through which they are reached."""

from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.models import AbstractUser
from django.db import models
from knox.models import AbstractAuthToken

from campaigns.contract.money import CURRENCIES, Currency
from campaigns.models.fields import EncryptedTextField
from campaigns.models.prepared import Prepared, number
from campaigns.rules.authority import Act, Role, Scope, may_by_token
from campaigns.rules.facts import AccountFacts, IdentityFacts, PastCost, PixelFacts


class Person(AbstractUser):
    """Somebody who signs in. `time_zone` is an IANA name; the screens show it beside the account's zone and UTC."""

    time_zone = models.CharField(max_length=64, default="UTC")
    notices_seen_at = models.DateTimeField(null=True, blank=True)
    mails = models.BooleanField(default=True)  # wants notices by e-mail, where there is an address
    # the last notice, by its id, that was mailed at once, and that stood in a digest; and the day of that digest
    mailed_to = models.BigIntegerField(default=0)
    digest_to = models.BigIntegerField(default=0)
    digest_on = models.DateField(null=True, blank=True)

    # The token that the person's client came with; None for the person at a page. A row's instance lives one request.
    via: "ClientToken | None" = None
    origin: str = ""  # the network address that the request came from

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username


def list_scopes() -> list[str]:
    return [scope.value for scope in Scope]


class ClientToken(AbstractAuthToken):
    """A REST client's token: only its digest is stored. It counts as its owner, narrowed by scopes and accounts."""

    name = models.CharField(max_length=100, blank=True)
    scopes = models.JSONField(default=list_scopes)
    every_account = models.BooleanField(default=True)  # of its owner, also those that come later
    accounts = models.ManyToManyField("Advertiser", blank=True, related_name="tokens")
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    # Limits of its own, below its owner's; empty: none
    largest_budget = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    changes_per_day = models.PositiveIntegerField(null=True, blank=True)
    must_propose = models.BooleanField(default=False)
    launch_needs_person = models.BooleanField(default=False)

    def allows(self, act: Act) -> bool:
        return may_by_token(self.scopes, act)


class Connection(models.Model):
    """One authorisation at TikTok (or another server that speaks its API): the token, and whether it still works.

    A long-term token never ends; a short-term one comes with another that renews it. All times here are real time.
    """

    name = models.CharField(max_length=200)
    access_token = EncryptedTextField()  # empty: forgotten, with the last account that was disconnected
    version = models.PositiveIntegerField(default=1)  # of the token: what is heard of an older one is no news
    app_id = models.CharField(max_length=32, blank=True)  # whom it was given to; empty: not known
    scopes = models.JSONField(null=True, blank=True)  # TikTok's numbers of what was granted; null: not told
    # the accounts that were granted, and when somebody chose among them; null: nobody has yet
    offered = models.JSONField(default=list, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    connected_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    connected_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=500, blank=True)

    refresh_token = EncryptedTextField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    refresh_until = models.DateTimeField(null=True, blank=True)
    # when somebody has to look after it: renew the token, ask whether it is taken again, forget what nobody chose
    tend_at = models.DateTimeField(null=True, blank=True, db_index=True)
    trouble = models.CharField(max_length=500, blank=True)  # why it could not be renewed


class ConsentRequest(models.Model):
    """Somebody was led to TikTok's consent page. `digest` is of the state that has to come back, in time and once."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


def within_reach(path: str = "") -> models.Q:
    """Accounts that may be called: connected, by a token that TikTok takes. `path` leads there, as `advertiser__` does."""
    return models.Q(**{f"{path}disconnected_at": None, f"{path}connection__refused_at": None})


class Advertiser(models.Model):
    """One advertiser account as TikTok describes it. `zone` is an IANA name, `country` ISO 3166 alpha-2."""

    advertiser_id = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True)
    location_id = models.CharField(max_length=32, blank=True)
    bc_id = models.CharField(max_length=32, blank=True)  # the Business Center that owns the account
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="advertisers")
    disconnected_at = models.DateTimeField(
        null=True, blank=True
    )  # what is kept of it stays; nothing is sent or read
    status = models.CharField(max_length=64, blank=True)
    # what the last check of the connection found: {"scopes": {...}, "allowlist": ..., "pixels": ...}
    readiness = models.JSONField(default=dict)
    videos_read_at = models.DateTimeField(null=True, blank=True)
    # the account's own set of URL parameters: [{"key", "value"}]
    utm_params = models.JSONField(default=list, blank=True)
    pulled_at = models.DateTimeField(null=True, blank=True)
    pull_error = models.CharField(max_length=500, blank=True)
    people = models.ManyToManyField(Person, through="Membership", related_name="advertisers")

    class Meta:
        ordering = ["name"]

    @property
    def needs_connecting(self) -> bool:
        """Whether TikTok refuses the token it is reached by, or does not renew it."""
        troubled = self.connection.refused_at is not None or bool(self.connection.trouble)
        return troubled and self.disconnected_at is None

    @property
    def money(self) -> Currency:
        return CURRENCIES[self.currency]

    def facts(self) -> AccountFacts:
        """What the rules know of this account. Four queries."""
        videos = _VIDEOS.fetch(account=self.pk) if self.videos_read_at else None
        return AccountFacts(
            advertiser_id=self.advertiser_id,
            name=self.name,
            currency=self.money,
            zone=self.zone,
            country=self.country,
            location_id=self.location_id or None,
            pixels=tuple(
                PixelFacts(pixel, code, name, tuple(events))
                for pixel, code, name, events in _PIXELS.fetch(account=self.pk)
            ),
            identities=tuple(IdentityFacts(*item) for item in _IDENTITIES.fetch(account=self.pk)),
            videos=None if videos is None else frozenset(video for (video,) in videos),
            utm=tuple((item["key"], item["value"]) for item in self.utm_params),
            costs=self._read_costs(),
        )

    def _read_costs(self) -> dict[str, PastCost]:
        """As the last reading of the results left them."""
        read = _RESULTS.fetch(account=self.pk)
        costs = (read[0][0].get("costs") or {}) if read else {}
        return {
            event: PastCost(
                amount=Decimal(cost["amount"]),
                conversions=cost["conversions"],
                first=date.fromisoformat(cost["first"]),
                last=date.fromisoformat(cost["last"]),
                read_at=datetime.fromisoformat(cost["read_at"]),
            )
            for event, cost in costs.items()
        }


# Every judgement asks these
_PIXELS = Prepared(
    lambda account: Advertiser(pk=account).pixels.values_list("pixel_id", "code", "name", "events"),
    account=number,
)
_IDENTITIES = Prepared(
    lambda account: Advertiser(pk=account).identities.values_list(
        "identity_id", "identity_type", "name", "bc_id"
    ),
    account=number,
)
_VIDEOS = Prepared(
    lambda account: Advertiser(pk=account).videos.order_by().values_list("video_id"), account=number
)
_RESULTS = Prepared(
    lambda account: (
        Advertiser(pk=account).readings.filter(kind="results").order_by("pk").values_list("state")[:1]
    ),
    account=number,
)


class Membership(models.Model):
    """What one person may do for one advertiser."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(role.value, role.value.capitalize()) for role in Role])
    # How much more an account may spend on its worst day by one act of theirs, in its currency; beyond it a manager
    # has to agree. Empty: as much as the role lets them.
    largest_raise = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "advertiser"], name="one_role_per_account"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="role_known"
            ),
        ]
