"""From masters to what Asterisk plays: each prompt as ``.alaw``, ``.ulaw``, ``.g722``, ``.sln16``.

Below ``target`` stand a folder for the language, with every prompt under its id and under the names
Asterisk asks for (``hi/welcome.alaw``, ``hi/digits/5.alaw``), and ``moh/`` with the music on hold.
Only what changed is written again, each file whole or not at all.

What an official recorded stands in the place of the project's recording, and beside it
``hi/welcome.bytes``: how long it is, for the fall-back, which was made with the project's lengths.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from ivr.asterisk_sounds import HELPLINE
from ivr.call import PromptId
from ivr.voice.codecs import BYTES_A_SECOND, ENCODERS
from ivr.voice.masters import Master, MastersUnreadable, read_master, read_masters
from ivr.voice.music import VERSION, beep, hold_music
from ivr.voice.processing import MASTER_RATE, Pcm
from ivr.voice.studio import OwnRecording
from ivr.voice.studio_lock import alone
from ivr.whole_file import write_all_whole, write_whole

MUSIC: Final = "moh/sahayata"
"""The music on hold: a class of ``mode=files`` and ``directory=<target>/moh`` plays it."""
BEEP: Final = "beep"
"""What RECORD FILE plays when it is asked for a beep."""
INDEX: Final = "published.json"
LENGTH: Final = "bytes"
"""Ending of the file that says how many bytes a recording of an official has in A-law."""
NOBODYS: Final[Mapping[PromptId, OwnRecording]] = {}
ENCODING: Final = "codecs-1"
"""Changes when the encoders change, so that everything is published again."""


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What was published. Names are below the target, without ending."""

    made: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    faults: tuple[str, ...]
    """Masters that could not be read; what was published of them before is left as it was."""


@dataclass(frozen=True, slots=True)
class _Published:
    source: str
    digests: dict[str, str]
    """SHA-256 by file ending."""
    own: str = ""
    """The master, where an official recorded it."""
    frames: int = 0
    """How long that is, in samples at ``MASTER_RATE``."""


@dataclass(frozen=True, slots=True)
class _Source:
    address: str
    """Content address: what is published is up to date while this is the same."""
    read: Callable[[], Pcm]
    own: OwnRecording | None = None


def publish(
    masters: Path,
    target: Path,
    language: str = "hi",
    own: Mapping[PromptId, OwnRecording] = NOBODYS,
) -> PublishReport:
    """Bring ``target`` up to date with the folder ``masters`` of one language.

    ``own`` are the recordings of officials, which go before those of ``masters``.

    Raises ``MastersUnreadable`` when there is no index of masters, ``OSError`` when ``target``
    cannot be written. What was there before stays playable all the time.
    """
    with alone(target):
        return publish_all(masters, target, language, own)


def publish_all(
    masters: Path, target: Path, language: str, own: Mapping[PromptId, OwnRecording]
) -> PublishReport:
    """Do what ``publish`` does; whoever calls holds ``alone(target)``."""
    return _publish(_sources(masters, language, own), target, language)


def publish_one(
    masters: Path, target: Path, language: str, prompt: PromptId, own: OwnRecording | None
) -> PublishReport:
    """Bring one prompt up to date, under all its names; whoever calls holds ``alone(target)``.

    Raises as ``publish`` does.
    """
    given = {prompt: own} if own else NOBODYS
    return _publish(_sources(masters, language, given, only=prompt), target, language, whole=False)


def own_recordings(folder: Path) -> Mapping[PromptId, OwnRecording]:
    """Return what officials recorded and callers hear; ``folder`` is that of a published language.

    Nothing where nothing was published, or its index is damaged.
    """
    return {
        name.partition("/")[2]: OwnRecording(Path(entry.own), "", entry.frames)
        for name, entry in _read_index(folder / INDEX).items()
        if entry.own and (folder / f"{name.partition('/')[2]}.{LENGTH}").is_file()
    }


def changed_at(folder: Path) -> int:
    """Tell when anything was last published in the folder of a language; 0 before that."""
    try:
        return (folder / INDEX).stat().st_mtime_ns
    except OSError:
        return 0


def as_published(masters: Mapping[PromptId, Master], folder: Path) -> Mapping[PromptId, Master]:
    """Return the masters with the lengths of what officials recorded in their places."""
    own = own_recordings(folder)
    return {
        name: replace(master, frames=own[name].frames) if name in own else master
        for name, master in masters.items()
    }


def _publish(
    sources: Mapping[str, _Source], target: Path, language: str, *, whole: bool = True
) -> PublishReport:
    """Publish ``sources``; what is not among them goes when they are the ``whole`` language."""
    index_file = target / language / INDEX
    index_file.parent.mkdir(parents=True, exist_ok=True)
    old = _read_index(index_file)
    new = dict[str, _Published]() if whole else dict(old)
    made, kept, faults = [], [], []
    encoded, address = dict[str, bytes](), ""
    # Names of the same recording one after another: it is encoded once.
    for name, source in sorted(sources.items(), key=lambda item: item[1].address):
        if name in old and _is_current(target / name, old[name], source):
            kept.append(name)
            new[name] = old[name]
            continue
        try:
            if source.address != address:
                encoded, address = _encoded(source), source.address
            new[name] = _write(target / name, source, encoded)
            made.append(name)
        except MastersUnreadable as error:
            faults.append(str(error))
    removed = [name for name in old if whole and name not in sources]
    for name in removed:
        for ending in (*ENCODERS, LENGTH):
            _file(target / name, ending).unlink(missing_ok=True)
    document = {name: asdict(entry) for name, entry in new.items()}
    write_whole(index_file, json.dumps(document, indent=1).encode())
    return PublishReport(tuple(made), tuple(kept), tuple(removed), tuple(dict.fromkeys(faults)))


def _sources(
    masters: Path,
    language: str,
    own: Mapping[PromptId, OwnRecording],
    only: PromptId | None = None,
) -> Mapping[str, _Source]:
    index = read_masters(masters)
    names = {prompt: prompt for prompt in index} | HELPLINE
    sources = {
        f"{language}/{name}": _source(masters, prompt, index[prompt], own.get(prompt))
        for name, prompt in names.items()
        if prompt in index and only in (None, prompt)
    }
    if only is not None:
        return sources
    sources[f"{language}/{BEEP}"] = _Source(f"{ENCODING} {VERSION} beep", beep)
    sources[MUSIC] = _Source(f"{ENCODING} {VERSION} {MUSIC}", hold_music)
    return sources


def _source(masters: Path, prompt: PromptId, master: Master, own: OwnRecording | None) -> _Source:
    if own is None:
        return _Source(f"{ENCODING} {master.sha256}", partial(read_master, masters, prompt))
    read = partial(read_master, own.path.parent, own.path.stem)
    return _Source(f"{ENCODING} own {own.sha256}", read, own)


def _is_current(stem: Path, entry: _Published, source: _Source) -> bool:
    if entry.source != source.address or entry.digests.keys() != ENCODERS.keys():
        return False
    if entry.own != (str(source.own.path) if source.own else ""):
        return False
    length = _file(stem, LENGTH)
    if (length.read_bytes() if length.exists() else b"") != _length(source.own):
        return False
    files = {ending: _file(stem, ending) for ending in ENCODERS}
    return all(
        file.is_file() and _digest(file.read_bytes()) == entry.digests[ending]
        for ending, file in files.items()
    )


def _encoded(source: _Source) -> dict[str, bytes]:
    pcm = source.read()
    return {ending: encode(pcm) for ending, encode in ENCODERS.items()}


def _write(stem: Path, source: _Source, encoded: Mapping[str, bytes]) -> _Published:
    stem.parent.mkdir(parents=True, exist_ok=True)
    length = _file(stem, LENGTH)
    if source.own is not None or length.exists():
        # The fall-back refuses what is shorter than this: none is, while files are replaced.
        write_whole(length, b"1")
    write_all_whole({_file(stem, ending): data for ending, data in encoded.items()})
    digests = {ending: _digest(data) for ending, data in encoded.items()}
    if source.own is None:
        length.unlink(missing_ok=True)
        return _Published(source.address, digests)
    write_whole(length, _length(source.own))
    return _Published(source.address, digests, str(source.own.path), source.own.frames)


def _length(own: OwnRecording | None) -> bytes:
    """Return what stands in the file for the fall-back; nothing where there is none."""
    return str(own.frames * BYTES_A_SECOND // MASTER_RATE).encode() if own else b""


def _file(stem: Path, ending: str) -> Path:
    return stem.with_name(f"{stem.name}.{ending}")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_index(path: Path) -> dict[str, _Published]:
    """Read what was published before; nothing when there is no index or it is damaged."""
    try:
        document = json.loads(path.read_bytes())
        return {name: _Published(**entry) for name, entry in document.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # Everything is published again, which is always right and takes seconds.
