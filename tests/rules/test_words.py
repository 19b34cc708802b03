"""What is sent otherwise than typed is said in full where it is short, and cut where it is long."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from campaigns.rules.book import judge
from campaigns.rules.facts import Rewrite, Weight
from tests.rules.bases import WEB, resolve


def say(typed: object, sent: object) -> str:
    rewrite = Rewrite("budget", typed, sent, Weight.SPELLING, "so it is", "a source")
    (found,) = (
        item for item in judge(replace(resolve(WEB), rewrites=(rewrite,))) if item.rule == "sent-otherwise"
    )
    return found.message


@pytest.mark.parametrize(
    ("typed", "sent", "said"),
    [
        ("COMPLETE_PAYMENT", "SHOPPING", "COMPLETE_PAYMENT is sent as SHOPPING: so it is."),
        ("COMPLETE_PAYMENT", None, "COMPLETE_PAYMENT is not sent: so it is."),
        (None, "SHOPPING", "Sent as SHOPPING: so it is."),
        (["a", "b", 3], [], "a, b, 3 is sent as nothing: so it is."),
        (Decimal("5.00"), 5, "5.00 is sent as 5: so it is."),
        (datetime(2026, 11, 17, 12, tzinfo=UTC), None, "2026-11-17 12:00:00 UTC is not sent: so it is."),
        ({"a": 1}, None, "{'a': 1} is not sent: so it is."),
        ("x" * 80, None, f"{'x' * 80} is not sent: so it is."),
        ("x" * 81, None, f"{'x' * 77}… is not sent: so it is."),
    ],
)
def test_both_values_are_said(typed, sent, said):
    assert say(typed, sent) == said
