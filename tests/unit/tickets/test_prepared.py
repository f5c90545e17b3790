"""What runs on the driver's cursor says the same as what goes by SQLAlchemy, and fails the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from database.engine import StoreUnavailable, open_store, reading, writing
from database.prepared import Prepared
from database.rows import insert_new
from tests.support.postgres import PostgresServer
from tickets.store.schema import counters, number_blocks, status_attempts

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ATTEMPT = {"call_id": "c-1", "caller_index": None, "own": True, "told": False, "at": NOON}
PUT = Prepared(lambda _: insert(status_attempts), tuple(ATTEMPT))
FOUND = Prepared(
    lambda _: select(*status_attempts.c[1:]).where(status_attempts.c.call_id == bindparam("of"))
)


def test_values_come_back_as_the_types_of_their_columns(store: Engine) -> None:
    kolkata = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with writing(store) as connection:
        assert PUT.run(connection, {**ATTEMPT, "at": kolkata}) == []
    with reading(store) as connection:
        ours = FOUND.run(connection, {"of": "c-1"})
        theirs = connection.execute(select(*status_attempts.c[1:])).all()
    assert ours == [tuple(ATTEMPT.values())] == [tuple(row) for row in theirs]
    assert ours[0][2] is True
    assert ours[0][4].utcoffset() == timedelta(0)


def test_an_update_changes_what_it_is_given(store: Engine) -> None:
    change = Prepared(
        lambda _: update(counters).where(counters.c.name == bindparam("of")), ("value",)
    )
    with writing(store) as connection:
        change.run(connection, {"of": "numbers", "value": 77})
    with reading(store) as connection:
        assert connection.scalar(select(counters.c.value).where(counters.c.name == "numbers")) == 77


def test_it_is_part_of_the_transaction_it_runs_in(store: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(store) as connection:
        PUT.run(connection, ATTEMPT)
        raise ZeroDivisionError
    with reading(store) as connection:
        assert connection.scalar(select(func.count()).select_from(status_attempts)) == 0


def test_alone_it_begins_a_transaction_that_only_reads(store: Engine) -> None:
    with writing(store) as writer, reading(store) as connection:
        PUT.run(writer, ATTEMPT)
        assert FOUND.one(connection, {"of": "c-1"}) is None  # and waits for no writer
        assert connection.in_transaction()


def test_a_constraint_is_named_as_sqlalchemy_names_it(store: Engine) -> None:
    values = {"holder": "a", "start": 0, "size": 1, "at": NOON}
    put = Prepared(lambda _: insert(number_blocks), tuple(values))
    with pytest.raises(IntegrityError, match="INSERT INTO") as fault, writing(store) as connection:
        put.run(connection, values)
        put.run(connection, values)
    assert "2026" not in str(fault.value)  # values are not told


def test_a_value_that_is_missing_is_our_mistake(store: Engine) -> None:
    with pytest.raises(KeyError, match="own"), writing(store) as connection:
        PUT.run(connection, {"call_id": "c-1", "caller_index": None})


def test_a_row_that_is_there_is_not_made_again(store: Engine) -> None:
    values = {"name": "spare", "value": 1}
    with writing(store) as connection:
        assert insert_new(connection, counters, values) == "spare"
        assert insert_new(connection, counters, values) is None
        assert insert_new(connection, counters, {"value": 2, "name": "other"}) == "other"
    with reading(store) as connection:
        found = dict(connection.execute(select(counters.c.name, counters.c.value)).all())
    assert (found["spare"], found["other"]) == (1, 2)


@pytest.mark.postgres
def test_a_lost_connection_is_an_outage_and_not_used_again(
    migrated_postgres: PostgresServer,
) -> None:
    store = open_store(migrated_postgres.create("lost", template="migrated"))
    with pytest.raises(StoreUnavailable) as outage, writing(store) as connection:
        ours = connection.scalar(text("SELECT pg_backend_pid()"))
        with store.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": ours})
        FOUND.run(connection, {"of": "c-1"})
    cause = outage.value.__cause__
    assert isinstance(cause, DBAPIError)
    assert cause.connection_invalidated
    with reading(store) as connection:
        assert FOUND.run(connection, {"of": "c-1"}) == []
    store.dispose()
    migrated_postgres.drop("lost")
