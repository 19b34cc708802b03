"""Reads for those who decide: ad groups that may learn, and proposals."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from campaigns.models import AdGroup, Decision, Notice, Person, Proposal, ProposalItem
from campaigns.models.prepared import Prepared, moment, number
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


def search_proposals(
    proposals: "QuerySet[Proposal]", *, text: str = "", advertiser_id: str = "", asked_by: str = ""
) -> "QuerySet[Proposal]":
    """Narrows a list: by reason, or name or TikTok id of an object; by TikTok's id of the account; by user name."""
    if text:
        places = ("campaign", "adgroup", "ad")
        held = Q(*((f"{place}__name__icontains", text) for place in places), _connector=Q.OR)
        held |= Q(*((f"{place}__remote_id", text) for place in places), _connector=Q.OR)
        items = ProposalItem.objects.filter(held).order_by().values("proposal")
        proposals = proposals.filter(Q(reason__icontains=text) | Q(pk__in=items))
    if advertiser_id:
        proposals = proposals.filter(advertiser__advertiser_id=advertiser_id)
    if asked_by:
        proposals = proposals.filter(asked_by__username=asked_by)
    return proposals


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
    seen = person.notices_seen_at or _NEVER
    if person.via:  # a token's reach is not a person's
        return News(*_count(person, seen).get())
    return News(*_NEWS.fetch(person=person.pk, seen=seen)[0])


def _count(person: Person, seen: datetime) -> "QuerySet[Person, Any]":
    others = Q(state=Proposal.State.OPEN, advertiser__in=accounts_for(person, Act.DECIDE)) & ~Q(
        asked_by=person
    )
    returned = Q(state=Proposal.State.RETURNED, asked_by=person, advertiser__in=visible_to(person))
    notices = Notice.objects.filter(advertiser__in=visible_to(person), at__gt=seen)
    opened = notices.filter(kind=Notice.Kind.LOCK_OPENED)
    counted = (count_rows(rows) for rows in (Proposal.objects.filter(others | returned), notices, opened))
    return Person.objects.filter(pk=person.pk).values_list(*counted)


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # before any notice
_NEWS = Prepared(lambda person, seen: _count(Person(pk=person), seen), person=number, seen=moment)
