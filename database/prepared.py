"""Statements made once and run on the driver's own cursor: for what a caller waits for.

Such a statement is built from the tables like every other, and SQLAlchemy writes it for the
database and knows its types; only running it is done here, at a fifth of what
``connection.execute`` costs (docs/performance.md). Everything else goes by SQLAlchemy alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select, Update
from sqlalchemy.engine.interfaces import DBAPIModule
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Statement = Select[Any] | Insert | Update
Row = tuple[Any, ...]
_Change = Callable[[Any], Any] | None
"""From our type to the driver's, or back; ``None`` where they are the same."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement as one database reads it."""

    text: str
    by_name: bool
    """Whether the driver takes values by name; else by place."""
    values: Sequence[tuple[str, _Change]]
    columns: Sequence[_Change]
    """One for each column of a row; empty for a statement that returns none."""


class Prepared:
    """A statement that is given all its values, by name, when it runs.

    ``make`` builds it for ``sqlite`` or ``postgresql``. ``given`` are the names of the values, for
    an INSERT or UPDATE: those that name a column fill it.
    """

    def __init__(self, make: Callable[[str], Statement], given: Sequence[str] = ()) -> None:
        self._make = make
        self._given = list(given) or None
        self._written: dict[str, _Written] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Run it in the transaction of the connection, and return its rows, [] if it has none.

        An error of the driver is raised as SQLAlchemy's; a value its column does not take as the
        column's ``ValueError``, a missing one as ``KeyError``.
        """
        dialect = connection.dialect
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = self._write(dialect)
        if not connection.in_transaction():
            connection.begin()
        cursor = connection.connection.cursor()
        try:
            cursor.execute(written.text, _for_driver(written, values))
            rows = cursor.fetchall() if written.columns else []
        except dialect.loaded_dbapi.Error as fault:
            raise _named(connection, written.text, fault) from fault
        finally:
            cursor.close()
        return [_from_driver(written, row) for row in rows]

    def one(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """Run what finds or makes one row at most, and return it."""
        rows = self.run(connection, values)
        assert len(rows) < 2
        return rows[0] if rows else None

    def _write(self, dialect: Dialect) -> _Written:
        statement = self._make(dialect.name)
        compiled = statement.compile(dialect=dialect, column_keys=self._given)
        assert isinstance(compiled, SQLCompiler)
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        assert names is not None
        types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        columns = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
        return _Written(
            compiled.string,
            not compiled.positional,
            [(name, types[name].bind_processor(dialect)) for name in names],
            [kind.result_processor(dialect, None) for kind in columns],
        )


def _for_driver(written: _Written, values: Mapping[str, Any]) -> list[Any] | dict[str, Any]:
    if written.by_name:
        return {n: change(values[n]) if change else values[n] for n, change in written.values}
    return [change(values[n]) if change else values[n] for n, change in written.values]


def _from_driver(written: _Written, row: Sequence[Any]) -> Row:
    pairs = zip(written.columns, row, strict=True)
    return tuple([change(value) if change else value for change, value in pairs])


def _named(connection: Connection, text: str, fault: DBAPIModule.Error) -> BaseException:
    """Turn an error of the driver into SQLAlchemy's, and give up a connection that is lost."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(fault, connection.connection, None)
    if lost:
        connection.invalidate(fault)
    return DBAPIError.instance(
        text,
        None,
        fault,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
