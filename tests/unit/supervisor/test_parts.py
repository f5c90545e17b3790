"""The small parts of supervision: processes, ports, files, the control socket, plain words."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from deploy.asterisk_home import Asterisk
from sahayata.ports import HIGHEST_BASE
from sahayata.settings import Settings, load
from sahayata.state import StateFolder
from sahayata.supervisor.faults import AlreadyRuns, CannotStart, in_words, require_room
from sahayata.supervisor.instance import (
    Instance,
    InstanceState,
    instance_status,
    only_one,
    read_instance,
)
from sahayata.supervisor.keeper import Part, PartState
from sahayata.supervisor.log_file import LogFile, turn_over
from sahayata.supervisor.preparation import require_short_path
from sahayata.supervisor.probes import answers_agi, answers_http, answers_sip
from sahayata.supervisor.process_id import ProcessId
from sahayata.supervisor.program import OurProcess, Program
from sahayata.supervisor.rx import SOCKET, NoAnswer, ask
from sahayata.supervisor.taken_ports import Address, asterisk_addresses, require_free

WAITS = "import time; time.sleep(60)"


@contextmanager
def a_process(code: str = WAITS) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def settings_of(folder: Path, base: int = 20000) -> Settings:
    settings = load(state=str(folder), port_base=base, environment={})
    settings.state.prepare()
    return settings


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


class TestPorts:
    def test_every_taken_port_is_named_with_who_has_it(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taker:
            taker.bind(("127.0.0.1", 0))
            taker.listen()
            port = taker.getsockname()[1]
            address = Address("the console", "127.0.0.1", port, socket.SOCK_STREAM)
            with pytest.raises(CannotStart) as refused:
                require_free((address, address))
        said = str(refused.value)
        assert said.count(f"the console: TCP port {port} on 127.0.0.1 is taken by ") == 2
        assert f"(process {os.getpid()})" in said
        assert said.endswith("Stop that program, or choose another --port-base")
        require_free((address,))

    def test_an_address_this_machine_has_not_is_said(self, tmp_path: Path) -> None:
        settings = replace(settings_of(tmp_path), sip_bind="192.0.2.1")
        with pytest.raises(CannotStart, match="no such address; set SAHAYATA_SIP_BIND"):
            require_free(asterisk_addresses(settings))


class TestLogFile:
    def test_it_turns_over_and_forgets_the_oldest(self, tmp_path: Path) -> None:
        log = LogFile(tmp_path / "a.log", most_bytes=10, kept=2)
        for number in range(8):
            log.write(b"%07d\n" % number)
        log.close()
        kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert kept == {"a.log": b"0000007\n", "a.log.1": b"0000006\n", "a.log.2": b"0000005\n"}

    def test_a_full_disk_costs_lines_and_nothing_else(self) -> None:
        log = LogFile(Path("/dev/full"))
        log.write(b"a line\n")
        assert log.lost > 0
        log.close()

    def test_what_is_not_there_is_not_turned_over(self, tmp_path: Path) -> None:
        turn_over(tmp_path / "nothing.log")
        assert list(tmp_path.iterdir()) == []


class TestPlainWords:
    @pytest.mark.parametrize(
        ("number", "says"),
        [
            (errno.ENOSPC, "the disk is full; make room"),
            (errno.EACCES, "may not; change its owner"),
            (errno.EROFS, "can only be read"),
            (errno.ENOTDIR, "a file lies where a folder should be"),
            (errno.EIO, "Input/output error"),
        ],
    )
    def test_a_fault_of_a_file_says_what_to_do(self, number: int, says: str) -> None:
        said = in_words(OSError(number, os.strerror(number), "/srv/x"), "the tickets")
        assert said.startswith("the tickets: /srv/x: ")
        assert says in said

    def test_a_nearly_full_disk_is_refused_with_how_much_there_is(self, tmp_path: Path) -> None:
        with pytest.raises(CannotStart, match=r"\d+ MB are free, 999999999999 MB are needed"):
            require_room(tmp_path, 999_999_999_999)
        require_room(tmp_path, 1)

    @pytest.mark.parametrize(("root", "most"), [(Path("/r"), 150), (None, 81)])
    def test_a_folder_too_deep_for_asterisk_is_refused(self, root: Path | None, most: int) -> None:
        asterisk = Asterisk("22.10.1", root, Path("/a"), Path("/m"), Path("/d"))
        require_short_path(StateFolder(Path("/" + "d" * (most - 1))), asterisk)
        with pytest.raises(CannotStart, match=f"too long .* at most {most} bytes"):
            require_short_path(StateFolder(Path("/" + "d" * most)), asterisk)


class TestInstance:
    @staticmethod
    def instance(up: ProcessId, part: ProcessId | None) -> Instance:
        now = datetime(2026, 6, 1, tzinfo=UTC)
        return Instance(
            up=up,
            state=InstanceState.READY,
            since=now,
            asterisk_version="22.10.1",
            port_base=20000,
            demo=True,
            configuration="abc",
            parts=(Part("asterisk", PartState.RUNNING, part, now, 3, "ended with 1"),),
            last_error="आग",
        )

    def test_it_is_read_back_as_it_was_written(self, tmp_path: Path) -> None:
        state = settings_of(tmp_path).state
        kept = self.instance(ProcessId(1, 2), ProcessId(3, 4))
        kept.write(state)
        assert read_instance(state) == kept
        assert [p.name for p in tmp_path.glob(".instance*")] == []

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', '{"format": 1}', "null"])
    def test_a_damaged_file_is_no_instance(self, tmp_path: Path, text: str) -> None:
        settings = settings_of(tmp_path)
        settings.state.instance.write_text(text)
        assert read_instance(settings.state) is None
        assert instance_status(settings).state is InstanceState.STOPPED

    def test_the_status_is_looked_up_and_not_believed(self, tmp_path: Path) -> None:
        settings = settings_of(tmp_path)
        own = ProcessId.of(os.getpid())
        assert own is not None
        gone = ProcessId(own.pid, own.started - 1)
        self.instance(own, own).write(settings.state)
        assert instance_status(settings).running
        self.instance(gone, own).write(settings.state)
        alone = instance_status(settings)
        assert (alone.running, alone.state) == (False, InstanceState.ALONE)
        self.instance(gone, gone).write(settings.state)
        stopped = instance_status(settings)
        assert (stopped.running, stopped.state) == (False, InstanceState.STOPPED)
        assert stopped.parts[0].state is PartState.ENDED
        assert stopped.last_error == "आग"

    def test_one_folder_has_one_instance(self, tmp_path: Path) -> None:
        state = settings_of(tmp_path).state
        second = only_one(state)
        with only_one(state), pytest.raises(AlreadyRuns, match="choose another --state"):
            second.__enter__()
        with only_one(state):
            pass


@contextmanager
def control_socket(folder: Path, *answers: bytes) -> Iterator[list[bytes]]:
    """Play Asterisk's control socket for one question."""
    asked: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "asterisk.ctl"))
        listener.listen()

        def answer() -> None:
            line, _ = listener.accept()
            with line:
                asked.append(line.recv(1000))
                for piece in answers:
                    line.sendall(piece)

        thread = threading.Thread(target=answer)
        thread.start()
        yield asked
        thread.join(10)


class TestControlSocket:
    def test_the_answer_comes_in_pieces(self, tmp_path: Path) -> None:
        with control_socket(tmp_path, b"host/4", b"2/22.10.1\nfully\0 bo", b"oted\n") as asked:
            answer = ask(tmp_path, "core waitfullybooted")
        assert (answer.text, answer.pid) == ("fully booted", 42)
        assert asked == [b"cli quit after core waitfullybooted\0"]

    def test_its_path_may_be_long(self, tmp_path: Path) -> None:
        deep = tmp_path / ("d" * 100) / ("e" * 100)
        deep.mkdir(parents=True)
        with control_socket(tmp_path, b"host/42/22.10.1\nyes\n"):
            (tmp_path / SOCKET).rename(deep / SOCKET)
            assert ask(deep, "x").text == "yes"

    def test_no_asterisk_is_no_answer(self, tmp_path: Path) -> None:
        with pytest.raises(NoAnswer):
            ask(tmp_path, "x")

    def test_one_that_hangs_is_no_answer(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "asterisk.ctl"))
            listener.listen()
            with pytest.raises(NoAnswer, match="timed out"):
                ask(tmp_path, "x", limit_s=0.05)


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


def bound_to_a_base(listener: socket.socket) -> int:
    """Bind to a port that may be the first of an instance: those at the end of all may not."""
    for port in range(20000, HIGHEST_BASE):
        with suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError("every port is taken")


class TestProbes:
    async def test_a_server_that_closes_what_says_nothing_serves(self) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            assert await answers_agi(server.sockets[0].getsockname()[1])

    async def test_a_server_that_hangs_does_not(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            assert not await answers_agi(listener.getsockname()[1], limit_s=0.05)
        assert not await answers_agi(1, limit_s=0.5)

    async def test_a_web_server_answers_or_hangs(self) -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            assert (await reader.readline()).startswith(b"GET / ")
            writer.write(b"HTTP/1.0 404 Not Found\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            assert await answers_http(server.sockets[0].getsockname()[1], 5.0)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            assert not await answers_http(listener.getsockname()[1], 0.05)
        assert not await answers_http(1, 0.5)

    @pytest.mark.parametrize(
        ("reply", "answered"),
        [(b"SIP/2.0 200 OK\r\n\r\n", True), (b"SIP/2.0 404 no\r\n\r\n", False)],
    )
    async def test_the_short_code_is_asked_for(
        self, tmp_path: Path, reply: bytes, answered: bool
    ) -> None:
        heard: list[bytes] = []

        class Pbx(asyncio.DatagramProtocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                self.transport = cast("asyncio.DatagramTransport", transport)

            def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
                heard.append(data)
                self.transport.sendto(reply, addr)

        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            port = bound_to_a_base(listener)
            transport, _ = await loop.create_datagram_endpoint(Pbx, sock=listener.dup())
        assert await answers_sip(settings_of(tmp_path, port)) is answered
        assert heard[0].startswith(b"OPTIONS sip:1950@127.0.0.1:%d SIP/2.0\r\n" % port)
        transport.close()
