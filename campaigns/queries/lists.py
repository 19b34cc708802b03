"""Reads for people: who sees what, lists, trees, progress. Never writes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from campaigns.models import (
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
    Change,
    ClientToken,
    Delivery,
    Flip,
    Membership,
    Notice,
    Person,
    Push,
    SavedView,
    Webhook,
)
from campaigns.models.campaign import CampaignQuerySet, State, say_switch
from campaigns.models.trees import within_tree
from campaigns.rules.authority import Act, Role, roles_that_may


def visible_to(person: Person) -> "Any":
    """The accounts a person is a member of, within their token's reach. Everything else does not exist for them (404)."""
    return _within_reach(person, Advertiser.objects.filter(memberships__person=person)).distinct()


def accounts_for(person: Person, act: Act) -> "Any":
    """The accounts for which a person's role, and their token, allow an act."""
    roles = [role.value for role in roles_that_may(act)]
    accounts = Advertiser.objects.filter(memberships__person=person, memberships__role__in=roles)
    if person.via and not person.via.allows(act):
        return accounts.none()
    return _within_reach(person, accounts).distinct()


def _within_reach(person: Person, accounts: "Any") -> "Any":
    token = person.via
    return accounts if token is None or token.every_account else accounts.filter(tokens=token)


def visible_tokens(person: Person) -> "QuerySet[ClientToken]":
    """The person's own tokens, and those that reach an account which the person administers."""
    held = accounts_for(person, Act.CONNECT)
    reaching = Q(accounts__in=held) | Q(every_account=True, user__memberships__advertiser__in=held)
    found = ClientToken.objects.filter(Q(user=person) | reaching).distinct()
    return found.select_related("user").prefetch_related("accounts").order_by("-created")


def visible_notices(person: Person) -> "QuerySet[Notice]":
    return Notice.objects.filter(advertiser__in=visible_to(person)).select_related("advertiser")


def visible_webhooks(person: Person) -> "QuerySet[Webhook]":
    """Those of accounts whose webhooks the person may set: an address may hold a secret of its own."""
    found = Webhook.objects.filter(advertiser__in=accounts_for(person, Act.WEBHOOK))
    return found.select_related("advertiser", "owner")


def visible_deliveries(person: Person) -> "QuerySet[Delivery]":
    held = accounts_for(person, Act.WEBHOOK)
    return Delivery.objects.filter(webhook__advertiser__in=held).select_related("webhook__advertiser")


def role_of(person: Person, advertiser: Advertiser) -> Role | None:
    membership = Membership.objects.filter(person=person, advertiser=advertiser).first()
    return Role(membership.role) if membership else None


def roles_of(person: Person) -> dict[int, Role]:
    """The person's role for each of their accounts, by our id of the account. One query."""
    pairs = Membership.objects.filter(person=person).values_list("advertiser_id", "role")
    return {advertiser: Role(role) for advertiser, role in pairs}


def memberships_of(person: Person) -> list[Membership]:
    """A signed-in person's roles, each with its account and connection, by the account's name. One query."""
    rows = Membership.objects.filter(person=person).select_related("advertiser__connection")
    return list(rows.order_by("advertiser__name", "advertiser"))


def visible_campaigns(person: Person) -> CampaignQuerySet:
    """Campaigns of the person's accounts, with their derived state."""
    return held_campaigns(person).with_state().select_related("advertiser", "created_by", "launch")


def held_campaigns(person: Person) -> CampaignQuerySet:
    """The same without their state, to be counted and narrowed: what derives it costs also where nobody reads it."""
    campaigns: CampaignQuerySet = Campaign.objects.filter(advertiser__in=visible_to(person))
    return campaigns


def visible_views(person: Person) -> "QuerySet[SavedView]":
    """One's own saved views, and those that are shared in the person's accounts."""
    shared = Q(advertiser__in=visible_to(person))
    found = SavedView.objects.filter(Q(owner=person, advertiser=None) | shared)
    return found.select_related("owner", "advertiser")


def search_campaigns(
    campaigns: CampaignQuerySet, *, text: str = "", state: str = "", advertiser_id: str = ""
) -> CampaignQuerySet:
    """Narrows a list: by name or TikTok id, by state, by TikTok's account id."""
    if text:
        named = Campaign.objects.filter(name__icontains=text).order_by().values("pk")
        known = Campaign.objects.filter(remote_id=text).order_by().values("pk")
        holding = AdGroup.objects.filter(remote_id=text).order_by().values("campaign")
        campaigns = campaigns.filter(pk__in=named.union(known, holding))  # each by an index of its own
    if state in State.values:
        campaigns = campaigns.in_state(State(state))
    if advertiser_id:
        campaigns = campaigns.filter(advertiser__advertiser_id=advertiser_id)
    return campaigns


def list_mending(person: Person) -> CampaignQuerySet:
    """Campaigns whose launch or growth TikTok refused in part, until that is mended, the newest first."""
    return visible_campaigns(person).filter(mends=True)  # type: ignore[misc]  # annotated by with_state


def list_paused(person: Person) -> CampaignQuerySet:
    """Campaigns whose launch or growth somebody paused, the longest paused first."""
    under_way = {"launch__finished_at": None, "launch__cancelled_at": None}
    found = visible_campaigns(person).filter(launch__paused_at__isnull=False, **under_way)
    return found.select_related("launch", "advertiser").order_by("launch__paused_at", "pk")


def with_tree(campaigns: CampaignQuerySet) -> CampaignQuerySet:
    """Ad groups and ads along, in two queries."""
    return campaigns.prefetch_related(
        Prefetch("adgroups", AdGroup.objects.prefetch_related(Prefetch("ads", Ad.objects.all())))
    )


def list_changes(campaign: Campaign) -> "Any":
    return Change.objects.filter(campaign_ref=campaign.pk, advertiser=campaign.advertiser).select_related(
        "actor"
    )


def list_flips(campaign: Campaign) -> "Any":
    return Flip.objects.filter(campaign_ref=campaign.pk, advertiser=campaign.advertiser)


def read_module_starts(campaign: Campaign) -> dict[tuple[str, str], tuple[str, datetime, int]]:
    """The newest Flip of each ad group's modules, by target and module: its state, when it was read, and how many there are.

    One query.
    """
    found: dict[tuple[str, str], tuple[str, datetime, int]] = {}
    rows = list_flips(campaign).filter(member__startswith="module:").order_by("at", "pk")
    for target, member, after, at in rows.values_list("target", "member", "after", "at"):
        key = (target, member.removeprefix("module:"))
        found[key] = (after, at, found[key][2] + 1 if key in found else 1)
    return found


def count_states(campaigns: CampaignQuerySet) -> Mapping[tuple[int, str], int]:
    """How many campaigns of each account, by our id of it, and state. Three queries. `campaigns` are without their state.

    Of most the switch alone says it, and an index counts those; only the others are looked at one by one.
    """
    plain = campaigns.order_by()
    there = ExpressionWrapper(Q(vanished_at__isnull=True), BooleanField())
    switches = plain.annotate(there=there).values_list("advertiser", "operation_status", "there")
    found: Counter[tuple[int, str]] = Counter()
    for account, switch, stands, count in switches.annotate(number=Count("*")):
        found[account, say_switch(switch) if stands else State.REMOVED] += count
    others = plain.unlike_their_switch().with_state().values_list("advertiser", "operation_status", "state")  # type: ignore[misc]
    for account, switch, state, count in others.annotate(number=Count("*")):
        found[account, state] += count
        found[account, say_switch(switch)] -= count
    return +found


def sum_states(counts: Mapping[tuple[int, str], int], account: int | None = None) -> dict[str, int]:
    """The numbers of all accounts, or of one, by state."""
    found: Counter[str] = Counter()
    for (held, state), count in counts.items():
        if account in (None, held):
            found[state] += count
    return dict(found)


@dataclass(frozen=True, slots=True)
class TreeSummary:
    """The size of a tree, and how many of its ad groups and ads stand in each of TikTok's secondary statuses."""

    adgroups: dict[str, int]
    ads: dict[str, int]

    @property
    def adgroup_count(self) -> int:
        return sum(self.adgroups.values())

    @property
    def ad_count(self) -> int:
        return sum(self.ads.values())


def summarise_trees(campaigns: Sequence[Campaign]) -> dict[int, TreeSummary]:
    """Sizes and statuses of many trees at once, by our id. Two queries."""
    summaries = {campaign.pk: TreeSummary({}, {}) for campaign in campaigns}
    groups = AdGroup.objects.filter(campaign__in=summaries, vanished_at__isnull=True)
    ads = Ad.objects.filter(adgroup__campaign__in=summaries, vanished_at__isnull=True)
    for pk, status, count in (
        groups.order_by().values_list("campaign", "secondary_status").annotate(count=Count("pk"))
    ):
        summaries[pk].adgroups[status] = count
    for pk, status, count in (
        ads.order_by().values_list("adgroup__campaign", "secondary_status").annotate(count=Count("pk"))
    ):
        summaries[pk].ads[status] = count
    return summaries


def read_last_changes(campaigns: Sequence[Campaign]) -> dict[int, Change]:
    """The newest decision about each campaign, by our id. One query."""
    newest = Change.objects.filter(campaign_ref=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    ids = Campaign.objects.filter(pk__in=[campaign.pk for campaign in campaigns]).values(
        newest=Subquery(newest)
    )
    changes = Change.objects.filter(pk__in=ids).select_related("actor")
    return {change.campaign_ref: change for change in changes if change.campaign_ref is not None}


def list_stuck(person: Person) -> "Any":
    """Open pushes of the person's accounts that met an error, or wait for a look: the road to TikTok is not clear."""
    rows = Push.objects.filter(advertiser__in=visible_to(person))
    unclear = Q(state=Push.State.UNSURE) | Q(state=Push.State.WAITING, error__isnull=False)
    return rows.filter(unclear).order_by("not_before", "pk")


def list_refused_calls(person: Person) -> "Any":
    """Changes and growths of live campaigns of the person's accounts that TikTok refused, until they are mended, newest first.

    Of what is not at TikTok any more nothing is left to mend.
    """
    rows = _with_targets(person).filter(state=Push.State.REFUSED)
    rows = rows.filter(
        campaign__vanished_at=None, adgroup__vanished_at=None, ad__vanished_at=None
    )  # of the two levels it is not about there is no row
    return rows.filter(Q(launch=None) | Q(launch__grows=True, launch__cancelled_at=None))


def list_broken_changes(person: Person) -> "Any":
    """Changes of live campaigns of the person's accounts that broke off by a fault of ours, newest first: only a person lets
    them go on. Those of a launch make its campaign need a person."""
    return _with_targets(person).filter(state=Push.State.NEEDS_PERSON, launch=None)


def _with_targets(person: Person) -> "QuerySet[Push]":
    rows = Push.objects.filter(advertiser__in=visible_to(person))
    roads = ("campaign__advertiser", "adgroup__campaign__advertiser", "ad__adgroup__campaign__advertiser")
    return rows.select_related(*roads).order_by("-settled_at", "-pk")


def list_pushes(campaign: Campaign) -> "Any":
    """Every push of a tree, whatever it came from. One query."""
    return within_tree(Push.objects.all(), campaign.pk)


def visible_changes(person: Person) -> "QuerySet[Change]":
    """Who decided what, in the person's accounts, newest first."""
    return Change.objects.filter(advertiser__in=visible_to(person)).select_related("actor", "advertiser")


def visible_flips(person: Person) -> "QuerySet[Flip]":
    """What TikTok reported, in the person's accounts, newest first."""
    return Flip.objects.filter(advertiser__in=visible_to(person)).select_related("advertiser")


def visible_adgroups(person: Person) -> "QuerySet[AdGroup]":
    groups = AdGroup.objects.filter(campaign__advertiser__in=visible_to(person))
    return groups.select_related("campaign__advertiser")


def visible_ads(person: Person) -> "QuerySet[Ad]":
    ads = Ad.objects.filter(adgroup__campaign__advertiser__in=visible_to(person))
    return ads.select_related("adgroup__campaign__advertiser")


def accounts_with_role(person: Person) -> "QuerySet[Advertiser]":
    """The person's accounts with their connection, each with the person's own membership in `own`."""
    own = Prefetch("memberships", Membership.objects.filter(person=person), to_attr="own")
    return visible_to(person).select_related("connection").prefetch_related(own)


def list_accounts(person: Person) -> "Any":
    """The person's accounts with their connection, people and number of campaigns. Two queries."""
    people = Prefetch("memberships", Membership.objects.select_related("person"))
    counted = Count("campaigns", distinct=True)
    return (
        visible_to(person)
        .select_related("connection", "envelope")
        .prefetch_related(people)
        .annotate(campaign_count=counted)
    )


def count_rows(rows: "QuerySet[Any]") -> Coalesce:
    """The number of rows as an expression."""
    counted = rows.order_by().values(all=Value(1)).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)
