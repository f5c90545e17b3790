"""``say.conf`` read as Asterisk reads it (do_say in apps/app_playback.c): which files are played.

What is modelled here is compared with the real Asterisk by ``tests/pbx/test_sound_pack.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

DEEPEST: Final = 10
"""Asterisk gives up below."""
_RULE: Final = re.compile(r"^\s*(_\S.*?) => (.+)$", re.MULTILINE)
_CLASSES: Final = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}
_SUBSTRING: Final = re.compile(r"\$\{SAY(?::(\d+))?(?::(\d+))?\}")
_RECKONED: Final = re.compile(r"\$\[([^]]+)\]")
_SUM: Final = re.compile(r"[-\d+%<() ]+")


@dataclass(frozen=True, slots=True)
class SayConf:
    """The rules of one language."""

    rules: tuple[tuple[re.Pattern[str], str], ...]

    @classmethod
    def read(cls, text: str, language: str = "hi") -> SayConf:
        """Read the section of a language."""
        section = text.partition(f"[{language}]")[2]
        return cls(tuple((_pattern(pattern), body) for pattern, body in _RULE.findall(section)))

    def files(self, said: str, depth: int = 0) -> tuple[str, ...]:
        """Return what is played for ``prefix:format:data``; a ``LookupError`` if no rule fits."""
        assert depth <= DEEPEST, f"{said}: Asterisk gives up here"
        seen = said.replace("-", "")
        body = next((body for pattern, body in self.rules if pattern.match(seen)), None)
        if body is None:
            raise LookupError(said)
        say = said.split(":", 2)[-1]
        played: list[str] = []
        for piece in body.split(","):
            played += self._piece(_filled(piece.strip(), say), depth + 1)
        return tuple(played)

    def _piece(self, piece: str, depth: int) -> tuple[str, ...]:
        assert len(piece) < 128, "Asterisk cuts a longer one"
        prefix, colon, rest = piece.partition(":")
        if not colon:
            return (piece,)
        letters, colon, data = rest.partition(":")
        if not colon or not letters:
            return self.files(piece, depth)
        played: list[str] = []
        for letter in letters:
            played += self.files(f"{prefix}:{letter}:{data}", depth)
        return tuple(played)


def _pattern(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    for piece in re.findall(r"\[[^]]*\]|.", pattern.removeprefix("_")):
        # A slash outside brackets would end the pattern: no rule may have one.
        assert piece not in ("/", "!"), pattern
        if piece == "-":
            continue
        if piece == ".":
            return re.compile("".join(parts) + ".", re.DOTALL)
        parts.append(_CLASSES.get(piece.upper()) or (piece if len(piece) > 1 else re.escape(piece)))
    return re.compile("".join(parts) + r"\Z")


def _filled(piece: str, say: str) -> str:
    def part(found: re.Match[str]) -> str:
        rest = say[int(found[1] or 0) :]
        return rest[: int(found[2])] if found[2] else rest

    return _RECKONED.sub(lambda found: _reckoned(found[1]), _SUBSTRING.sub(part, piece))


def _reckoned(text: str) -> str:
    assert _SUM.fullmatch(text), text
    plain = re.sub(r"\b0+(?=\d)", "", text)
    return str(int(eval(plain, {"__builtins__": {}})))
