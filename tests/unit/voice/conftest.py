"""What is slow to make and the same for every test of the voice."""

from __future__ import annotations

from functools import cache
from typing import Final

import pytest

from ivr.voice import publish
from ivr.voice.music import hold_music

_MADE_ONCE: Final = cache(hold_music)


@pytest.fixture(autouse=True)
def music_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish the same music again and again."""
    monkeypatch.setattr(publish, "hold_music", _MADE_ONCE)
