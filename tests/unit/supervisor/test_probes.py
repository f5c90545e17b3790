"""What is asked from outside: whether the parts answer, and Asterisk by its control socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import pytest

from sahayata.ports import HIGHEST_BASE
from sahayata.supervisor.probes import answers_agi, answers_http, answers_sip
from sahayata.supervisor.rx import SOCKET, NoAnswer, ask
from tests.unit.supervisor.places import settings_of


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
