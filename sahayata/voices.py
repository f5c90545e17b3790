"""The voices of this machine: which one the settings choose, and where their models lie."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from deploy.debian_root import cache
from ivr.voice.choice import Choice, choose
from ivr.voice.kokoro import MODEL, VOCABULARY, Kokoro
from sahayata.setting import BadSetting
from sahayata.settings import Settings


def models() -> Path:
    """Say where models of voices and of the ear lie, fetched or not: shared by all instances."""
    return cache() / "voices"


def voice_of_names(settings: Settings, language: str) -> Kokoro | None:
    """Give the voice that says operators' names better than espeak-ng; ``None`` without one.

    Only Kokoro, where it is installed and the setting wants it: no name leaves this machine.

    Raises:
        BadSetting: there is no such voice.
    """
    choice = voices(settings, language, remembered=False)
    kokoro = choice.makers.get(choice.usual)
    if not isinstance(kokoro, Kokoro) or find_spec("onnxruntime") is None:
        return None
    files = (MODEL, VOCABULARY, f"{kokoro.voice}.bin")
    return kokoro if all((kokoro.folder / name).is_file() for name in files) else None


def voices(
    settings: Settings, language: str, usual: str = "", *, remembered: bool = True
) -> Choice:
    """Give the choice for a language; ``usual`` is preferred to the setting.

    What Kokoro says is kept in the user's cache, unless it is not to be ``remembered``.

    Raises:
        BadSetting: there is no such voice.
    """
    wanted = usual or settings.voice
    try:
        said = models() / "said" if remembered else None
        return choose(settings.prompts / language, language, wanted, models(), said)
    except ValueError as fault:
        raise BadSetting(f"voice: {fault}") from fault
