"""A recording that is known by name is found where it was played, and judged."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.ear.arrival import LEVEL_WITHIN_DB, arrival
from ivr.ear.recordings import Recording, load_each
from tests.unit.ear.calls import FOLDER, call, with_noise

PROMPT = "main_menu_food"
OTHER = "main_menu_ration"


@pytest.fixture(scope="module")
def known() -> Recording:
    return load_each(FOLDER)[PROMPT]


def test_what_was_played_arrived_whole_and_at_its_level(known: Recording) -> None:
    found = arrival(call(PROMPT), known)
    assert found is not None
    assert found.faults == ()
    assert found.likeness > 0.99
    assert found.end_s - found.start_s == pytest.approx(known.seconds, abs=0.001)


def test_it_is_found_between_others(known: Recording) -> None:
    alone = arrival(call(PROMPT), known)
    among = arrival(call(OTHER, PROMPT, OTHER), known)
    assert alone is not None
    assert among is not None
    assert among.faults == ()
    assert among.start_s > alone.start_s + 1


def test_noise_of_a_line_is_no_fault(known: Recording) -> None:
    found = arrival(with_noise(call(PROMPT), 0.005), known)
    assert found is not None
    assert found.faults == ()


def test_another_recording_is_not_this_one(known: Recording) -> None:
    found = arrival(call(OTHER), known)
    assert found is not None
    assert "is not what was heard" in found.faults[0]


@pytest.mark.parametrize(("end", "fault"), [(0, "beginning was cut"), (-1, "end was cut")])
def test_a_lost_syllable_is_named(known: Recording, end: int, fault: str) -> None:
    sound = call(PROMPT)
    whole = arrival(sound, known)
    assert whole is not None
    edge = round((whole.start_s if end == 0 else whole.end_s - 0.15) * 8000)
    sound[edge : edge + round(0.15 * 8000)] = 0
    found = arrival(sound, known)
    assert found is not None
    assert fault in found.faults[0]


@pytest.mark.parametrize("decibels", [-LEVEL_WITHIN_DB - 1.5, LEVEL_WITHIN_DB + 1.5])
def test_a_wrong_level_is_named(known: Recording, decibels: float) -> None:
    found = arrival(np.asarray(call(PROMPT) * 10 ** (decibels / 20), np.float32), known)
    assert found is not None
    assert "its level is" in found.faults[0]


@pytest.mark.parametrize("samples", [0, 8000])
def test_silence_brings_nothing(known: Recording, samples: int) -> None:
    assert arrival(np.zeros(samples, np.float32), known) is None
