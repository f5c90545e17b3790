"""Recordings over the wire: what is missing is left out or replaced, what is made is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr.call import (
    Call,
    CallerHungUp,
    Collect,
    Digits,
    NotRecorded,
    Played,
    PromptId,
    Recorded,
    RecordSpec,
    Silence,
)
from ivr.fastagi.protocol import MAX_COMMAND, UnsafeValue
from tests.support.agi import SecondLongSounds
from tests.support.agi_dialling import Dial, without_leases
from tests.support.plays_asterisk import Channel, KeysAt


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
