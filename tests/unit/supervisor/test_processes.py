"""Processes are known by more than their number, start, and say how they ended."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sahayata.supervisor.faults import CannotStart
from sahayata.supervisor.log_file import LogFile
from sahayata.supervisor.process_id import ProcessId
from sahayata.supervisor.program import OurProcess, Program
from tests.unit.supervisor.places import settings_of

WAITS = "import time; time.sleep(60)"


@contextmanager
def a_process(code: str = WAITS) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


class TestProcessId:
    async def test_it_is_alive_until_it_ends_and_its_end_is_noticed(self) -> None:
        with a_process() as process:
            found = ProcessId.of(process.pid)
            assert found is not None
            assert found.alive
            assert found.name.startswith("python")
            found.send(signal.SIGTERM)
            await asyncio.wait_for(found.gone(), 10)
            assert not found.alive, "a zombie is not alive"
        assert ProcessId.of(process.pid) is None
        await asyncio.wait_for(found.gone(), 1)
        found.send(signal.SIGTERM)

    def test_a_later_process_of_the_same_number_is_another(self) -> None:
        with a_process() as process:
            found = ProcessId.of(process.pid)
            assert found is not None
            earlier = replace(found, started=found.started - 1)
            assert not earlier.alive
            earlier.send(signal.SIGKILL)
            assert found.alive

    async def test_one_that_will_not_end_is_made_to(self) -> None:
        stubborn = "import signal,time; signal.signal(15, lambda *a: None); print('on', flush=True)"
        with a_process(f"{stubborn}\nwhile True: time.sleep(60)") as process:
            assert process.stdout is not None
            process.stdout.readline()
            found = ProcessId.of(process.pid)
            assert found is not None
            await asyncio.wait_for(found.end(0.1), 10)
            assert process.wait() == -signal.SIGKILL


class TestOurProcess:
    @staticmethod
    def program(code: str, ready_within_s: float = 20.0) -> Program:
        return Program("answering", (sys.executable, "-c", code), ready_within_s)

    async def test_it_is_ready_when_it_says_so_and_its_words_are_kept(self, tmp_path: Path) -> None:
        settings = settings_of(tmp_path)
        log = LogFile(settings.state.logs / "a.log")
        code = f"import sys; print('rea', end='', flush=True); print('dy'); {WAITS}"
        running = await OurProcess.start(self.program(code), settings, log)
        assert running.process.alive
        await running.end(10.0)
        assert not running.process.alive
        assert (settings.state.logs / "a.log").read_text() == "ready\n"

    async def test_what_it_said_last_is_told_when_it_ends_too_soon(self, tmp_path: Path) -> None:
        settings = settings_of(tmp_path)
        log = LogFile(settings.state.logs / "a.log")
        code = "import sys; sys.exit('callflows.yaml:7: no such prompt')"
        with pytest.raises(CannotStart, match=r"ended with 1: callflows.yaml:7: no such prompt"):
            await OurProcess.start(self.program(code), settings, log)

    async def test_one_that_never_gets_ready_is_ended(self, tmp_path: Path) -> None:
        settings = settings_of(tmp_path)
        log = LogFile(settings.state.logs / "a.log")
        with pytest.raises(CannotStart, match=r"was not ready within 0.2 s"):
            await OurProcess.start(self.program(WAITS, 0.2), settings, log)

    async def test_a_program_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        settings = settings_of(tmp_path)
        log = LogFile(settings.state.logs / "a.log")
        with pytest.raises(CannotStart, match="could not be run: No such file"):
            await OurProcess.start(Program("x", ("/nothing/there",)), settings, log)

    async def test_how_it_died_is_told(self, tmp_path: Path) -> None:
        settings = settings_of(tmp_path)
        log = LogFile(settings.state.logs / "a.log")
        running = await OurProcess.start(self.program(f"print('ready'); {WAITS}"), settings, log)
        running.process.send(signal.SIGKILL)
        assert await running.ended() == "was ended by SIGKILL"
