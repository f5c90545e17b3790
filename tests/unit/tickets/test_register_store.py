"""The register and its store: all or nothing, no number twice, nothing in the clear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from database.engine import reading
from tests.support.ticketing import (
    NOON,
    StoreMaker,
    call,
    file_of,
    make_register,
    record,
)
from tickets import queries
from tickets.model import Step
from tickets.register import Register
from tickets.spool_record import SpoolKind
from tickets.store.schema import number_blocks
from tickets.store.ticket_rows import NumberTaken


def test_jobs_done_together_are_all_done_or_none(register: Register, store: Engine) -> None:
    def take_in(name: str) -> Callable[[], str]:
        def job() -> str:
            issued = register.take_in(record(name)).issued
            assert issued is not None
            return issued.number

        return job

    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        register.together([take_in("1"), fail, take_in("2")])
    assert queries.list_tickets(store) == ()
    one, again, two = register.together([take_in("1"), take_in("1"), take_in("2")])
    assert one == again
    assert [t.number for t in queries.list_tickets(store)] == [two, one]
    assert register.take_in(record("3")).opened  # and afterwards each has its own transaction
    assert len(queries.list_tickets(store)) == 3


def test_a_number_made_with_another_key_is_never_given_twice(
    register: Register, store: Engine
) -> None:
    first = register.take_in(record("1")).issued
    assert first is not None
    with pytest.raises(NumberTaken):
        register.take_in(record("2"), fresh_number=lambda: first.number)
    assert len(queries.list_tickets(store)) == 1
    assert queries.find_call(store, call_id="gurugram-b1-2") is None


def test_what_databases_refuse_costs_nobody_a_ticket(register: Register, store: Engine) -> None:
    """NUL, half letters and texts that are too long."""
    rubbish = "a\x00\udc80\r\n" * 500
    register.note_call(call("1", dialled=rubbish, language=rubbish, sip_call_id=rubbish))
    steps = (Step(rubbish, rubbish, NOON),)
    texts: dict[str, Any] = {"answers": {rubbish: rubbish}, "steps": steps, "category": rubbish}
    opened = register.take_in(record("1", caller=rubbish, **texts)).issued
    left = record(
        "1", SpoolKind.CALL_ENDED, ending=rubbish, last_node=rubbish, queue=rubbish, **texts
    )
    register.take_in(left)
    register.take_in(record("1", SpoolKind.MESSAGE, message=rubbish))
    register.take_in(
        record("1", SpoolKind.QUEUE_ENDED, how="served", operator=rubbish, queue=rubbish)
    )
    assert opened is not None
    assert len(file_of(store, opened.number).history) == 4


def test_blocks_of_numbers_never_overlap(stores: StoreMaker) -> None:
    one, two = make_register(stores.open()), make_register(stores.open())
    leased = [n for _ in range(5) for n in (*one.lease("one", 7), *two.lease("two", 3))]
    assert len(set(leased)) == 50
    with reading(stores.open()) as connection:
        rows = connection.execute(select(number_blocks).order_by(number_blocks.c.start)).all()
    assert [row.start for row in rows] == [0, 7, 10, 17, 20, 27, 30, 37, 40, 47]
    assert [row.holder for row in rows] == ["one", "two"] * 5


def test_no_telephone_number_lies_in_the_store_in_the_clear(
    register: Register, store: Engine
) -> None:
    register.note_call(call("1", "09811012345"))
    register.take_in(record("1", caller="09811012345"))
    with reading(store) as connection:
        names = connection.dialect.get_table_names(connection)
        rows = [connection.execute(text(f'SELECT * FROM "{n}"')).all() for n in names]
    assert "9811012345" not in repr(rows)
