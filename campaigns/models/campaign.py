"""Campaigns and the state a person sees, derived from the launch, its pushes and the mirror."""

from functools import cache
from typing import Any, Self

from django.db import connection, models
from django.db.models import Case, F, OrderBy, Q, Value, When, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.db.transaction import TransactionManagementError

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELETE, ENABLE
from campaigns.models.accounts import Advertiser, Person
from campaigns.models.mirrored import Mirrored
from campaigns.models.outbox import Launch, Push
from campaigns.models.prepared import Prepared, number

_SUMS = ("spend", "results", "cost")


class State(models.TextChoices):
    """What a person sees first (design section 6)."""

    DRAFT = "draft"
    LAUNCHING = "launching"
    LIVE = "live"
    PAUSED = "paused"
    FAILED = "failed"
    NEEDS_PERSON = "needs_person", "needs a person"
    REMOVED = "removed"


def order_measure(column: str, *, descending: bool) -> OrderBy:
    """By a sum of the week, what is unknown last whichever way; as its index says it, in words that both databases know."""
    return Coalesce(F(column), Value(-1)).desc() if descending else F(column).asc(nulls_last=True)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def hold(self, pk: int) -> bool:
        """Keeps everybody else who holds the campaign waiting until this transaction ends; False where it is gone.

        Whoever changes more than one row of a tree holds its campaign first: one order of locks, so that nothing
        is decided on what another transaction is about to change, and no two wait for each other.
        """
        if not connection.in_atomic_block:
            raise TransactionManagementError("a campaign is held inside a transaction, or not at all")
        return bool(_HELD.fetch(campaign=pk))

    def with_state(self) -> Self:
        """Adds `state`, derived in the database so that lists can filter by it, and `mends`.

        What grows below a campaign that serves does not call it failed: only `mends` says that something was refused.
        The few troubled pushes are read once, not for each campaign anew.
        """
        unsure, refused = _troubled(Push.State.NEEDS_PERSON), _troubled(Push.State.REFUSED)
        return self.annotate(
            mends=Case(
                When(refused & ~unsure, vanished_at__isnull=True, then=Value(True)),
                default=Value(False),
                output_field=models.BooleanField(),
            ),
            state=Case(
                *(When(holds, then=Value(state)) for state, holds in _states()),
                default=Value(State.PAUSED),
                output_field=models.CharField(),
            ),
        )

    def in_state(self, state: State) -> Self:
        """Those of one state, said without `state` itself, so that a list can stop at the rows it shows."""
        found = self
        for other, holds in _states():
            if other == state:
                return found.filter(holds)
            found = found.filter(~holds)
        return found

    def drifting(self) -> Self:
        """Those in which TikTok holds something otherwise than wanted. One that is gone there is one of them, unless we wanted
        it away: what drifted in it before does not matter any more.
        """
        removed = Campaign.objects.filter(
            pk=models.OuterRef("pk"), vanished_at__isnull=False, wanted__operation_status=DELETE
        )
        return self.filter(~models.Exists(removed.order_by()), drifting_since__isnull=False)

    def unlike_their_switch(self) -> Self:
        """All whose state their switch alone does not say (`say_switch`): few, so that states can be counted without a
        look at every launch. Asks at once which they are: told of them as a query, PostgreSQL looks at all to find them.
        """
        return self.filter(pk__in=[pk for (pk,) in _UNLIKE.fetch()], vanished_at__isnull=True)


def say_switch(status: str) -> State:
    """The state of a campaign that stands as nearly all do: no draft's launch, nothing under way, nothing troubled."""
    if not status:
        return State.DRAFT
    return State.LIVE if status == ENABLE else State.PAUSED


@cache
def _states() -> tuple[tuple[State, Q], ...]:
    """What makes each state: the first that holds. What none of them holds of is paused."""
    return (
        (State.REMOVED, Q(vanished_at__isnull=False)),
        (State.DRAFT, Q(launch__isnull=True)),
        (State.NEEDS_PERSON, _troubled(Push.State.NEEDS_PERSON)),
        (State.FAILED, _troubled(Push.State.REFUSED) & Q(launch__grows=False)),
        (State.LAUNCHING, Q(launch__finished_at__isnull=True, launch__grows=False)),
        (State.LIVE, Q(operation_status=ENABLE)),
    )


@cache
def _troubled(state: Push.State) -> Q:
    """Whether a row of the campaign's launch stands in a state."""
    pushes = Push.objects.filter(launch__isnull=False, state=state).order_by()
    return Q(pk__in=pushes.values("launch__campaign"))


class Campaign(Mirrored):
    """The root of a tree. `tree_version` moves with every change anywhere below; REST calls it `version`."""

    level = Level.CAMPAIGN

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="campaigns")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    changed_at = models.DateTimeField()
    tree_version = models.PositiveIntegerField(default=1)
    # since when TikTok holds something of the tree otherwise than wanted; the mirror's column, for lists
    drifting_since = models.DateTimeField(null=True, blank=True)
    # sums of the last seven days in the account's currency; written by the reading of results, for the order of lists
    week_spend = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    week_results = models.BigIntegerField(null=True, blank=True)
    week_cost = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)

    objects = CampaignQuerySet.as_manager()
    state: str  # only after with_state()
    mends: bool  # whether its launch stopped at something refused, to be mended; only after with_state()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["advertiser", "remote_id"], name="campaign_mirrored_once")
        ]
        indexes = [
            models.Index(fields=["advertiser", "-changed_at"]),
            models.Index(fields=["-changed_at", "-id"], name="campaign_newest"),
            models.Index(fields=["name", "-id"], name="campaign_by_name"),
            # states are counted by it alone, without a look at the rows
            models.Index(fields=["advertiser", "operation_status", "vanished_at"], name="campaign_switches"),
            models.Index(fields=["id"], condition=Q(operation_status=""), name="campaign_unmade"),
            models.Index(
                fields=["advertiser"], condition=Q(drifting_since__isnull=False), name="campaign_drifting"
            ),
            *(
                models.Index(F(f"week_{name}").asc(), F("id").desc(), name=f"campaign_{name}_up")
                for name in _SUMS
            ),
            *(
                models.Index(
                    order_measure(f"week_{name}", descending=True),
                    F("id").desc(),
                    name=f"campaign_{name}_down",
                )
                for name in _SUMS
            ),
        ]

    def raw_tree(self) -> dict[str, Any]:
        """The tree as wanted, nested as REST takes it. Two queries, unless prefetched."""
        groups = list(self.adgroups.all())
        prefetch_related_objects(groups, "ads")
        return {
            **self.wanted,
            "adgroups": [group.raw_tree() for group in groups],
        }


def _list_unlike() -> models.QuerySet[Any, Any]:
    under_way = Launch.objects.filter(finished_at__isnull=True).values_list("campaign")
    unmade = Launch.objects.filter(campaign__operation_status="").values_list("campaign")
    troubled = Push.objects.filter(
        launch__isnull=False, state__in=[Push.State.NEEDS_PERSON, Push.State.REFUSED]
    )
    return under_way.union(unmade, troubled.order_by().values_list("launch__campaign"))


_UNLIKE = Prepared(_list_unlike)
_HELD = Prepared(
    lambda campaign: (
        Campaign.objects.select_for_update(no_key=True).filter(pk=campaign).order_by().values_list("pk")
    ),
    campaign=number,
)
