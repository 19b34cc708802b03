"""How much needs somebody, for the strip above the list."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from campaigns.models import Person
from campaigns.models.prepared import Prepared, number
from campaigns.queries.lists import count_rows, list_broken_changes, list_refused_calls, list_stuck
from campaigns.queries.reading_back import list_drifting, list_refused_ads


@dataclass(frozen=True, slots=True)
class Trouble:
    stuck: int  # pushes without a clear answer
    drifting: int  # campaigns that TikTok holds otherwise
    denied: int  # ads of live campaigns that were refused in review
    refused: int  # calls about live campaigns that TikTok refused, not mended yet
    broken: int  # changes of live campaigns that broke off here, and need a person


def count_trouble(person: Person) -> Trouble:
    """One query."""
    if person.via:  # a token's reach is not a person's
        return Trouble(*_count(person).get())
    return Trouble(*_TROUBLE.fetch(person=person.pk)[0])


def _count(person: Person) -> "QuerySet[Person, Any]":
    lists = (list_stuck, list_drifting, list_refused_ads, list_refused_calls, list_broken_changes)
    return Person.objects.filter(pk=person.pk).values_list(*(count_rows(rows(person)) for rows in lists))


_TROUBLE = Prepared(lambda person: _count(Person(pk=person)), person=number)
