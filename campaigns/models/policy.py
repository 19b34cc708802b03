"""House numbers that an account puts its own in place of, and the policy that holds for an account."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import models

from campaigns.models.accounts import Advertiser, Person
from campaigns.models.prepared import Prepared, Several, number
from campaigns.rules.policy import Policy, house_policy


class PolicyOverride(models.Model):
    """One number of an account's own. The journal keeps what stood before it."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="overrides")
    name = models.CharField(max_length=64)  # of the figure, such as `learning.days`
    value = models.DecimalField(max_digits=12, decimal_places=2)
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["advertiser", "name"], name="one_override_per_figure"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="override_has_reason"),
        ]


def policy_of(advertiser: Advertiser) -> Policy:
    """The house policy with the account's own numbers. One query."""
    return policies_of([advertiser.pk])[advertiser.pk]


def policies_of(advertisers: Iterable[int]) -> dict[int, Policy]:
    """The policy of each account, by our id. One query.

    A number that the house no longer admits (its bounds were drawn closer since) counts for nothing.
    """
    house = house_policy()
    values: dict[int, dict[str, Decimal]] = {pk: {} for pk in advertisers}
    for pk, name, value in _OVERRIDES.fetch(advertisers=list(values)):
        number = Decimal(f"{value.normalize():f}")
        if house.find_objection(name, number) is None:
            values[pk][name] = number
    return {pk: house.override(own) for pk, own in values.items()}


_OVERRIDES = Prepared(
    lambda advertisers: PolicyOverride.objects.filter(advertiser__in=advertisers).values_list(
        "advertiser_id", "name", "value"
    ),
    advertisers=Several(number),
)


def list_overrides(advertiser: Advertiser) -> dict[str, PolicyOverride]:
    """The account's own numbers with who set them, by the figure's name. One query."""
    rows = PolicyOverride.objects.filter(advertiser=advertiser).select_related("actor")
    return {row.name: row for row in rows}
