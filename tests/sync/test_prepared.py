"""Statements that are composed once are composed for the database of the lane."""

from types import ModuleType

import pytest
from django.db import transaction

from campaigns.models import campaign
from campaigns.models.prepared import Prepared
from campaigns.sync import lastcheck, meter, outbox, settling


def list_prepared(*modules: ModuleType) -> list[tuple[str, Prepared]]:
    found = [
        (f"{module.__name__}.{name} {key}", one)
        for module in modules
        for name, item in vars(module).items()
        for key, one in (item.items() if isinstance(item, dict) else [("", item)])
    ]
    return [(name, one) for name, one in found if isinstance(one, Prepared)]


@pytest.mark.parametrize(("name", "prepared"), list_prepared(outbox, settling, lastcheck, meter, campaign))
def test_a_statement_stands_in_the_words_of_this_database(db: None, name: str, prepared: Prepared) -> None:
    """PostgreSQL's small columns hold small numbers only: a stand-in beyond them finds nothing and is no statement."""
    with transaction.atomic():  # some hold rows
        assert prepared._find().sql
