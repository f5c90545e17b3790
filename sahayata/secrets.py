"""Passwords and keys: made at the first start, kept under DIR with mode 0600, never defaulted."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ivr.whole_file import write_whole

KEY_BYTES: Final = 32
KEYS: Final = ("number_key", "phone_key", "phone_index_key")
AMI_USERS: Final = ("listener", "actions", "ringing", "status")
"""One least-privilege AMI user per job."""
AGI: Final = "agi"
ROOM: Final = "room"
METRICS: Final = "metrics"
SPEECH: Final = "speech"


class SecretsUnreadable(Exception):
    """The file of secrets exists but cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be guessed. ``repr`` shows none of it."""

    number_key: bytes = field(repr=False)
    """Permutes ticket numbers."""
    phone_key: bytes = field(repr=False)
    """Encrypts telephone numbers."""
    phone_index_key: bytes = field(repr=False)
    """Keys the look-up index of telephone numbers."""
    agi: str = field(repr=False)
    """What Asterisk shows our FastAGI server: letters, digits, ``-`` and ``_``."""
    room: str = field(repr=False)
    """What our processes show the room: of the same characters."""
    metrics: str = field(repr=False)
    """What Prometheus shows the console: of the same characters."""
    speech: str = field(repr=False)
    """What Asterisk and our server show the recogniser: of the same characters."""
    ami: dict[str, str] = field(repr=False)
    """AMI user -> password."""
    extensions: dict[str, str] = field(repr=False)
    """Operator's extension -> SIP password."""


def load_or_create(path: Path, extensions: Iterable[str]) -> Secrets:
    """Read the secrets at ``path``; make the file, or add missing operators, where need be.

    Raises:
        SecretsUnreadable: the file is there but cannot be read or understood. It is never
            overwritten: with new keys every stored telephone number would be lost.
    """
    stored = _read(path)
    wanted = _fresh_keys() if stored is None else dict(stored)
    ami = dict(_strings(wanted.get("ami", {}), path))
    for user in AMI_USERS:
        ami.setdefault(user, secrets.token_urlsafe(24))
    sip = dict(_strings(wanted.get("extensions", {}), path))
    for extension in extensions:
        sip.setdefault(extension, secrets.token_urlsafe(15))
    wanted["ami"], wanted["extensions"] = ami, sip
    for word in (AGI, ROOM, METRICS, SPEECH):
        wanted.setdefault(word, secrets.token_urlsafe(24))
    try:
        made = Secrets(
            number_key=_key(wanted.get("number_key")),
            phone_key=_key(wanted.get("phone_key")),
            phone_index_key=_key(wanted.get("phone_index_key")),
            agi=_word(wanted[AGI], "AGI server"),
            room=_word(wanted[ROOM], "room"),
            metrics=_word(wanted[METRICS], "metrics"),
            speech=_word(wanted[SPEECH], "recogniser"),
            ami=ami,
            extensions=sip,
        )
    except (TypeError, ValueError) as error:
        raise SecretsUnreadable(
            f"{path}: a key is damaged ({error}); restore it from a backup"
        ) from error
    if wanted != stored:
        _write(path, wanted)
    return made


def _fresh_keys() -> dict[str, object]:
    return {name: secrets.token_hex(KEY_BYTES) for name in KEYS}


def _key(text: object) -> bytes:
    if not isinstance(text, str) or len(key := bytes.fromhex(text)) != KEY_BYTES:
        raise ValueError(f"not {KEY_BYTES} bytes in hexadecimal")
    return key


def _word(text: object, of: str) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]{16,128}", text):
        raise ValueError(f"the password of the {of} is none")
    return text


def _strings(value: object, path: Path) -> dict[str, str]:
    if not isinstance(value, dict) or not all(
        isinstance(k, str) and isinstance(v, str) for k, v in value.items()
    ):
        raise SecretsUnreadable(
            f"{path}: a table of passwords is damaged; restore it from a backup"
        )
    return value


def _read(path: Path) -> dict[str, object] | None:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretsUnreadable(f"{path}: cannot be read: {error.strerror}") from error
    try:
        stored = json.loads(text)
    except ValueError as error:
        raise SecretsUnreadable(
            f"{path}: is damaged ({error}); restore it from a backup"
        ) from error
    if not isinstance(stored, dict):
        raise SecretsUnreadable(f"{path}: is damaged; restore it from a backup")
    return stored


def _write(path: Path, content: dict[str, object]) -> None:
    write_whole(path, json.dumps(content, indent=1).encode(), mode=0o600, durable=True)
