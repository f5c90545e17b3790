"""The recording studio of an instance: where its takes lie, and what is played of them."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Final

from ivr.strict_yaml import YamlFaults
from ivr.voice.catalogue import FILE_NAME, load_catalogue
from ivr.voice.studio_booth import Booth
from ivr.voice.studio_numbers import Numbers, read_numbers
from sahayata.settings import Settings

log = logging.getLogger(__name__)

RECORDED: Final = "record_prompt"
PUT_BACK: Final = "put_back_prompt"
"""What stands in the audit log; the console has words for both."""
LOBBY: Final = "lobby"
"""In the folder of the studio: what was said by telephone and is not kept yet."""


def open_booth(settings: Settings, language: str) -> Booth:
    """Give the studio of a language. Raises ``ivr.strict_yaml.YamlFaults``: of the catalogue."""
    folder = settings.prompts / language
    return Booth(
        prompts=folder,
        folder=settings.state.studio / language,
        sounds=settings.state.sounds,
        catalogue=load_catalogue(folder / FILE_NAME),
        numbers=_numbers(folder),
    )


def _numbers(folder: Path) -> Numbers:
    """Give none where the file has a fault: only the studio needs them, and calls come first."""
    try:
        return read_numbers(folder)
    except YamlFaults as faults:
        log.warning("no sentence can be asked for by its number: %s", faults)
        return {}


def empty_lobby(settings: Settings) -> Path:
    """Forget what calls of an earlier process left there, and return the folder."""
    lobby = settings.state.studio / LOBBY
    shutil.rmtree(lobby, ignore_errors=True)
    return lobby
