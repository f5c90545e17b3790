"""The recording studio of an instance: where its takes lie, and what is played of them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from ivr.voice.catalogue import FILE_NAME, load_catalogue
from ivr.voice.studio_booth import Booth
from ivr.voice.studio_numbers import read_numbers
from sahayata.settings import Settings

RECORDED: Final = "record_prompt"
PUT_BACK: Final = "put_back_prompt"
"""What stands in the audit log; the console has words for both."""
LOBBY: Final = "lobby"
"""In the folder of the studio: what was said by telephone and is not kept yet."""


def open_booth(settings: Settings, language: str) -> Booth:
    """Give the studio of a language. Raises ``ivr.strict_yaml.YamlFaults``."""
    folder = settings.prompts / language
    return Booth(
        prompts=folder,
        folder=settings.state.studio / language,
        sounds=settings.state.sounds,
        catalogue=load_catalogue(folder / FILE_NAME),
        numbers=read_numbers(folder),
    )


def empty_lobby(settings: Settings) -> Path:
    """Forget what calls of an earlier process left there, and return the folder."""
    lobby = settings.state.studio / LOBBY
    shutil.rmtree(lobby, ignore_errors=True)
    return lobby
