"""Pages of HTML: a file with ``{{name}}`` for a value, ``{{t:word}}`` for a word of the language.

Every value is escaped; ``{{{name}}}`` is for what this package made itself. ``{{>file}}`` is the
place of a file that several pages share.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("hi", "en")
_SHARED: Final = re.compile(r"\{\{>([\w.]+)\}\}")
_PLACE: Final = re.compile(r"\{\{\{(\w+)\}\}\}|\{\{(t:)?(\w+)\}\}")


class Pages:
    """The templates and the words, read once."""

    def __init__(self, folder: Path = HERE) -> None:
        self.words: dict[str, dict[str, str]] = {
            language: json.loads((folder / "words" / f"{language}.json").read_text("utf-8"))
            for language in LANGUAGES
        }
        files = {path.name: path.read_text("utf-8") for path in (folder / "pages").iterdir()}
        self._pages = {
            name.removesuffix(".html"): _SHARED.sub(lambda place: files[place[1]].rstrip(), text)
            for name, text in files.items()
        }

    def fill(
        self, page: str, language: str, values: Mapping[str, str], raw: Mapping[str, str]
    ) -> str:
        """Return a page. ``KeyError`` names a place that nothing was given for."""
        words = self.words[language]

        def put(place: re.Match[str]) -> str:
            if place[1]:
                return raw[place[1]]
            return html.escape(words[place[3]] if place[2] else values[place[3]])

        return _PLACE.sub(put, self._pages[page])


def data_block(document: object) -> str:
    """Write JSON so that it may stand inside ``<script type="application/json">``."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
