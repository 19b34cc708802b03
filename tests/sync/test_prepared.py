"""Statements that are composed once are composed for the database of the lane."""

from types import ModuleType

import pytest
from django.db import transaction

from campaigns.models import Advertiser, accounts, campaign, policy
from campaigns.models.prepared import KEPT, Prepared, Several, number, save_columns, text, update_rows
from campaigns.sync import bodies, drift, lastcheck, leases, meter, outbox, push, settling
from tests.factories import NOW, make_advertiser


def list_prepared(*modules: ModuleType) -> list[tuple[str, Prepared]]:
    found = [
        (f"{module.__name__}.{name} {key}", one)
        for module in modules
        for name, item in vars(module).items()
        for key, one in (item.items() if isinstance(item, dict) else [("", item)])
    ]
    return [(name, one) for name, one in found if isinstance(one, Prepared)]


EVERYWHERE = (accounts, bodies, campaign, drift, lastcheck, leases, meter, outbox, policy, push, settling)


@pytest.mark.parametrize(("name", "prepared"), list_prepared(*EVERYWHERE))
def test_a_statement_stands_in_the_words_of_this_database(db: None, name: str, prepared: Prepared) -> None:
    """PostgreSQL's small columns hold small numbers only: a stand-in beyond them finds nothing and is no statement."""
    with transaction.atomic():  # some hold rows
        assert prepared._find({name: [0] for name in prepared._lists}).sql


NAMED = Prepared(
    lambda ids, name: Advertiser.objects.filter(pk__in=ids, name=name).order_by("pk").values_list("pk"),
    ids=Several(number),
    name=text,
)
RENAMED = Prepared(
    lambda ids: Advertiser.objects.filter(pk__in=ids).order_by(),
    values=lambda name: {"name": name},
    ids=Several(number),
    name=text,
)


@pytest.mark.parametrize("more", [0, 1, KEPT + 1])
def test_a_list_finds_what_is_in_it_however_long_it_is(db: None, more: int) -> None:
    found = [make_advertiser(name="Shoes").pk for _ in range(2)]
    make_advertiser(name="Shoes")
    unknown = [10**9 + place for place in range(more)]
    assert NAMED.fetch(ids=[*found, *unknown], name="Shoes") == [(pk,) for pk in found]


def test_an_empty_list_finds_nothing(db: None) -> None:
    make_advertiser(name="Shoes")
    assert (NAMED.fetch(ids=[], name="Shoes"), RENAMED.execute(ids=[], name="Hats")) == ([], 0)


def test_a_list_changes_what_is_in_it(db: None) -> None:
    first, second, other = (make_advertiser(name="Shoes") for _ in range(3))
    RENAMED.execute(ids=[first.pk, second.pk], name="Hats")
    named = Advertiser.objects.order_by("pk").values_list("name", flat=True)
    assert list(named) == ["Hats", "Hats", "Shoes"] and other.pk


def test_only_short_lists_are_kept_in_mind(db: None) -> None:
    one = Prepared(
        lambda ids: Advertiser.objects.filter(pk__in=ids).order_by().values_list("pk"), ids=Several(number)
    )
    for length in (1, 2, KEPT + 1):
        one.fetch(ids=list(range(length)))
    assert len(one._composed) == 2


def test_a_row_is_changed_where_all_is_as_named(db: None) -> None:
    """As Django writes it, a list as JSON and a moment in the form of the database."""
    here, there = make_advertiser(name="Shoes"), make_advertiser(name="Shoes")
    values = {"utm_params": [{"key": "a", "value": "ä"}], "videos_read_at": NOW, "bc_id": "7"}
    assert update_rows(Advertiser, {"id": here.pk, "name": "Shoes", "disconnected_at": None}, values) == 1
    here.refresh_from_db()
    there.refresh_from_db()
    assert {name: getattr(here, name) for name in values} == values
    assert there.bc_id != "7"


@pytest.mark.parametrize("otherwise", [{"name": "Hats"}, {"disconnected_at": NOW}])
def test_a_row_that_is_not_as_named_stays(db: None, otherwise: dict[str, object]) -> None:
    row = make_advertiser(name="Shoes")
    assert update_rows(Advertiser, {"id": row.pk, **otherwise}, {"bc_id": "7"}) == 0


def test_rows_of_a_list_are_changed_and_no_other(db: None) -> None:
    first, second, other = (make_advertiser(name="Shoes") for _ in range(3))
    assert update_rows(Advertiser, {"id": [first.pk, second.pk], "name": "Shoes"}, {"bc_id": "7"}) == 2
    other.refresh_from_db()
    assert other.bc_id != "7"


def test_rows_of_an_empty_list_are_none(db: None) -> None:
    make_advertiser(name="Shoes")
    assert update_rows(Advertiser, {"id": [], "name": "Shoes"}, {"bc_id": "7"}) == 0


def test_a_value_is_taken_away(db: None) -> None:
    row = make_advertiser(videos_read_at=NOW)
    update_rows(Advertiser, {"id": row.pk}, {"videos_read_at": None})
    row.refresh_from_db()
    assert row.videos_read_at is None


def test_columns_of_several_rows_are_written_as_they_stand_in_memory(db: None) -> None:
    rows = [make_advertiser(name=name) for name in ("Shoes", "Hats")]
    for row in rows:
        row.bc_id, row.readiness, row.name = f"of {row.name}", {"pixels": [row.name]}, "not written"
    assert save_columns(rows, "bc_id", "readiness") == 2
    held = Advertiser.objects.order_by("pk").values_list("name", "bc_id", "readiness")
    assert list(held) == [
        ("Shoes", "of Shoes", {"pixels": ["Shoes"]}),
        ("Hats", "of Hats", {"pixels": ["Hats"]}),
    ]


def test_of_rows_that_are_gone_none_is_counted(db: None) -> None:
    here, gone = make_advertiser(), make_advertiser()
    Advertiser.objects.filter(pk=gone.pk).delete()
    assert save_columns([here, gone], "bc_id") == 1
