"""Statements that are composed once are composed for the database of the lane."""

from types import ModuleType

import pytest

from campaigns.models.prepared import Prepared
from campaigns.sync import outbox


def list_prepared(module: ModuleType) -> list[tuple[str, Prepared]]:
    return [(name, item) for name, item in vars(module).items() if isinstance(item, Prepared)]


@pytest.mark.parametrize(("name", "prepared"), list_prepared(outbox))
def test_a_statement_stands_in_the_words_of_this_database(db: None, name: str, prepared: Prepared) -> None:
    """PostgreSQL's small columns hold small numbers only: a stand-in beyond them finds nothing and is no statement."""
    assert prepared._find().sql
