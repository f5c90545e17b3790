"""A citizen of ``sahayata dial`` says words, or at least something."""

from __future__ import annotations

import pytest

from sahayata.telephone.alaw import RATE, loudness
from sahayata.telephone.fingers import murmured
from sahayata.telephone.mouth import spoken_by_espeak


def test_without_espeak_a_word_is_murmured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert spoken_by_espeak("hi")("राशन") == murmured("राशन")
    assert len(murmured("राशन कार्ड")) > len(murmured("राशन")) > 0.3 * RATE
    assert loudness(murmured("राशन")) > 300
