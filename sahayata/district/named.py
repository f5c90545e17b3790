"""Whether the greeting names the district: a recording, so nothing can put the name into it."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Final

from ivr.strict_yaml import Fault, YamlFaults, read_yaml
from ivr.voice.catalogue import FILE_NAME
from sahayata.district.model import Helpline

PROMPT: Final = "helpline_name"
"""What is said after the greeting."""


def unnamed(helpline: Helpline, prompts: Path) -> tuple[Fault, ...]:
    """Find the languages in which callers would hear of another district or helpline.

    ``prompts`` is the folder of all languages. A catalogue that cannot be read has no faults here:
    who loads it tells them.
    """
    return tuple(
        fault
        for language in helpline.languages
        for fault in _unnamed(helpline, language, prompts / language / FILE_NAME)
    )


def _unnamed(helpline: Helpline, language: str, catalogue: Path) -> tuple[Fault, ...]:
    try:
        source = read_yaml(catalogue)
    except YamlFaults:
        return ()  # told by who loads the catalogue
    top = source.data if isinstance(source.data, dict) else {}
    said = top.get("prompts")
    prompt = said.get(PROMPT) if isinstance(said, dict) else None
    text = prompt.get("text") if isinstance(prompt, dict) else None
    if not isinstance(text, str):
        return ()  # no such sentence: the conversations or the catalogue are at fault
    wanted = (helpline.district[language], helpline.name[language])
    lacking = [name for name in wanted if _as_typed(name) not in _as_typed(text)]
    if not lacking:
        return ()
    message = (
        f"{text!r} does not say {' and '.join(lacking)}, as district.yaml has it;"
        f" write a sentence with {' '.join(wanted)} in it, then: make prompts"
    )
    return (source.fault(("prompts", PROMPT, "text"), message),)


def _as_typed(text: str) -> str:
    # Keyboards write a letter with a dot below as one sign or as two.
    return unicodedata.normalize("NFC", text)
