"""The schema: migrations and tables are equal, and history cannot be changed."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, delete, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

import console.schema  # noqa: F401 - known here, or it would not be compared
import queue_manager.duty.schema
import queue_manager.journal.schema
import queue_manager.metrics.schema
import queue_manager.roster.schema  # noqa: F401 - known here, or it would not be compared
from database.columns import metadata
from database.engine import CACHE_KIB, StoreUnavailable, open_store, reading, writing
from database.upgrade import NewerStore, alembic_config, upgrade
from tests.support.postgres import PostgresServer
from tests.support.ticketing import NOON, NUMBER_KEY, StoreMaker, record, terms
from tickets.phone_number import PhoneBook, WrongKey
from tickets.register import Register
from tickets.store.schema import counters, ticket_events


def test_the_migrations_make_exactly_the_tables(store: Engine) -> None:
    with store.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_first_migration_can_be_taken_back(store: Engine) -> None:
    with store.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert set(inspect(store).get_table_names()) - {"sqlite_sequence"} == {"alembic_version"}
    upgrade(store)
    with reading(store) as connection:
        assert len(connection.execute(select(counters)).all()) == 2


def test_several_processes_may_migrate_at_once(tmp_path: Path) -> None:
    engines = [open_store(f"sqlite:///{tmp_path / 'new.db'}", busy_s=30) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upgrade, engines))
    with reading(engines[0]) as connection:
        assert len(connection.execute(select(counters)).all()) == 2
    for engine in engines:
        engine.dispose()


@pytest.mark.postgres
def test_several_processes_may_migrate_postgresql_at_once(postgres: PostgresServer) -> None:
    url = postgres.create("at_once")
    engines = [open_store(url, busy_s=30) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upgrade, engines))
    with reading(engines[0]) as connection:
        assert len(connection.execute(select(counters)).all()) == 2
    for engine in engines:
        engine.dispose()


def test_a_store_of_a_newer_version_is_left_alone(store: Engine) -> None:
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerStore, match="9999"):
        upgrade(store)


@pytest.mark.parametrize(
    "change", [update(ticket_events).values(who="nobody"), delete(ticket_events)]
)
def test_history_cannot_be_changed(store: Engine, register: Register, change: object) -> None:
    register.take_in(record("1"))
    with pytest.raises(DBAPIError, match="append-only"), store.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    with reading(store) as connection:
        assert len(connection.execute(select(ticket_events)).all()) == 1


def test_the_database_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        assert len(modes := {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()}) == 3
    engine.dispose()
    assert set(modes.values()) == {0o600}


def test_sqlite_is_opened_so_that_a_commit_is_durable(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()
    assert found == ["wal", 2, 1]


def test_a_connection_keeps_no_more_of_sqlite_than_it_is_told(tmp_path: Path) -> None:
    usual = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    small = open_store(f"sqlite:///{tmp_path / 'new.db'}", cache_kib=64)
    found = []
    for engine in (usual, small):
        with engine.connect() as connection:
            found.append(connection.exec_driver_sql("PRAGMA cache_size").scalar())
        engine.dispose()
    assert found == [-CACHE_KIB, -64]


@pytest.mark.postgres
def test_postgresql_commits_are_durable_even_where_the_server_says_otherwise(
    migrated_postgres: PostgresServer,
) -> None:
    url = migrated_postgres.create("lax", template="migrated")
    engine = open_store(url)
    with engine.connect() as connection:
        connection.execute(text("ALTER DATABASE lax SET synchronous_commit = off"))
        connection.commit()
    engine.dispose()
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db"])
def test_a_store_is_a_file_or_a_postgresql(url: str) -> None:
    with pytest.raises(ValueError, match="store"):
        open_store(url)


def test_a_file_that_is_no_database_is_named_as_unavailable(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is no database" * 100)
    engine = open_store(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(StoreUnavailable, match="not a database"), writing(engine):
        pass
    engine.dispose()


def test_a_postgresql_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    engine = open_store(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(StoreUnavailable), writing(engine):
        pass
    engine.dispose()


def test_reading_waits_for_no_writer(stores: StoreMaker) -> None:
    with writing(stores.open()) as writer:
        writer.execute(update(counters).values(value=7))
        with reading(stores.open(busy_s=0.05)) as reader:
            assert set(reader.scalars(select(counters.c.value))) == {0}


def test_a_wrong_key_is_noticed_before_anything_is_written(store: Engine) -> None:
    def opened(number: bytes = b"n", phone: bytes = b"e", index: bytes = b"i") -> Register:
        book = PhoneBook({"k1": phone * 32}, current="k1", index_key=index * 32, region="IN")
        return Register(store, terms(), book, number * 32)

    opened().check_keys()
    opened().check_keys()
    for wrong in (opened(number=b"x"), opened(phone=b"x"), opened(index=b"x")):
        with pytest.raises(WrongKey, match="restore the file of secrets"):
            wrong.check_keys()


def test_telephone_keys_may_be_added(store: Engine, register: Register) -> None:
    register.check_keys()
    keys = {"k1": b"e" * 32, "k2": b"f" * 32}
    book = PhoneBook(keys, current="k2", index_key=b"i" * 32, region="IN")
    Register(store, terms(), book, NUMBER_KEY).check_keys()


def test_times_come_back_as_they_went_in(store: Engine, register: Register) -> None:
    register.take_in(record("1", at=NOON.replace(microsecond=123456)))
    with reading(store) as connection:
        (at,) = connection.scalars(select(ticket_events.c.at))
    assert at == NOON.replace(microsecond=123456)
    assert at.utcoffset() is not None
    assert at.utcoffset().total_seconds() == 0


def test_sqlite_begins_writing_at_once(tmp_path: Path) -> None:
    """Deferred transactions of several processes fail as locked in spite of the busy timeout."""
    engine = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    with writing(engine):
        other = sqlite3.connect(tmp_path / "new.db", timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    engine.dispose()
