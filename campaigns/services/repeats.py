"""Answers kept for clients that repeat a request, once their time is over."""

from datetime import datetime

from campaigns.models import StoredAnswer

AT_ONCE = 1000  # answers hold whole trees: one long delete would keep writers waiting


def forget_answers(*, now: datetime) -> int:
    """Takes them away, some at a time. Returns how many."""
    forgotten = 0
    while old := list(StoredAnswer.objects.outlived(now=now).values_list("pk", flat=True)[:AT_ONCE]):
        forgotten += StoredAnswer.objects.filter(pk__in=old).delete()[0]
    return forgotten
