"""``AgiCall`` where it differs from any other call: commands, leases, recordings, faults."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

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
    NotRecorded,
    Played,
    PromptId,
    QueueEntry,
    QueueLoad,
    Recorded,
    RecordSpec,
    Silence,
)
from ivr.fastagi.agi_call import AgiCall
from ivr.fastagi.asking import Asking, LineLimits
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import MAX_COMMAND, Reply, UnsafeValue
from tests.support.agi import HandTime, Room, SecondLongSounds, Wire, serving
from tests.support.fake_call import make_facts
from tests.support.plays_asterisk import Channel, KeysAt, header_block, run_agi

Talk = Callable[[Call], Awaitable[None]]
Dial = Callable[..., Awaitable[BaseException | None]]


@pytest.fixture
def dial(tmp_path: Path) -> Dial:
    """Run a talk with a channel; return what ended it, ``None`` when it ended well."""

    async def run(
        talk: Talk, channel: Channel, sounds: SecondLongSounds | None = None
    ) -> BaseException | None:
        endings: list[BaseException | None] = []

        async def answer(line: Line) -> None:
            keypad = channel.keypad
            assert isinstance(keypad, KeysAt)
            call = AgiCall(
                line,
                make_facts(),
                sounds or SecondLongSounds(),
                tmp_path / "messages",
                monotonic=lambda: keypad.now_s,
            )
            try:
                await talk(call)
                endings.append(None)
            except BaseException as ending:
                endings.append(ending)
                if isinstance(ending, AssertionError):
                    return
                raise

        async with serving(answer) as (_, host, port):
            await run_agi(host, port, header_block("inbound?call_id=a"), channel)
        if isinstance(endings[0], AssertionError):
            raise endings[0]
        return endings[0]

    return run


def without_leases(channel: Channel) -> list[str]:
    return [command for command in channel.commands if names.ABSOLUTE_LIMIT not in command]


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


class TestRecordingsMissing:
    async def test_one_that_cannot_be_opened_is_reported_and_the_rest_is_heard(
        self, dial: Dial
    ) -> None:
        async def talk(call: Call) -> None:
            assert await call.play(["a", "b", "c", "d", "e"]) == Played()

        sounds = SecondLongSounds()
        channel = Channel(KeysAt(), sounds={"b": 0.0, "d": 0.0})
        assert await dial(talk, channel, sounds) is None
        assert channel.heard == ["a", "c", "e"]
        assert sounds.reported == ["b", "d"]

    async def test_the_same_twice_in_a_list(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            assert await call.play(["n_1", "n_2", "n_1", "x", "n_1"]) == Played()

        sounds = SecondLongSounds()
        channel = Channel(KeysAt(), sounds={"x": 0.0})
        await dial(talk, channel, sounds)
        assert channel.heard == ["n_1", "n_2", "n_1", "n_1"]
        assert sounds.reported == ["x"]

    async def test_a_number_is_never_said_with_a_digit_left_out(self, dial: Dial) -> None:
        class WholeNumbersOnly(SecondLongSounds):
            def substitute(self, prompts: Sequence[PromptId], language: str) -> Sequence[PromptId]:
                if not set(prompts) & set(self.reported):
                    return prompts
                words = [prompt for prompt in prompts if not prompt.startswith("n_")]
                return [*words, "not_sayable"]

        async def talk(call: Call) -> None:
            assert await call.play(["number_is", "n_1", "n_2", "n_3", "n_4"]) == Played()

        channel = Channel(KeysAt(), sounds={"n_3": 0.0})
        assert await dial(talk, channel, WholeNumbersOnly()) is None
        assert channel.heard == ["number_is", "n_1", "n_2", "not_sayable"]

    async def test_the_last_digit_of_a_number_is_missed_too(self, dial: Dial) -> None:
        digits = [f"n_{n}" for n in range(10)]

        async def talk(call: Call) -> None:
            assert await call.play(["number_is", *digits]) == Played()

        sounds = SecondLongSounds({"number_is": 2.0, **dict.fromkeys(digits, 0.44)})
        channel = Channel(KeysAt(), sounds={**sounds.lengths, "n_9": 0.0})
        assert await dial(talk, channel, sounds) is None
        assert sounds.reported == ["n_9"]

    async def test_one_that_was_cut_short_on_disk_has_the_disk_looked_at(self, dial: Dial) -> None:
        class WholeNumbersOnly(SecondLongSounds):
            def substitute(self, prompts: Sequence[PromptId], language: str) -> Sequence[PromptId]:
                return ["not_sayable"] if self.absent & set(prompts) else prompts

        async def talk(call: Call) -> None:
            assert await call.play(["number_is", "n_1", "n_2"]) == Played()
            assert await call.play(["number_is", "n_1", "n_2"]) == Played()

        channel = Channel(KeysAt(), sounds={"n_2": 0.01})
        assert await dial(talk, channel, WholeNumbersOnly(damaged={"n_2"})) is None
        assert channel.heard == ["number_is", "n_1", "n_2", "not_sayable", "not_sayable"]

    async def test_what_was_too_short_for_no_reason_is_not_said_again(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            assert await call.play(["a", "b"]) == Played()

        channel = Channel(KeysAt(), sounds={"b": 0.01})
        assert await dial(talk, channel) is None
        assert channel.heard == ["a", "b"]

    async def test_a_key_after_the_gap_still_counts(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            assert await call.collect(["a", "b", "c"], Collect()) == Digits("3")

        channel = Channel(KeysAt((1.5, "3")), sounds={"b": 0.0})
        assert await dial(talk, channel) is None

    async def test_all_of_them(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            assert await call.play([f"p{n}" for n in range(40)]) == Played()
            assert await call.collect([], Collect(first_wait_s=1)) == Silence()

        channel = Channel(KeysAt(), sounds={f"p{n}": 0.0 for n in range(40)})
        assert await dial(talk, channel) is None
        assert channel.heard == []

    async def test_the_next_best_is_played_instead(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            assert await call.play(["a", "gone", "c"]) == Played()
            assert await call.play(["gone"]) == Played()

        channel = Channel(KeysAt())
        await dial(talk, channel, SecondLongSounds(absent={"gone"}))
        assert without_leases(channel) == ["EXEC Background hi/a&hi/c"]

    async def test_a_list_that_lasts_as_it_should_costs_no_second_command(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            await call.play(["a", "b"])

        channel = Channel(KeysAt())
        await dial(talk, channel)
        assert len(without_leases(channel)) == 1

    async def test_a_list_too_long_for_one_command_is_cut(self, dial: Dial) -> None:
        prompts = [f"{'p' * 60}_{n}" for n in range(100)]

        async def talk(call: Call) -> None:
            assert await call.play(prompts) == Played()

        channel = Channel(KeysAt())
        assert await dial(talk, channel) is None
        assert channel.heard == prompts
        assert max(map(len, channel.commands)) <= MAX_COMMAND


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


class TestMessages:
    async def test_a_caller_who_hangs_up_after_speaking_has_left_one(
        self, dial: Dial, tmp_path: Path
    ) -> None:
        async def talk(call: Call) -> None:
            outcome = await call.record(["speak"], RecordSpec("m-1"))
            assert outcome == Recorded(tmp_path / "messages" / "m-1.wav", 5.0)
            with pytest.raises(CallerHungUp):
                await call.play(["thanks"])

        channel = Channel(KeysAt(hang_up_at=4.0))
        assert await dial(talk, channel) is None

    async def test_a_caller_who_hangs_up_at_once_has_left_none(
        self, dial: Dial, tmp_path: Path
    ) -> None:
        async def talk(call: Call) -> None:
            await call.record(["speak"], RecordSpec("m-1"))

        channel = Channel(KeysAt(hang_up_at=1.2), speech_s=0.3)
        assert isinstance(await dial(talk, channel), CallerHungUp)
        assert list((tmp_path / "messages").iterdir()) == []

    async def test_a_full_disk(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            outcome = await call.record(["speak"], RecordSpec("m-1"))
            assert isinstance(outcome, NotRecorded)
            assert await call.play(["sorry"]) == Played()

        assert await dial(talk, Channel(KeysAt(), disk_full=True)) is None

    async def test_a_folder_that_cannot_be_made(self, dial: Dial, tmp_path: Path) -> None:
        async def talk(call: Call) -> None:
            assert isinstance(await call.record([], RecordSpec("m-1")), NotRecorded)
            assert await call.play(["sorry"]) == Played()

        (tmp_path / "messages").write_text("in the way")
        channel = Channel(KeysAt())
        assert await dial(talk, channel) is None
        assert not any("RECORD" in command for command in channel.commands)

    async def test_silence_is_no_message(self, dial: Dial, tmp_path: Path) -> None:
        async def talk(call: Call) -> None:
            assert await call.record([], RecordSpec("m-1")) == NotRecorded("too short")

        assert await dial(talk, Channel(KeysAt(), speech_s=1.5)) is None
        assert list((tmp_path / "messages").iterdir()) == []

    async def test_the_finishing_key(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            outcome = await call.record([], RecordSpec("m-1"))
            assert isinstance(outcome, Recorded)

        channel = Channel(KeysAt((1.0, "#")), speech_s=1.5)
        assert await dial(talk, channel) is None

    async def test_no_beep_on_disk(self, dial: Dial) -> None:
        async def talk(call: Call) -> None:
            assert isinstance(await call.record([], RecordSpec("m-1")), Recorded)

        channel = Channel(KeysAt(), sounds={"beep": 0.0})
        assert await dial(talk, channel) is None
        first, second = without_leases(channel)
        assert ("BEEP" in first, "BEEP" in second) == (True, False)

    @pytest.mark.parametrize("name", ["../x", "a/b", "", "x" * 200, "A", "a\n", "-x"])
    async def test_an_odd_name_is_not_written(self, dial: Dial, name: str) -> None:
        async def talk(call: Call) -> None:
            await call.record([], RecordSpec(name))

        channel = Channel(KeysAt())
        assert isinstance(await dial(talk, channel), UnsafeValue)
        assert not any("RECORD" in command for command in channel.commands)


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
