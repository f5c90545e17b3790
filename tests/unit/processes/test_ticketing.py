"""The process that keeps the tickets: it is ready only when a caller could be given a number."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from sahayata.processes import life, ticketing
from sahayata.settings import Settings, load
from tests.support.ticketing import NUMBER_KEY, record
from tickets import spool
from tickets.number import number_at
from tickets.pool import NumberPool

NOWHERE = "postgresql://asha:hush@127.0.0.1:1/helpline"


def settings_of(folder: Path, **environment: str) -> Settings:
    settings = load(state=str(folder), port_base=20000, environment=environment)
    settings.state.prepare()
    return settings


async def one_round(settings: Settings) -> None:
    """Let it look once, then end."""
    stop = asyncio.Event()
    stop.set()
    await ticketing.work(settings, stop)


async def test_ready_means_that_there_are_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(tmp_path)
    await one_round(settings)
    assert capsys.readouterr().out == "ready\n"
    assert NumberPool(settings.state.pool).left() > 0


async def test_without_a_database_and_a_number_it_is_not_ready_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(life.CannotWork) as refused:
        await one_round(settings_of(tmp_path, SAHAYATA_DATABASE_URL=NOWHERE))
    assert capsys.readouterr().out == ""
    said = str(refused.value)
    assert "has no ticket number for any caller" in said
    assert "the database (SAHAYATA_DATABASE_URL) cannot be reached" in said
    assert "hush" not in said
    assert "spool" not in said


@pytest.mark.parametrize(("records", "says"), [(0, ""), (2, "; 2 records wait in the spool")])
async def test_with_numbers_left_it_is_ready_and_the_log_is_true(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    records: int,
    says: str,
) -> None:
    settings = settings_of(tmp_path, SAHAYATA_DATABASE_URL=NOWHERE)
    NumberPool(settings.state.pool).put([number_at(NUMBER_KEY, 1)])
    for number in range(records):
        spool.append(settings.state.spool, record(str(number)))
    with caplog.at_level(logging.WARNING):
        await one_round(settings)
    assert capsys.readouterr().out == "ready\n"
    assert len(caplog.messages) == 1
    assert "cannot be reached" in caplog.messages[0]
    assert caplog.messages[0].endswith(says)
    assert ("spool" in caplog.messages[0]) == bool(records)
    assert "hush" not in caplog.text
