"""Opening the store, and the two kinds of transactions.

SQLite: WAL, ``synchronous=FULL`` (a spoken number is a promise) and ``BEGIN IMMEDIATE`` for
writing: deferred transactions of several processes fail as locked in spite of the busy timeout.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

CACHE_KIB: Final = 32 * 1024
"""Ticket numbers and telephones fall anywhere in their indexes: those have to fit."""
_READING: Final = "sahayata_reading"
_TRY_AGAIN_S: Final = 0.01


class StoreUnavailable(Exception):
    """The database did not answer in time, is locked, full, damaged, or gone."""


def open_store(url: str | URL, *, busy_s: float = 1.0, cache_kib: int = CACHE_KIB) -> Engine:
    """Return an engine for ``sqlite:///…`` or ``postgresql://…``.

    ``busy_s`` is how long to wait for a lock, a connection, or a silent server; ``cache_kib`` what
    each connection to SQLite keeps in memory. Nothing is connected yet, but the file of a SQLite
    store exists afterwards, readable by its owner only.
    """
    address = make_url(url)
    match address.get_backend_name():
        case "sqlite":
            return _open_sqlite(address, busy_s, cache_kib)
        case "postgresql":
            return _open_postgresql(address, busy_s)
        case other:
            raise ValueError(f"a store is sqlite:///FILE or postgresql://…, not {other}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: committed and durable at the end, or not there at all."""
    with _named_faults(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads, and on SQLite waits for no writer."""
    with _named_faults(), engine.connect().execution_options(**{_READING: True}) as connection:
        yield connection


@contextmanager
def _named_faults() -> Iterator[None]:
    """Turn what the outside world did into ``StoreUnavailable``; our own mistakes stay errors."""
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError, NotSupportedError):
        raise
    except (DBAPIError, PoolTimeoutError) as fault:
        reason = fault.orig if isinstance(fault, DBAPIError) else fault
        raise StoreUnavailable(f"{type(reason).__name__}: {reason}") from fault


def _open_sqlite(address: URL, busy_s: float, cache_kib: int) -> Engine:
    if not address.database or address.database == ":memory:":
        raise ValueError("a SQLite store is a file: sqlite:////folder/tickets.db")
    _make_private(Path(address.database))
    engine = create_engine(
        address, connect_args={"timeout": busy_s}, pool_timeout=busy_s, hide_parameters=True
    )

    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)
        # No hidden BEGIN by the driver: ours says IMMEDIATE.
        connection.isolation_level = None
        _enter_wal(connection, busy_s)
        for pragma in (
            "synchronous = FULL",
            "foreign_keys = ON",
            f"cache_size = -{cache_kib}",
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        kind = "DEFERRED" if connection.get_execution_options().get(_READING) else "IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN {kind}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _enter_wal(connection: sqlite3.Connection, busy_s: float) -> None:
    """Turn WAL on, once in the life of a database.

    Of several who do so at the same moment SQLite tells all but one at once that the database is
    locked, whatever the busy timeout.
    """
    deadline = time.monotonic() + busy_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_TRY_AGAIN_S)
        else:
            return


def _make_private(path: Path) -> None:
    """Make the file before SQLite does: its journals take over the mode of the file."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)


def _open_postgresql(address: URL, busy_s: float) -> Engine:
    limit_ms = max(1, int(busy_s * 1000))
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": max(2, round(busy_s)),
            "tcp_user_timeout": limit_ms,
            "options": f"-c lock_timeout={limit_ms} -c statement_timeout={2 * limit_ms}",
        },
        pool_timeout=busy_s,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        assert isinstance(connection, psycopg.Connection)
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.commit()

    event.listen(engine, "connect", prepare)
    return engine
