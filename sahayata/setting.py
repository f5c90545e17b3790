"""One setting: its value, where it came from, and what it is read as."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

ENV_FILE: Final = ".env"


class BadSetting(Exception):
    """A setting is invalid; the message names it, where it came from, and what would be right."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value with where it came from. What reads it raises ``BadSetting``."""

    name: str
    value: str
    origin: str
    secret: bool = False

    @property
    def shown(self) -> str:
        """The value as it may be shown to anyone."""
        return "****" if self.secret and self.value else self.value

    def wrong(self, why: object) -> BadSetting:
        """Return the fault of this setting, with its name and origin."""
        return BadSetting(f"{self.name} ({self.origin}): {why}")

    def one_of(self, *words: str) -> str:
        """Read one of these words."""
        if self.value not in words:
            raise self.wrong(f"{self.value!r} is not {', '.join(words[:-1])} or {words[-1]}")
        return self.value

    def number(self, least: int, most: int) -> int:
        """Read a whole number of this range."""
        text = self.value.strip()
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise self.wrong(f"{self.value!r} is no whole number between {least} and {most}")
        return int(text)

    def folder(self, root: Path) -> Path:
        """Read a folder: a relative one from where it is written, the project or the shell."""
        beside = root if self.origin == ENV_FILE else Path.cwd()
        return beside / Path(self.value).expanduser()

    def address(self) -> str:
        """Read an IP address."""
        try:
            return str(ipaddress.ip_address(self.value))
        except ValueError as error:
            raise self.wrong(f"{self.value!r} is no IP address") from error

    def addresses(self) -> tuple[str, ...]:
        """Read IP addresses, comma or space between."""
        return tuple(replace(self, value=word).address() for word in self._words)

    def networks(self) -> tuple[str, ...]:
        """Read addresses and networks, comma or space between."""
        try:
            return tuple(str(ipaddress.ip_network(word)) for word in self._words)
        except ValueError as error:
            fault = f"{error}; write addresses or networks, comma between"
            raise self.wrong(fault) from error

    def database_url(self) -> str:
        """Read where the store is. The message never quotes it: it may hold a password."""
        if not self.value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise self.wrong("begin it with sqlite:/// or postgresql://")
        return self.value

    @property
    def _words(self) -> list[str]:
        return self.value.replace(",", " ").split()


class Sources:
    """Where settings come from: the environment before the file, and both before a default.

    ``environment`` stands for that of this process; with ``env_file`` false no file is read.
    """

    def __init__(self, root: Path, environment: Mapping[str, str], *, env_file: bool) -> None:
        self._found = _env_file(root / ENV_FILE) if env_file else {}
        self._found |= {name: (value, name) for name, value in environment.items()}
        self.settings: list[Setting] = []
        """Every setting that was asked for."""

    def choose(
        self, name: str, default: str, word: object = None, *, secret: bool = False
    ) -> Setting:
        """Find a setting; ``word`` of the command line, unless ``None``, goes before the rest."""
        value, origin = self._found.get(f"SAHAYATA_{name.upper()}", ("", ""))
        if word is not None:
            chosen = Setting(name, str(word), "the command line", secret)
        elif value:
            chosen = Setting(name, value, origin, secret)
        else:
            chosen = Setting(name, default, "default", secret)
        self.settings.append(chosen)
        return chosen


def _env_file(file: Path) -> dict[str, tuple[str, str]]:
    """Give the values of the file by name, each with its origin; none when there is no file."""
    try:
        # No interpolation: a password may hold a dollar sign.
        found = dotenv_values(file, interpolate=False, encoding="utf-8")
    except OSError as error:
        raise BadSetting(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"{file}: is no text in UTF-8") from error
    return {name: (value or "", ENV_FILE) for name, value in found.items()}
