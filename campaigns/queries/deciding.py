"""Reads for those who decide: ad groups that may learn, and proposals."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from campaigns.models import AdGroup, Decision, Notice, Person, Proposal, ProposalItem
from campaigns.queries.lists import accounts_for, count_rows, visible_adgroups, visible_to
from campaigns.rules.authority import Act


def learning_adgroups(person: Person) -> "QuerySet[AdGroup]":
    """The ad groups of the person's accounts that TikTok holds."""
    return visible_adgroups(person).filter(remote_id__isnull=False, vanished_at__isnull=True)


def visible_proposals(person: Person) -> "QuerySet[Proposal]":
    """Proposals of the person's accounts with all that a card shows, in a constant number of queries."""
    items = ProposalItem.objects.select_related(
        "campaign__advertiser", "adgroup__campaign", "ad__adgroup__campaign", "change"
    ).prefetch_related("campaign__pushes", "adgroup__pushes", "ad__pushes")
    rows = Proposal.objects.filter(advertiser__in=visible_to(person))
    return rows.select_related("advertiser", "asked_by", "decided_by").prefetch_related(
        Prefetch("items", items), Prefetch("decisions", Decision.objects.select_related("actor"))
    )


def count_proposals(person: Person) -> dict[str, int]:
    """How many proposals of each state there are in the person's accounts. One query."""
    rows = Proposal.objects.filter(advertiser__in=visible_to(person)).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class News:
    """What waits for a person: proposals to decide or to answer, notices since the last look, locks that opened since."""

    needing: int = 0
    unseen: int = 0
    opened: int = 0


def count_news(person: Person) -> News:
    """What the rail and Home count, in one query."""
    others = Q(state=Proposal.State.OPEN, advertiser__in=accounts_for(person, Act.DECIDE)) & ~Q(
        asked_by=person
    )
    returned = Q(state=Proposal.State.RETURNED, asked_by=person, advertiser__in=visible_to(person))
    notices = Notice.objects.filter(advertiser__in=visible_to(person))
    if person.notices_seen_at:
        notices = notices.filter(at__gt=person.notices_seen_at)
    opened = notices.filter(kind=Notice.Kind.LOCK_OPENED)
    counted = (count_rows(rows) for rows in (Proposal.objects.filter(others | returned), notices, opened))
    return News(*Person.objects.filter(pk=person.pk).values_list(*counted).get())
