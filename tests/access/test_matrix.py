"""Who may ask for what: every address × every role, against a table that people can read (matrix.txt)."""

from pathlib import Path

import pytest

from tests.access.world import WHO, build_world, list_calls

TABLE = Path(__file__).parent / "matrix.txt"


def read_table() -> dict[str, tuple[str, ...]]:
    """The answers by call. A row is the call, two spaces or more, and a word for each of WHO."""
    rows = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            call, _, answers = line.partition("  ")
            rows[call] = tuple(answers.split())
    return rows


def test_the_table_names_every_address() -> None:
    assert sorted(read_table()) == sorted(list_calls())


@pytest.mark.django_db
def test_every_address_answers_everybody_as_the_table_says() -> None:
    world, table = build_world(), read_table()
    found = {}
    for call in table:
        method, _, pattern = call.partition(" ")
        answers = tuple(world.ask(who, method.lower(), pattern) for who in WHO)
        if answers != table[call]:
            found[call] = {"table": table[call], "answered": answers}
    assert found == {}
