"""Characters that no voice reads as they stand: digits, foreign letters, emoji.

Each is named with what would be said for it, so that who wrote it knows what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ivr.hindi import LARGEST, digits, number, spelled

PUNCTUATION: Final = " ,.?!।-–:;'\"()"
"""What may stand in a text beside letters of the language."""
SCRIPTS: Final = {"hi": "DEVANAGARI"}
"""How the Unicode names of a language's letters begin; other languages may use any script."""
_JOINERS: Final = "\u200c\u200d"
"""They shape the letters beside them."""
_DIGITS: Final = re.compile(r"\d+")
_LATIN: Final = re.compile(r"[A-Za-z]+")


def unsayable(text: str, language: str) -> str:
    """Say what in ``text`` no voice of this language can read, "" if there is nothing."""
    return "; ".join(_remarks(text, language))


def _remarks(text: str, language: str) -> Iterator[str]:
    hindi = language == "hi"
    for run in dict.fromkeys(_DIGITS.findall(text)):
        said = f"they are said “{_number(run)}”: " if hindi else ""
        yield f"has the digits {run}; {said}write numbers as words"
    rest = _DIGITS.sub("", text)
    if hindi:
        for run in dict.fromkeys(_LATIN.findall(rest)):
            said = spelled(run).text
            yield f"has the Latin letters {run}; they are spelt out “{said}”: write the Hindi word"
        rest = _LATIN.sub("", rest)
    script = SCRIPTS.get(language, "")
    strangers = [
        f"{character} ({unicodedata.name(character, 'unnamed')})"
        for character in dict.fromkeys(rest)
        if character not in PUNCTUATION and not _is_letter(character, script)
    ]
    if strangers:
        yield f"has characters of which nothing is said: {', '.join(strangers)}"


def _number(run: str) -> str:
    plain = "".join(str(unicodedata.digit(digit)) for digit in run)
    counted = plain == "0" or (plain[0] != "0" and int(plain) <= LARGEST)
    return (number(int(plain)) if counted else digits(plain)).text


def _is_letter(character: str, script: str) -> bool:
    # Marks (matras, nukta, virama) are letters here.
    if character in _JOINERS:
        return True
    letter = unicodedata.category(character)[0] in "LM"
    return letter and unicodedata.name(character, "").startswith(script)
