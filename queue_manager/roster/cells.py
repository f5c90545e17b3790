"""What may stand in the cells of a roster's file. Pure: text in, a value or a fault out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

from queue_manager.roster.model import Leave
from queue_manager.roster.tongues import TONGUES, code_of

LONGEST_NAME: Final = 80
MOST_PENALTY: Final = 99
MOST_NAMED: Final = 12
MOST_LANGUAGES: Final = 10
YES: Final = frozenset({"yes", "y", "true", "1", "हाँ", "हां"})
NO: Final = frozenset({"", "no", "n", "false", "0", "नहीं"})
SPREADSHEET_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of Excel and LibreOffice."""


class BadCell(Exception):
    """What stands in a cell cannot be taken; ``faults`` say why, each with what would be right."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def extension(text: str, reserved: Collection[str]) -> str:
    """Read the extension of an operator's telephone."""
    if not re.fullmatch(r"[0-9]{3,5}", text):
        raise BadCell(f"{text!r} is no extension: three to five digits")
    if text in reserved:
        raise BadCell(f"{text} is the short code itself")
    return text


def one_of(text: str, known: Collection[str], what: str) -> str:
    """Read the name of something there is."""
    if text not in known:
        few = f"; there are: {', '.join(known)}" if len(known) <= MOST_NAMED else ""
        raise BadCell(f"there is no {what} {text!r}{few}" if text else "is missing")
    return text


def latin_name(text: str) -> str:
    """Read a name in Latin letters."""
    name = _name(text)
    if _devanagari(name):
        raise BadCell(f"{name!r} is in Devanagari: it belongs in the column name_hi")
    if not all(c.isalpha() and "LATIN" in unicodedata.name(c, "") for c in _letters(name)):
        raise BadCell(f"{name!r} is no name in Latin letters")
    return name


def hindi_name(text: str) -> str:
    """Read a name in Devanagari; what was typed with a legacy font holds none of its letters."""
    name = _name(text)
    if not _devanagari(name):
        raise BadCell(
            f"{name!r} has no Devanagari letter: was it typed in Kruti Dev or another legacy font?"
            " Convert it to Unicode"
        )
    if strange := [c for c in _letters(name) if "DEVANAGARI" not in unicodedata.name(c, "")]:
        raise BadCell(f"{name!r} has {strange[0]!r} in it, which is not Devanagari")
    return name


def queues(text: str, known: Collection[str]) -> Mapping[str, int]:
    """Read ``food:1 ration:2`` as queue -> penalty; without a number the penalty is 0."""
    found, faults = dict[str, int](), list[str]()
    if not text.strip(" ,;"):
        raise BadCell("is missing: an operator serves at least one queue")
    for word in re.split(r"[\s,;]+", text.strip(" ,;")):
        name, colon, penalty = word.partition(":")
        if name not in known:
            faults.append(f"there is no queue {name!r}; there are: {', '.join(known)}")
        elif name in found:
            faults.append(f"queue {name} stands twice")
        elif colon and not re.fullmatch(r"[0-9]{1,2}", penalty):
            faults.append(f"{word!r}: a penalty is a number of 0 to {MOST_PENALTY}: food:1")
        else:
            found[name] = int(penalty or 0)
    if faults:
        raise BadCell(*dict.fromkeys(faults))
    return found


def languages(text: str) -> tuple[str, ...]:
    """Read ``hi en`` as languages; nothing means Hindi."""
    words = tuple(dict.fromkeys(re.split(r"[\s,;]+", text.strip(" ,;").lower()))) if text else ()
    if len(words) > MOST_LANGUAGES:
        raise BadCell(f"that is more than {MOST_LANGUAGES} languages")
    if wrong := [word for word in words if word not in TONGUES]:
        raise BadCell(*(_no_language(word) for word in wrong))
    return words or ("hi",)


def yes_or_no(text: str) -> bool:
    """Read ``yes`` or ``no``; nothing means no."""
    if text.lower() not in YES | NO:
        raise BadCell(f"{text!r} is neither yes nor no")
    return text.lower() in YES


def day(text: str) -> date:
    """Read a day: ``2026-11-24``, ``24-11-2026``, ``24/11/2026``, or a spreadsheet's own number."""
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text):
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError as error:
        raise BadCell(f"{text!r} is no day of the calendar") from error
    if re.fullmatch(r"[3-6][0-9]{4}", text):
        return SPREADSHEET_EPOCH + timedelta(days=int(text))
    raise BadCell(f"{text!r} is no day; write 2026-11-24")


def leave(text: str) -> tuple[Leave, ...]:
    """Read ``2026-11-24..2026-11-26 2026-12-01`` as spans of days, both ends included."""
    found, faults = list[Leave](), list[str]()
    for word in re.split(r"[\s,;]+", text.strip(" ,;")) if text.strip(" ,;") else ():
        try:
            found.append(_span(word))
        except BadCell as bad:
            faults += bad.faults
    if faults:
        raise BadCell(*faults)
    return tuple(found)


def _span(word: str) -> Leave:
    first, dots, last = word.partition("..")
    span = Leave(day(first), day(last if dots else first))
    if span.last < span.first:
        raise BadCell(f"{word!r} ends before it begins")
    return span


def _no_language(word: str) -> str:
    code = code_of(word)
    hint = f"write {code}" if code else "write hi, en, pa … (docs/roster.md)"
    return f"{word!r} is no code of a language here; {hint}"


def _name(text: str) -> str:
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    if not name:
        raise BadCell("is missing")
    if len(name) > LONGEST_NAME:
        raise BadCell(f"is longer than {LONGEST_NAME} letters")
    return name


def _letters(name: str) -> str:
    """Give a name without what may stand between letters: the joiners of Devanagari, too."""
    return re.sub("[ .'’\u200c\u200d-]", "", name)


def _devanagari(name: str) -> bool:
    return any("DEVANAGARI LETTER" in unicodedata.name(letter, "") for letter in name)
