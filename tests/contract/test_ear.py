"""The ear and the recordings agree: none of them is taken for another."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.ear import hears, listen
from ivr.ear.recordings import STEP
from tests.unit.ear.calls import call, recordings, with_noise


def test_every_recording_is_known_from_every_other() -> None:
    prompts = [recording.prompt for recording in recordings().known]
    sound = with_noise(call(*prompts), 0.003)
    assert [item.prompt for item in listen(sound, recordings())] == prompts


def test_no_recording_is_taken_for_another_when_it_is_listened_for_alone() -> None:
    ends = [one.prompt for one in recordings().known if one.prompt.startswith("main_menu_")]
    for prompt in ends:
        others = call(*(other for other in ends if other != prompt))
        assert not hears(others, recordings(), prompt), prompt


@pytest.mark.parametrize("late", range(2 * STEP))
def test_every_recording_is_found_wherever_it_begins(late: int) -> None:
    """A call begins anywhere between two samples of the coarse search."""
    unheard = []
    for one in recordings().known:
        sound = np.pad(one.speech, (4_000 + late, 4_000))
        if not hears(sound, recordings(), one.prompt):
            unheard.append(one.prompt)
    assert unheard == []
