"""``AgiCall`` where it differs from any other call: commands, leases, recordings, faults."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import names
from ivr.call import (
    Call,
    CallEnded,
    CallerHungUp,
    Collect,
    Digits,
    LineLost,
    Played,
    QueueEntry,
    QueueLoad,
    RecordSpec,
    Silence,
)
from ivr.fastagi.agi_call import AgiCall
from ivr.fastagi.asking import Asking, LineLimits
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import Reply, UnsafeValue
from tests.support.agi import HandTime, Room, SecondLongSounds, Wire
from tests.support.agi_dialling import Dial, without_leases
from tests.support.fake_call import make_facts
from tests.support.plays_asterisk import Channel, KeysAt, header_block


async def test_a_list_of_prompts_and_a_menu_are_two_commands(dial: Dial) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["a", "b", "c"], Collect()) == Silence()

    channel = Channel(KeysAt())
    await dial(talk, channel)
    assert without_leases(channel) == ["EXEC Background hi/a&hi/b&hi/c", "WAIT FOR DIGIT 5000"]


async def test_six_keys_while_a_prompt_plays_are_two_commands(dial: Dial) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["a"], Collect(min_keys=6, max_keys=6)) == Digits("122001")

    channel = Channel(KeysAt(*((0.2 * n, key) for n, key in enumerate("122001"))))
    await dial(talk, channel)
    assert without_leases(channel) == ["EXEC Background hi/a", 'GET DATA "" 3000 5']


async def test_the_done_flag_is_set_last_and_the_line_closed(dial: Dial) -> None:
    async def talk(call: Call) -> None:
        extras = {"SAHAYATA_ROUND": "2"}
        await call.join_queue(QueueEntry("food", "4821093475", 3, recorded=True, extras=extras))
        with pytest.raises(LineLost):
            await call.play(["a"])

    channel = Channel(KeysAt())
    assert await dial(talk, channel) is None
    assert channel.set_order[-1] == names.DONE
    assert channel.variables == {
        names.ABSOLUTE_LIMIT: "45.0",
        "SAHAYATA_ROUND": "2",
        names.QUEUE: "food",
        names.TICKET: "4821093475",
        names.PRIORITY: "3",
        names.RECORDED: "1",
        names.HANDED: "0",  # on the steady clock
        names.DONE: names.DONE_QUEUE,
    }


async def test_a_hang_up_of_ours_sets_the_done_flag(dial: Dial) -> None:
    async def talk(call: Call) -> None:
        await call.play(["bye"])
        await call.hang_up()

    channel = Channel(KeysAt())
    assert await dial(talk, channel) is None
    assert channel.variables[names.DONE] == names.DONE_END


@pytest.mark.parametrize(
    "entry",
    [
        QueueEntry("food,SAHAYATA_DONE=end"),
        QueueEntry("food", ticket='1"'),
        QueueEntry("food", ticket="1\nHANGUP"),
        QueueEntry("${SHELL(id)}"),
        QueueEntry("food", extras={"A B": "1"}),
        QueueEntry("food", extras={"A=1,SHELL(id)": "1"}),
    ],
)
async def test_a_value_that_could_be_read_as_more_is_not_sent(
    dial: Dial, entry: QueueEntry
) -> None:
    async def talk(call: Call) -> None:
        await call.join_queue(entry)

    channel = Channel(KeysAt())
    assert isinstance(await dial(talk, channel), UnsafeValue)
    assert without_leases(channel) == []


@pytest.mark.parametrize("queue", ["food) ${SHELL(id)}", "", "a b", "x\n", "भोजन"])
async def test_an_odd_queue_name_is_not_asked_for(dial: Dial, queue: str) -> None:
    async def talk(call: Call) -> None:
        await call.queue_load(queue)

    assert isinstance(await dial(talk, Channel(KeysAt())), UnsafeValue)


async def test_a_queue_asterisk_does_not_know_is_empty(dial: Dial) -> None:
    async def talk(call: Call) -> None:
        assert await call.queue_load("food") == QueueLoad(0, 0, 0)

    assert await dial(talk, Channel(KeysAt(), loads={"food": QueueLoad(0, 0, 0)})) is None


class TestLease:
    async def test_it_comes_first_and_is_renewed_in_time(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            for _ in range(60):
                await call.play(["a"])

        channel = Channel(KeysAt())
        await dial(talk, channel)
        assert channel.commands[0] == f"SET VARIABLE {names.ABSOLUTE_LIMIT} 45.0"
        left_s = 0.0
        renewals = 0
        for command in channel.commands:
            if names.ABSOLUTE_LIMIT in command:
                left_s, renewals = 45.0, renewals + 1
            else:
                left_s -= 1.0
                assert left_s >= 10.0, "what we may need to think"
        assert renewals == 2

    async def test_it_covers_a_command_that_takes_long(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            await call.record([], RecordSpec("m", max_s=120))

        channel = Channel(KeysAt())
        await dial(talk, channel)
        assert float(channel.variables[names.ABSOLUTE_LIMIT]) > 120

    @pytest.mark.parametrize(("at_s", "ending"), [(30.0, CallerHungUp), (44.9, LineLost)])
    async def test_a_hang_up_at_its_end_is_not_the_callers(
        self, at_s: float, ending: type[Exception]
    ) -> None:
        now_s = 100.0
        line = Line(Room(), 5.0, HandTime())
        line.connection_made(Wire())
        line.data_received(header_block("inbound?call_id=a"))
        ask = Asking(line, LineLimits(lease_s=45.0), lambda: now_s)
        asked = asyncio.create_task(ask("NOOP"))
        for _ in range(2):
            await asyncio.sleep(0)
            line.data_received(b"200 result=1\n")
        await asked
        now_s += at_s  # we hung meanwhile
        line.data_received(b"HANGUP\nHANGUP\n")
        with pytest.raises(ending):
            await ask("NOOP")

    async def test_a_hang_up_before_its_end_is_the_callers(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            await call.collect(["a"], Collect())

        assert isinstance(await dial(talk, Channel(KeysAt(hang_up_at=3.0))), CallerHungUp)


class TestStrangeKeys:
    async def test_a_to_d_take_the_prompt_up_again(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            assert await call.play(["a", "b", "c"]) == Played()

        channel = Channel(KeysAt((1.5, "A")))
        assert await dial(talk, channel) is None
        assert channel.heard == ["a", "b", "b", "c"]

    async def test_a_storm_of_them_ends(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            await call.collect(["a", "b"], Collect(min_keys=4, max_keys=4))
            await call.hang_up()

        channel = Channel(KeysAt(*((0.1 * n, "ABCD"[n % 4]) for n in range(1000))))
        assert await dial(talk, channel) is None
        assert len(channel.commands) < 150

    async def test_two_hundred_keys_are_bounded(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            outcome = await call.collect([], Collect(min_keys=1, max_keys=1000))
            assert isinstance(outcome, Digits)
            assert len(outcome.keys) == 64

        channel = Channel(KeysAt(*((0.1 * n, "7") for n in range(200))))
        assert await dial(talk, channel) is None


@pytest.mark.parametrize(
    "reply",
    [
        b"510 Invalid or unknown command\n",
        b"520-Invalid\nUsage\n520 End of proper usage.\n",
        b"200 result=-2\n",
        b"rubbish\n",
    ],
)
async def test_a_refusal_is_a_lost_line(dial: Dial, reply: bytes) -> None:
    class Refusing(Channel):
        async def answer(self, command: str) -> bytes:
            return reply

    async def talk(call: Call) -> None:
        await call.play(["a"])

    assert isinstance(await dial(talk, Refusing(KeysAt())), LineLost)


class Parrot(Line):
    """A line on which anything may be answered."""

    def __init__(self, replies: list[Reply]) -> None:
        super().__init__(Room(), 5.0, HandTime())
        self.replies = replies

    async def ask(self, *words: str, limit_s: float) -> Reply:
        if not self.replies:
            raise LineLost("nothing more to say")
        return self.replies.pop(0)


ANYTHING = st.one_of(st.text(max_size=12), st.integers(-3, 200).map(str), st.sampled_from("²٣"))


@given(
    st.lists(st.builds(Reply, st.sampled_from([200, 200, 200, 510]), ANYTHING, ANYTHING)),
    st.sampled_from(["play", "collect", "record", "load", "join"]),
    st.sampled_from(["", "#", "*"]),
)
def test_any_answer_is_an_outcome_or_the_end_of_the_call(
    tmp_path_factory: pytest.TempPathFactory, replies: list[Reply], what: str, finish: str
) -> None:
    async def run() -> None:
        folder = tmp_path_factory.getbasetemp()
        call = AgiCall(Parrot(replies), make_facts(), SecondLongSounds(), folder)
        match what:
            case "play":
                await call.play(["a", "b"])
            case "collect":
                await call.collect(["a"], Collect(max_keys=6, finish_keys=finish))
            case "record":
                await call.record(["a"], RecordSpec("never-there"))
            case "load":
                await call.queue_load("food")
            case _:
                await call.join_queue(QueueEntry("food"))

    with suppress(CallEnded):
        asyncio.run(run())
