"""Records that wait to be taken into the store: written when the store cannot be reached.

The desk writes them when the database does not answer, the fall-back script with all of our
processes dead (so: standard library only). Every record is a file of its own, made under another
name and renamed when it is durable: nothing is shared, so no writer waits for another, and a
writer that is killed spoils nothing but its own record. A record is one line::

    SAHAYATA1 <length of the JSON in bytes> <first 16 hex digits of its SHA-256> <JSON>

The caller's number lies in it in the clear, because the keys are not where the fall-back script
runs and the standard library has no cipher: files are 0600 and are removed once taken in.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tickets.spool_record import SpoolKind, SpoolRecord

__all__ = ["Damaged", "SpoolKind", "SpoolRecord", "Spooled", "append", "read", "remove", "waiting"]

_MARK: Final = b"SAHAYATA1"
_ENDING: Final = ".record"
_UNFINISHED: Final = ".writing"
_QUARANTINE: Final = "damaged"
_LARGEST: Final = 1 << 20
_ABANDONED_S: Final = 600.0
_PROBE_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Spooled:
    """A whole record and the file it is in."""

    path: Path
    record: SpoolRecord


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file that is no whole record, and where it now lies for a person to look at."""

    path: Path
    reason: str


class _Unreadable(Exception):
    """The content is no whole record."""


def append(folder: Path | str, record: SpoolRecord) -> Path:
    """Write a record so that it survives a crash of process or machine, and return its file.

    Raises ``OSError`` when the disk does not take it; then nothing is left behind.
    """
    spool = Path(folder)
    _make(spool)
    # The clock of this boot cannot be set back, so the records of one call sort as they happened.
    name = f"{time.clock_gettime_ns(time.CLOCK_BOOTTIME):020d}-{record.record_id}"
    final, unfinished = spool / (name + _ENDING), spool / (name + _UNFINISHED)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_framed(record.to_json().encode()))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(final)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(spool)
    return final


def probe(folder: Path | str) -> None:
    """Raise ``OSError`` unless a record could be written now."""
    spool = Path(folder)
    _make(spool)
    trial = spool / f"probe-{os.getpid()}"
    try:
        with trial.open("wb") as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    finally:
        trial.unlink(missing_ok=True)


def read(folder: Path | str) -> Iterator[Spooled | Damaged]:
    """Yield every record, oldest first; what is torn or corrupt is set aside and reported.

    A file a writer has not finished is left alone for ten minutes; a writer that was killed left
    it behind, and it is then read like the others.
    """
    spool = Path(folder)
    if not spool.is_dir():
        return
    for path in sorted(spool.iterdir()):
        if path.suffix == _ENDING or (path.suffix == _UNFINISHED and _abandoned(path)):
            try:
                yield Spooled(path, _parsed(_content(path)))
            except FileNotFoundError:
                continue  # another process took it in
            except _Unreadable as fault:
                yield Damaged(_set_aside(path), str(fault))
            except OSError as fault:
                yield Damaged(path, f"it cannot be read: {fault.strerror}")


def waiting(folder: Path | str) -> int:
    """Say how many records wait to be taken in."""
    return sum(1 for _ in Path(folder).glob(f"*{_ENDING}"))


def remove(spooled: Spooled) -> None:
    """Remove a record that is committed to the store. It may be gone already."""
    spooled.path.unlink(missing_ok=True)


def set_aside(spooled: Spooled, reason: str) -> Damaged:
    """Put a whole record aside that the store will never accept."""
    return Damaged(_set_aside(spooled.path), reason)


def _framed(payload: bytes) -> bytes:
    return b"%s %d %s %s\n" % (_MARK, len(payload), _digest(payload), payload)


def _digest(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest()[:16].encode()


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST + 1)


def _parsed(content: bytes) -> SpoolRecord:
    parts = content.split(b" ", 3)
    if len(parts) != 4 or parts[0] != _MARK or len(content) > _LARGEST:
        raise _Unreadable("the file does not begin as a record")
    length, digest, payload = parts[1], parts[2], parts[3].removesuffix(b"\n")
    if length != b"%d" % len(payload):
        raise _Unreadable(f"{len(payload)} bytes where {length[:8].decode('latin-1')} were written")
    if digest != _digest(payload):
        raise _Unreadable("the checksum does not fit")
    try:
        return SpoolRecord.from_json(payload.decode())
    except (ValueError, TypeError, KeyError) as fault:
        raise _Unreadable(f"not a record of this version: {fault}") from fault


def _abandoned(path: Path) -> bool:
    try:
        # abs: after the clock was set back an old file seems to come from the future.
        return abs(time.time() - path.stat().st_mtime) > _ABANDONED_S
    except FileNotFoundError:
        return False


def _set_aside(path: Path) -> Path:
    quarantine = path.parent / _QUARANTINE
    quarantine.mkdir(mode=0o700, exist_ok=True)
    return path.rename(quarantine / path.name)


def _make(spool: Path) -> None:
    if not spool.is_dir():
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(spool.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
