"""What it takes to listen for words: of one caller, and how many can be followed at once.

Measured with the only model that a package ships, a Korean one; small models of other languages are
made alike and are smaller.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.korean_model import KNOWN, korean_model, linear
from benchmarks.processes import memory_kb
from benchmarks.result import Limit, Row
from ivr.speech.ears import Ear, Ears
from ivr.speech.grammar import Grammar
from ivr.speech.recogniser import BYTES_PER_SECOND, Recogniser
from ivr.speech.vosk_model import VoskModel

GRAMMAR: Final = Grammar(KNOWN[:8], KNOWN[8:])
FRAME: Final = BYTES_PER_SECOND // 50
QUIET: Final = bytes(3 * BYTES_PER_SECOND)
SOUND: Final = QUIET + linear("병원") + QUIET
"""A caller who listens to a menu, says a word and is silent."""
WORD_ENDS_S: Final = (len(SOUND) - len(QUIET)) / BYTES_PER_SECOND
CROWDS: Final = (4, 8, 16, 32, 64)
IN_TIME_S: Final = 1.5
"""From the end of a word to its result, the half second of silence that ends it included."""


def run(_: int, rounds: int) -> Sequence[Row]:
    """Load the model, listen alone, then to more and more callers at once."""
    me = os.getpid()
    before = memory_kb(me)
    began = time.perf_counter()
    model = VoskModel(korean_model())
    loaded_s = time.perf_counter() - began
    model_mb = (memory_kb(me) - before) / 1024
    alone = [_cpu_of_one(model) for _ in range(rounds)]
    written = [_cpu_of_writing_down(model) for _ in range(rounds)]
    mine = memory_kb(me)
    found = [_most_followed(model) for _ in range(rounds)]
    return [
        Row("a model for speech: loading", "s", [loaded_s]),
        Row("a model for speech: memory", "MB", [model_mb], note="shared by all callers"),
        Row(
            "listening: CPU of one caller",
            "ms/s",
            [1000 * one for one in alone],
            must=Limit(125),
            note="of CPU for a second of sound; eight callers a core",
        ),
        Row("a message written down: CPU", "ms/s", [1000 * one for one in written]),
        Row(
            f"callers followed at once on {os.cpu_count()} cores",
            "",
            [callers for callers, _ in found],
            goal=Limit(8.0 * (os.cpu_count() or 1), at_least=True),
        ),
        Row("… from the end of the word to its result, p95", "s", [late for _, late in found]),
        Row("… memory of each", "MB", [(memory_kb(me) - mine) / 1024 / max(n for n, _ in found)]),
    ]


def _cpu_of_one(model: Recogniser) -> float:
    """Listen to ten callers one after another; CPU seconds for each second of sound."""
    began = time.process_time()
    for _ in range(10):
        hearing = model.listen(GRAMMAR)
        for at in range(0, len(SOUND), 10 * FRAME):
            hearing.hear(SOUND[at : at + 10 * FRAME])
    return (time.process_time() - began) / (10 * len(SOUND) / BYTES_PER_SECOND)


def _cpu_of_writing_down(model: Recogniser) -> float:
    """Write down a message of a minute, every word the model knows; CPU seconds for a second."""
    message = (SOUND * 20)[: 60 * BYTES_PER_SECOND]
    began = time.process_time()
    model.transcribe(
        message[at : at + BYTES_PER_SECOND] for at in range(0, len(message), BYTES_PER_SECOND)
    )
    return (time.process_time() - began) / 60


def _most_followed(model: Recogniser) -> tuple[int, float]:
    """Give the largest crowd whose words are all heard in time, and how late the last of them."""
    best = (0, 0.0)
    for callers in CROWDS:
        late = asyncio.run(_crowd(model, callers))
        if len(late) < callers:
            break
        p95 = statistics.quantiles(late, n=20)[-1]
        if p95 > IN_TIME_S:
            break
        best = (callers, p95)
    return best


async def _crowd(model: Recogniser, callers: int) -> list[float]:
    """Let so many say a word at about the same time; return how late each was heard."""
    ears = Ears(model, os.cpu_count() or 1)
    loop = asyncio.get_running_loop()
    late: list[float] = []
    began = loop.time()

    def heard(start: float) -> None:
        late.append(loop.time() - start - WORD_ENDS_S)

    async def caller(number: int) -> None:
        start = began + number / callers  # within a second
        ear = Ear(ears, lambda _: heard(start))
        ear.listen(GRAMMAR)
        for at in range(0, len(SOUND), FRAME):
            await asyncio.sleep(start + at / BYTES_PER_SECOND - loop.time())
            ear.take(SOUND[at : at + FRAME])
        await ear.close()

    await asyncio.gather(*(caller(number) for number in range(callers)))
    await asyncio.to_thread(ears.close)
    return late
