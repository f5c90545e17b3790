"""A word is cut from behind its carrier, without the carrier's last click."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.voice.behind import behind, silences, without_click

RATE = 24_000


def told(*parts: tuple[float, float]) -> NDArray[np.float32]:
    """Sound of so many seconds at so many decibels below full scale, one after the other."""
    pieces = []
    for seconds, level in parts:
        t = np.arange(round(seconds * RATE)) / RATE
        pieces.append(10 ** (level / 20) * np.sqrt(2) * np.sin(2 * np.pi * 1000 * t))
    return np.concatenate(pieces).astype(np.float32)


WORD = (0.4, -3.0)
CLICK = (0.03, -25.0)
QUIET = (0.02, -45.0)


def test_silences_are_found_and_short_ones_are_not() -> None:
    loud = -10.0
    said = told((1.0, loud), (0.1, -90), (0.5, loud), (0.03, -90), (0.5, loud))
    assert silences(said, RATE) == [(1.0, 1.1)]
    assert silences(told((0.2, -90), (1.0, loud), (0.3, -90)), RATE) == [(0.0, 0.2), (1.2, 1.5)]


@pytest.mark.parametrize(
    ("phonemes", "gap"),
    [
        ("ɾˈaːʃən", (0.03, -33.0)),  # राशन: a click and a dip before a soft beginning
        ("nˈɔː", (0.03, -33.0)),
        ("ʌʈʰˈaːɾəh", (0.06, -45.0)),  # अठारह: before a vowel only what a silence follows
        ("pˈʌndɾəh", (0.06, -45.0)),
    ],
)
def test_a_click_before_the_word_is_cut_away(phonemes: str, gap: tuple[float, float]) -> None:
    word = without_click(told(QUIET, CLICK, gap, WORD), RATE, phonemes)
    assert word.size < round((0.4 + gap[0]) * RATE) + 1
    assert word.size >= round(0.4 * RATE)


@pytest.mark.parametrize(
    ("phonemes", "beginning"),
    [
        ("sˈaːt", [(0.1, -20.0), (0.03, -40.0)]),  # सात: its own hiss
        ("dˈuːsɾi", [(0.06, -14.0), (0.04, -36.0)]),  # दूसरी: its own voice before the d
        ("kʰˈaːli", [(0.02, -15.0), (0.04, -22.0)]),  # ख़ाली: a burst, then breath
        ("kːjˈuː", [(0.005, -19.0), (0.005, -36.0), (0.05, -22.0)]),  # क्यू
        ("ˈeːk", [(0.03, -25.0), (0.03, -20.0)]),  # एक: grows louder
        ("mˈaːrc", [(0.05, -25.0), (0.03, -20.0)]),
    ],
)
def test_the_beginning_of_a_word_is_its_own(
    phonemes: str, beginning: list[tuple[float, float]]
) -> None:
    said = told(QUIET, *beginning, WORD)
    assert without_click(said, RATE, phonemes) is said


def test_what_begins_at_once_stays() -> None:
    said = told(WORD)
    assert without_click(said, RATE, "ˈeːk") is said


def test_the_carrier_is_cut_off_with_its_click() -> None:
    said = told((1.8, -10.0), (0.1, -90.0), CLICK, (0.05, -60.0), (0.4, -10.0))
    word = behind(said, RATE, "ɾˈaːʃən", 1.7, 1.9)
    assert word is not None
    assert word.size / RATE == pytest.approx(0.4, abs=0.06)
    assert behind(said, RATE, "ɾˈaːʃən", 0.2, 0.9) is None
