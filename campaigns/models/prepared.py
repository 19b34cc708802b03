"""Statements whose SQL is composed once in a process: for a busy worker composing one costs more than having it answered.

Each is written as any other query, so that a rule keeps its one home, and is the same on SQLite and PostgreSQL.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

# Stand for the values while the SQL is composed; nothing else in a query looks like them
_MOMENT = datetime(1901, 1, 1, tzinfo=UTC)
_NUMBER = 7_310_000_000
_SMALL = 31_700
_TOKEN = 0x7310_0000_0000_0000_0000_0000_0000_0000

Stand = Callable[[int], Any]
moment: Stand = lambda place: _MOMENT + timedelta(days=place)  # noqa: E731 - five of a kind
text: Stand = lambda place: f"stands for value {place}"  # noqa: E731
number: Stand = lambda place: _NUMBER + place  # noqa: E731
# of a small column: PostgreSQL's hold no more, and Django asks nothing for what a column cannot hold
small: Stand = lambda place: _SMALL + place  # noqa: E731
token: Stand = lambda place: UUID(int=_TOKEN + place)  # noqa: E731

# Values of a list: SQL for a longer one is composed each time, since it grows and hardly comes again. As many as a sweep nudges
KEPT = 200
_ROOM = 10_000  # places of one list


@dataclass(frozen=True, slots=True)
class Several:
    """Stands for a list that an `__in` takes; nothing is found where it is empty."""

    stand: Stand

    def make(self, place: int, length: int) -> list[Any]:
        return [self.stand(_ROOM * (place + 1) + number) for number in range(length)]


@dataclass(frozen=True, slots=True)
class _Composed:
    """SQL with what goes into its places: a value, or the name of one that is given, and its place in that one if it is a
    list. `convert` makes driver's values ours."""

    sql: str
    places: tuple[tuple[str, int, Any], ...]
    convert: tuple[tuple[int, Any, tuple[Callable[..., Any], ...]], ...]
    shape: Any = None  # how whole rows are made of columns, with those that are read along


class Prepared:
    """A query, or an update of what a query finds (`values`). Takes the values by the names of `kinds`.

    `compose` gets stand-ins under the same names; it must use each of them, and decide nothing by their value.
    """

    def __init__(
        self,
        compose: Callable[..., "models.QuerySet[Any, Any]"],
        *,
        values: Callable[..., dict[str, Any]] | None = None,
        **kinds: Stand | Several,
    ) -> None:
        self._compose, self._values, self._kinds = compose, values, kinds
        self._lists = [name for name, kind in kinds.items() if isinstance(kind, Several)]
        self._composed: dict[tuple[Any, ...], _Composed] = {}

    def fetch(self, **given: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        return self._ask(given)[1]

    def fetch_models(self, **given: Any) -> list[Any]:
        """All rows as instances, with what `select_related` names, as Django makes them."""
        composed, rows = self._ask(given)
        made = []
        if rows:
            model, start, end, names, populators = composed.shape
            for row in rows:
                instance = model.from_db(connection.alias, names, row[start:end])
                for populator in populators:
                    populator.populate(row, instance)
                made.append(instance)
        return made

    def execute(self, **given: Any) -> int:
        """How many rows were changed."""
        if not all(given[name] for name in self._lists):
            return 0
        composed = self._find(given)
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, _fill(composed, given))
            return int(cursor.rowcount)

    def _ask(self, given: Mapping[str, Any]) -> tuple[Any, list[tuple[Any, ...]]]:
        if not all(given[name] for name in self._lists):
            return None, []
        composed = self._find(given)
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, _fill(composed, given))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not found or not composed.convert:
            return composed, found
        rows = [list(row) for row in found]
        for place, expression, converters in composed.convert:
            for row in rows:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        return composed, [tuple(row) for row in rows]

    def _find(self, given: Mapping[str, Any]) -> _Composed:
        lengths = {name: len(given[name]) for name in self._lists}
        key = (connection.vendor, *lengths.values())
        composed = self._composed.get(key) or self._write(lengths)
        if all(length <= KEPT for length in lengths.values()):
            self._composed[key] = composed
        return composed

    def _write(self, lengths: Mapping[str, int]) -> _Composed:
        stands = {
            name: kind.make(place, lengths[name]) if isinstance(kind, Several) else kind(place)
            for place, (name, kind) in enumerate(self._kinds.items())
        }
        query: Any = self._compose(**_pick(self._compose, stands)).query
        if self._values is not None:
            query = query.chain(UpdateQuery)
            query.add_update_values(self._values(**_pick(self._values, stands)))
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = {
            _adapt(value): (name, number)
            for name, stand in stands.items()
            for number, value in enumerate(stand if isinstance(stand, list) else [stand])
        }
        places = tuple(
            (*names.get(value if isinstance(value, str | int | datetime | UUID) else "", ("", 0)), value)
            for value in params
        )
        missing = set(names.values()) - {(name, number) for name, number, _ in places}
        if missing:
            raise ValueError(f"the query does not use {missing}")
        columns = [] if self._values is not None else [column for column, _, _ in compiler.select]
        converters = compiler.get_converters(columns)
        return _Composed(
            sql,
            places,
            tuple((place, column, tuple(given)) for place, (given, column) in converters.items()),
            _read_shape(compiler) if columns and compiler.klass_info else None,
        )


def update_rows(model: type[models.Model], found_by: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """`filter(**found_by).update(**values)` for plain values of the model's own columns. How many rows were changed.

    A list is any of its values, and finds nothing where it is empty.
    """
    field: Callable[[str], Any] = model._meta.get_field
    given = [field(name).get_db_prep_save(value, connection) for name, value in values.items()]
    asks = []
    for name, value in found_by.items():
        some = value if isinstance(value, list) else [value]
        given += [field(name).get_db_prep_value(one, connection) for one in some if one is not None]
        asks.append((name, len(some) if value is not None else 0))
        if not some:
            return 0
    with connection.cursor() as cursor:
        cursor.execute(_compose_update(model, tuple(values), tuple(asks), connection.vendor), given)
        return int(cursor.rowcount)


def save_columns(rows: Sequence[models.Model], *names: str) -> int:
    """Writes some columns of rows of one model, by their ids, as one statement. How many rows were there."""
    if not rows:
        return 0
    model = type(rows[0])
    sql = _compose_update(model, names, (("id", 1),), connection.vendor)
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    given = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, given)
        return int(cursor.rowcount)


@lru_cache(maxsize=KEPT)
def _compose_update(
    model: type[models.Model], changed: tuple[str, ...], asks: tuple[tuple[str, int], ...], vendor: str
) -> str:
    """`asks`: columns with how many values are given for them, 0: none may stand there. `vendor`: whose quotes these are."""

    def name(field: str) -> str:
        column: Any = model._meta.get_field(field)
        return connection.ops.quote_name(column.column)

    sets = ", ".join(f"{name(field)} = %s" for field in changed)
    found = " AND ".join(
        f"{name(field)} IN ({', '.join(['%s'] * count)})" if count else f"{name(field)} IS NULL"
        for field, count in asks
    )
    return f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET {sets} WHERE {found}"


def _pick(taker: Callable[..., Any], stands: Mapping[str, Any]) -> dict[str, Any]:
    asked = inspect.signature(taker).parameters
    return {name: stand for name, stand in stands.items() if name in asked}


def _read_shape(compiler: Any) -> tuple[Any, int, int, list[str], list[Any]]:
    """As `ModelIterable` reads it of a query."""
    info, select = compiler.klass_info, compiler.select
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, _, _ in select[start:end]]
    populate: Any = get_related_populators  # its arguments differ between the stubs and the Django we run
    return info["model"], start, end, names, populate(info, select, connection.alias)


def _fill(composed: _Composed, given: Mapping[str, Any]) -> list[Any]:
    return [
        value if not name else _adapt(given[name][number] if isinstance(given[name], list) else given[name])
        for name, number, value in composed.places
    ]


def _adapt(value: Any) -> Any:
    """As Django hands it to the driver."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
