"""How much needs somebody, for the strip above the list."""

from dataclasses import dataclass

from campaigns.models import Person
from campaigns.queries.lists import count_rows, list_refused_calls, list_stuck
from campaigns.queries.reading_back import list_drifting, list_refused_ads


@dataclass(frozen=True, slots=True)
class Trouble:
    stuck: int  # pushes without a clear answer
    drifting: int  # campaigns that TikTok holds otherwise
    denied: int  # ads of live campaigns that were refused in review
    refused: int  # calls about live campaigns that TikTok refused, not mended yet


def count_trouble(person: Person) -> Trouble:
    """One query."""
    counts = (
        count_rows(rows(person)) for rows in (list_stuck, list_drifting, list_refused_ads, list_refused_calls)
    )
    return Trouble(*Person.objects.filter(pk=person.pk).values_list(*counts).get())
