"""One JSON object a line, with the id of the call it is about."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.call import Call
from sahayata.logs import MAX_VALUE, JsonLines, naming_its_call
from tests.support.fake_call import FakeCall, make_facts

log = logging.getLogger("test.of.logs")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    said: list[dict[str, object]] = []
    handler = logging.Handler()
    formatter = JsonLines()
    monkeypatch.setattr(handler, "emit", lambda r: said.append(json.loads(formatter.format(r))))
    monkeypatch.setattr(log, "handlers", [handler])
    monkeypatch.setattr(log, "propagate", False)
    log.setLevel("INFO")
    return said


async def test_what_is_logged_in_a_call_bears_its_id(
    lines: list[dict[str, object]], tmp_path: Path
) -> None:
    async def talk(call: Call, house: None) -> None:
        await asyncio.sleep(0)
        await asyncio.to_thread(log.info, "in a thread")
        log.info("asked", extra={"node": "main_menu"})

    run = naming_its_call(talk)

    async def session(name: str) -> None:
        await run(FakeCall(replace(make_facts(), call_id=name), "", tmp_path), None)

    await asyncio.gather(session("cell-1"), session("cell-2"))
    log.info("outside")
    assert sorted(str(line.get("call", "")) for line in lines) == [
        *("", "cell-1", "cell-1", "cell-2", "cell-2"),
    ]
    assert {line["node"] for line in lines if "node" in line} == {"main_menu"}


def test_a_line_is_one_line_and_bounded(lines: list[dict[str, object]]) -> None:
    log.warning("two\nlines", extra={"fault": "x" * 9000, "count": 3})
    (line,) = lines
    assert (line["says"], line["level"], line["count"]) == ("two\nlines", "WARNING", 3)
    assert len(str(line["fault"])) == MAX_VALUE


def test_a_fault_keeps_its_trace(lines: list[dict[str, object]]) -> None:
    try:
        raise ValueError("seven")
    except ValueError:
        log.exception("it failed")
    assert "ValueError: seven" in str(lines[0]["trace"])
