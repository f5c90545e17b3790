"""One line: a question at a time, a hang-up at any point, an end to every wait."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import CallEnded, CallerHungUp, LineLost
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import BadHeader, BadReply, Reply, UnsafeValue
from tests.support.agi import HandTime, Room, Wire
from tests.wire.recorded import NAMES, Recorded, recorded

HEADER = recorded("whole_call").header


class Rig:
    """A line in memory, up to the end of its header."""

    def __init__(self, header: bytes = HEADER, *, full: bool = False) -> None:
        self.room, self.time, self.wire = Room(full=full), HandTime(), Wire()
        self.line = Line(self.room, 5.0, self.time)
        self.line.connection_made(self.wire)
        if header:
            self.line.data_received(header)

    def later(self, seconds: float) -> None:
        self.time.advance(seconds)
        self.line.look(self.time())

    async def ask(self, *words: str, limit_s: float = 9.0) -> asyncio.Task[Reply]:
        task = asyncio.create_task(self.line.ask(*words, limit_s=limit_s))
        await asyncio.sleep(0)
        return task


async def test_a_question_is_one_write_and_one_answer() -> None:
    rig = Rig()
    task = await rig.ask("EXEC", "Background", "hi/a")
    assert rig.wire.written == [b"EXEC Background hi/a\n"]
    rig.line.data_received(b"200 res")
    rig.line.data_received(b"ult=49\n")
    assert await task == Reply(200, "49")


@pytest.mark.parametrize("name", NAMES)
async def test_real_sessions_byte_by_byte(name: str) -> None:
    session = recorded(name)
    rig = Rig(header=b"")
    for at in range(len(session.header)):
        rig.line.data_received(session.header[at : at + 1])
    assert rig.room.opened_lines == [rig.line]
    for sent, came in session.turns:
        task = await rig.ask(*sent.replace('"', "").split(" "))
        for at in range(len(came)):
            rig.line.data_received(came[at : at + 1])
        try:
            await task
        except CallerHungUp:
            assert b"HANGUP" in came or b" 511 " in b" " + came
            return
        assert b"200 " in came or b"5" in came


async def test_a_reply_511_is_a_hang_up() -> None:
    rig = Rig()
    task = await rig.ask("NOOP")
    rig.line.data_received(b"511 Command Not Permitted on a dead channel\n")
    with pytest.raises(CallerHungUp):
        await task
    assert rig.line.hung_up


def hang_up_points(session: Recorded) -> list[int]:
    return list(range(len(session.turns) + 1))


@pytest.mark.parametrize("at", hang_up_points(recorded("whole_call")))
@pytest.mark.parametrize("while_waiting", [False, True])
async def test_a_hang_up_at_every_step(at: int, while_waiting: bool) -> None:
    rig = Rig()
    for number, (sent, came) in enumerate(recorded("whole_call").turns):
        if number == at and not while_waiting:
            rig.line.data_received(b"HANGUP\n")
            with pytest.raises(CallerHungUp):
                await rig.line.ask("NOOP", limit_s=1)
            assert len(rig.wire.written) == number, "nothing is sent to a caller who left"
            return
        task = await rig.ask(*sent.replace('"', "").split(" "))
        if number == at:
            rig.line.data_received(b"HANGUP\nHANGUP\n")
            rig.line.data_received(came)
            with pytest.raises(CallerHungUp):
                await task
            return
        rig.line.data_received(came)
        assert (await task).code == 200
    assert at == len(recorded("whole_call").turns)
    rig.line.data_received(b"HANGUP\n")
    assert rig.line.hung_up


async def test_a_hang_up_right_after_the_header_still_opens_the_session() -> None:
    rig = Rig(header=HEADER + b"HANGUP\n")
    assert rig.room.opened_lines == [rig.line]
    with pytest.raises(CallerHungUp):
        await rig.line.ask("NOOP", limit_s=1)


async def test_the_end_of_the_connection_is_no_hang_up() -> None:
    rig = Rig()
    task = await rig.ask("NOOP")
    rig.line.connection_lost(ConnectionResetError())
    with pytest.raises(LineLost):
        await task
    assert rig.room.closed_lines == [rig.line]
    with pytest.raises(LineLost):
        await rig.line.ask("NOOP", limit_s=1)


async def test_no_answer_within_the_limit() -> None:
    rig = Rig()
    task = await rig.ask("NOOP", limit_s=9.0)
    rig.later(8.9)
    await asyncio.sleep(0)
    assert not task.done()
    rig.later(0.1)
    with pytest.raises(LineLost):
        await task
    assert rig.wire.aborted


async def test_the_limit_is_of_one_answer_only() -> None:
    rig = Rig()
    for _ in range(3):
        task = await rig.ask("NOOP", limit_s=9.0)
        rig.later(8.0)
        rig.line.data_received(b"200 result=0\n")
        await task
    rig.later(100.0)
    assert not rig.wire.aborted


async def test_no_header_within_the_limit_however_slowly_it_comes() -> None:
    rig = Rig(header=b"")
    for at in range(49):
        rig.line.data_received(HEADER[at : at + 1])
        rig.later(0.1)
    assert not rig.wire.aborted
    rig.later(0.2)
    assert rig.wire.aborted
    rig.line.data_received(HEADER[49:])
    assert rig.room.opened_lines == []


async def test_a_bad_header_is_refused_and_closed() -> None:
    rig = Rig(header=b"GET / HTTP/1.1\nHost: x\n\n")
    assert rig.wire.aborted
    assert [type(fault) for fault in rig.room.refusals] == [BadHeader]
    assert rig.room.opened_lines == []
    rig.line.data_received(HEADER)
    assert rig.room.opened_lines == []


async def test_a_full_house_drops_the_line() -> None:
    rig = Rig(full=True)
    assert rig.wire.aborted
    assert rig.room.opened_lines == []


@pytest.mark.parametrize(
    "data", [b"agi_callerid: 1\n", b"200 result=0\n", b"\n", b"\xff\n", b"x" * 9000]
)
async def test_what_nobody_asked_for_ends_the_line(data: bytes) -> None:
    rig = Rig()
    rig.line.data_received(data)
    assert rig.wire.aborted
    assert len(rig.room.refusals) == 1
    with pytest.raises(LineLost):
        await rig.line.ask("NOOP", limit_s=1)


async def test_a_second_reply_ends_the_line() -> None:
    rig = Rig()
    task = await rig.ask("NOOP")
    rig.line.data_received(b"200 result=0\n200 result=0\n")
    assert await task == Reply(200, "0")
    assert [type(fault) for fault in rig.room.refusals] == [BadReply]


async def test_an_answer_given_up_for_is_not_taken_for_the_next_one() -> None:
    rig = Rig()
    task = await rig.ask("NOOP")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert rig.wire.aborted
    with pytest.raises(LineLost):
        await rig.line.ask("NOOP", limit_s=1)


async def test_one_question_at_a_time() -> None:
    rig = Rig()
    task = await rig.ask("NOOP")
    with pytest.raises(RuntimeError):
        await rig.line.ask("NOOP", limit_s=1)
    rig.line.data_received(b"200 result=0\n")
    await task


async def test_an_unsafe_word_sends_nothing() -> None:
    rig = Rig()
    with pytest.raises(UnsafeValue):
        await rig.line.ask("SET", "VARIABLE", "X", "1\nHANGUP", limit_s=1)
    assert rig.wire.written == []


async def test_a_closed_line_takes_no_more() -> None:
    rig = Rig()
    rig.line.close()
    assert rig.wire.closed
    with pytest.raises(LineLost):
        await rig.line.ask("NOOP", limit_s=1)


@given(st.lists(st.binary(max_size=40), max_size=6), st.booleans())
def test_any_bytes_neither_crash_nor_hang(pieces: list[bytes], after_header: bool) -> None:
    async def run() -> None:
        rig = Rig(header=HEADER if after_header else b"")
        task = await rig.ask("NOOP") if after_header else None
        for piece in pieces:
            rig.line.data_received(piece)
        rig.later(10.0)
        if task is not None:
            with suppress(CallEnded):
                assert (await asyncio.wait_for(task, 5)).code in range(200, 600)
        assert rig.wire.aborted or rig.line.header is not None

    asyncio.run(run())
