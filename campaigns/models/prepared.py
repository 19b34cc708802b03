"""Statements whose SQL is composed once in a process: for a busy worker composing one costs more than having it answered.

Each is written as any other query, so that a rule keeps its one home, and is the same on SQLite and PostgreSQL.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class _Composed:
    """SQL with what goes into its places: a value, or the name of one that is given. `convert` makes driver's values ours."""

    sql: str
    places: tuple[tuple[str, Any], ...]
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
        **kinds: Stand,
    ) -> None:
        self._compose, self._values = compose, values
        self._stands = {name: stand(place) for place, (name, stand) in enumerate(kinds.items())}
        self._composed: dict[str, _Composed] = {}

    def fetch(self, **given: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        composed = self._find()
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, _fill(composed, given))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not found or not composed.convert:
            return found
        rows = [list(row) for row in found]
        for place, expression, converters in composed.convert:
            for row in rows:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        return [tuple(row) for row in rows]

    def fetch_models(self, **given: Any) -> list[Any]:
        """All rows as instances, with what `select_related` names, as Django makes them."""
        rows = self.fetch(**given)
        made = []
        if rows:
            model, start, end, names, populators = self._find().shape
            for row in rows:
                instance = model.from_db(connection.alias, names, row[start:end])
                for populator in populators:
                    populator.populate(row, instance)
                made.append(instance)
        return made

    def execute(self, **given: Any) -> int:
        """How many rows were changed."""
        composed = self._find()
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, _fill(composed, given))
            return int(cursor.rowcount)

    def _find(self) -> _Composed:
        vendor = connection.vendor
        if vendor not in self._composed:
            self._composed[vendor] = self._write()
        return self._composed[vendor]

    def _write(self) -> _Composed:
        query: Any = self._compose(**self._pick(self._compose)).query
        if self._values is not None:
            query = query.chain(UpdateQuery)
            query.add_update_values(self._values(**self._pick(self._values)))
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = {_adapt(stand): name for name, stand in self._stands.items()}
        places = tuple(
            (names.get(value, "") if isinstance(value, str | int | datetime | UUID) else "", value)
            for value in params
        )
        missing = set(self._stands) - {name for name, _ in places}
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

    def _pick(self, taker: Callable[..., Any]) -> dict[str, Any]:
        asked = inspect.signature(taker).parameters
        return {name: stand for name, stand in self._stands.items() if name in asked}


def _read_shape(compiler: Any) -> tuple[Any, int, int, list[str], list[Any]]:
    """As `ModelIterable` reads it of a query."""
    info, select = compiler.klass_info, compiler.select
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, _, _ in select[start:end]]
    populate: Any = get_related_populators  # its arguments differ between the stubs and the Django we run
    return info["model"], start, end, names, populate(info, select, connection.alias)


def _fill(composed: _Composed, given: Mapping[str, Any]) -> list[Any]:
    return [_adapt(given[name]) if name else value for name, value in composed.places]


def _adapt(value: Any) -> Any:
    """As Django hands it to the driver."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
