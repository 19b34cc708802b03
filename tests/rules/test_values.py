"""Every bound of the contract, exactly at it and one beyond: lists, lengths, numbers and ids of every level."""

from decimal import Decimal
from typing import Any

import pytest

from campaigns.contract.levels import Level
from campaigns.contract.members import Member, members_below
from campaigns.contract.shape import MAX_INT64
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.values import find_meant, scan_values
from tests.rules.bases import WEB, resolve

MEMBERS = [(level, member) for level in Level for member in members_below(level, "").values()]
LISTS = [item for item in MEMBERS if item[1].type in ("words", "texts", "ids", "counts", "objects")]
NUMBERS = [item for item in MEMBERS if item[1].type in ("count", "number", "money")]


def scan(level: Level, name: str, value: Any) -> tuple[list[str], list[str]]:
    """The places where one value is out of bounds, and where it is no id."""
    facts = resolve(WEB)
    thing = ObjectFacts(level, "here", {name: value})
    found = scan_values(TreeFacts(facts.account, thing, facts.now, facts.policy))
    return [hit.path for hit in found.bounds], [hit.path for hit in found.ids]


def fill(member: Member, count: int) -> list[Any]:
    return [{} if member.type == "objects" else "1"] * count


def test_the_contract_bounds_lists_and_numbers():
    assert any(member.max_items for _, member in LISTS)
    assert any(member.min_items for _, member in LISTS)
    assert any(member.minimum is not None and member.maximum is not None for _, member in NUMBERS)


def test_a_list_is_within_bounds_at_its_most_and_least_and_not_beyond():
    for level, member in LISTS:
        outside, inside = ([f"here/{member.name}"], [])
        for count in {member.max_items, member.min_items} - {None}:
            for given in {count - 1, count, count + 1} - {-1}:
                fits = (member.min_items or 0) <= given <= (member.max_items or given)
                found, _ = scan(level, member.name, fill(member, given))
                assert found == (inside if fits else outside), (member.name, given)


@pytest.mark.parametrize("name", ["key", "value"])
def test_a_text_is_within_bounds_at_its_longest_and_not_beyond(name):
    most = members_below(Level.AD, "ad_configuration.utm_params[]")[name].max_length
    assert most
    for length, hits in ((most, 0), (most + 1, 1)):
        found, _ = scan(Level.AD, "ad_configuration", {"utm_params": [{name: "x" * length}]})
        assert len(found) == hits


def test_a_text_in_a_list_is_measured():
    titles = ["x" * 41]
    found, _ = scan(Level.AD, "ad_configuration", {"product_info": {"product_titles": titles}})
    assert found == ["here/ad_configuration/product_info/product_titles/0"]


def test_what_has_a_rule_of_its_own_is_not_judged_twice():
    assert scan(Level.ADGROUP, "dayparting", "x" * 400) == ([], [])
    assert scan(Level.ADGROUP, "pixel_id", "no digits") == ([], [])


WORD = "ABCDEFGHIJKLMNOP"  # sixteen letters may hold two slips


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        (WORD, ["QR", f"{WORD}Q", f"{WORD}QR"], f"{WORD}Q"),
        (WORD, [f"{WORD}QR"], f"{WORD}QR"),
        (WORD, [f"{WORD}QRS"], None),
        (WORD, [f"{WORD}Q", f"{WORD}R"], None),
        (WORD, [f"{WORD}Q", f"{WORD}R", f"{WORD}QR"], None),
        (WORD[:15], [f"{WORD[:15]}QR"], None),
        (WORD[:15], [f"{WORD[:15]}Q"], f"{WORD[:15]}Q"),
        (WORD[:7], [f"{WORD[:7]}Q"], None),
        (WORD, [], None),
    ],
)
def test_the_nearest_word_is_meant_if_it_is_near_and_alone(typed, known, meant):
    assert find_meant(typed, known, {}) == meant


def test_a_number_is_within_bounds_at_either_end_and_not_beyond():
    for level, member in NUMBERS:
        for bound, beyond in ((member.minimum, -1), (member.maximum, 1)):
            if bound is not None:
                exact = Decimal(str(bound))
                assert scan(level, member.name, exact) == ([], []), member.name
                assert scan(level, member.name, exact + beyond * Decimal("0.001"))[0], member.name


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (str(MAX_INT64), False),
        (str(MAX_INT64 + 1), True),
        ("0", False),
        ("1" * 19, False),
        ("1" * 20, True),
        ("-1", True),
        ("١٢", True),
        ("12a", True),
    ],
)
def test_an_id_is_written_in_digits_and_fits_where_tiktok_keeps_it(given, wrong):
    assert bool(scan(Level.ADGROUP, "app_id", given)[1]) is wrong
