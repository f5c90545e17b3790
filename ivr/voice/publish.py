"""From masters to what Asterisk plays: ``.alaw``, ``.ulaw`` and ``.g722`` of every prompt.

Below ``target`` stand a folder for the language, with every prompt under its id and under the names
Asterisk asks for (``hi/welcome.alaw``, ``hi/digits/5.alaw``), and ``moh/`` with the music on hold.
Only what changed is written again, each file whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ivr.soundpack.names import HELPLINE
from ivr.voice.codecs import ENCODERS
from ivr.voice.masters import MastersUnreadable, read_master, read_masters
from ivr.voice.music import VERSION, beep, hold_music
from ivr.voice.processing import Pcm
from ivr.whole_file import write_whole

MUSIC: Final = "moh/sahayata"
"""The music on hold: a class of ``mode=files`` and ``directory=<target>/moh`` plays it."""
BEEP: Final = "beep"
"""What RECORD FILE plays when it is asked for a beep."""
INDEX: Final = "published.json"
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


@dataclass(frozen=True, slots=True)
class _Source:
    address: str
    """Content address: what is published is up to date while this is the same."""
    read: Callable[[], Pcm]


def publish(masters: Path, target: Path, language: str = "hi") -> PublishReport:
    """Bring ``target`` up to date with the folder ``masters`` of one language.

    Raises ``MastersUnreadable`` when there is no index of masters, ``OSError`` when ``target``
    cannot be written. What was there before stays playable all the time.
    """
    sources = _sources(masters, language)
    index_file = target / language / INDEX
    index_file.parent.mkdir(parents=True, exist_ok=True)
    old, new = _read_index(index_file), dict[str, _Published]()
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
    removed = [name for name in old if name not in sources]
    for name in removed:
        for ending in ENCODERS:
            _file(target / name, ending).unlink(missing_ok=True)
    document = {name: asdict(entry) for name, entry in new.items()}
    write_whole(index_file, json.dumps(document, indent=1).encode())
    return PublishReport(tuple(made), tuple(kept), tuple(removed), tuple(dict.fromkeys(faults)))


def _sources(masters: Path, language: str) -> Mapping[str, _Source]:
    index = read_masters(masters)
    names = {prompt: prompt for prompt in index} | HELPLINE
    sources = {
        f"{language}/{name}": _Source(
            f"{ENCODING} {index[prompt].sha256}", partial(read_master, masters, prompt)
        )
        for name, prompt in names.items()
        if prompt in index
    }
    sources[f"{language}/{BEEP}"] = _Source(f"{ENCODING} {VERSION} beep", beep)
    sources[MUSIC] = _Source(f"{ENCODING} {VERSION} {MUSIC}", hold_music)
    return sources


def _is_current(stem: Path, entry: _Published, source: _Source) -> bool:
    if entry.source != source.address or entry.digests.keys() != ENCODERS.keys():
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
    digests = {}
    for ending, data in encoded.items():
        write_whole(_file(stem, ending), data)
        digests[ending] = _digest(data)
    return _Published(source.address, digests)


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
