"""The voices of this machine: which one the settings choose, and where their models lie."""

from __future__ import annotations

from pathlib import Path

from deploy.debian_root import cache
from ivr.voice.choice import Choice, choose
from sahayata.setting import BadSetting
from sahayata.settings import Settings


def models() -> Path:
    """Say where models of voices and of the ear lie, fetched or not: shared by all instances."""
    return cache() / "voices"


def voices(settings: Settings, language: str, usual: str = "") -> Choice:
    """Give the choice for a language; ``usual`` is preferred to the setting.

    Raises:
        BadSetting: there is no such voice.
    """
    wanted = usual or settings.voice
    try:
        return choose(settings.prompts / language, language, wanted, models(), models() / "said")
    except ValueError as fault:
        raise BadSetting(f"voice: {fault}") from fault
