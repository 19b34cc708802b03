"""The book against the fact sheet's whole list of rules: judged here, or said why not."""

import re

from campaigns.rules.passports import list_passports
from campaigns.rules.unjudged import list_unjudged

SHEET = {f"R{number}" for number in range(1, 92)}  # fact sheet section 10


def test_every_rule_of_the_fact_sheet_is_judged_or_says_why_not():
    sourced = {name for item in list_passports() for name in re.findall(r"R\d+", item.source)}
    left = {item.rule for item in list_unjudged() if not item.part}
    parts = {item.rule for item in list_unjudged() if item.part}
    assert sourced | left == SHEET
    assert not sourced & left
    assert parts <= sourced


def test_what_is_not_judged_has_a_reason():
    assert all(item.reason.endswith(".") and item.why in ("unknown", "answer") for item in list_unjudged())
