"""A spoken message: how Asterisk is asked to record it, and whether what came is worth keeping."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from ivr.call import NotRecorded, Recorded, RecordSpec
from ivr.fastagi.protocol import Reply, UnsafeValue

ENDING: Final = "wav"
"""8 kHz, 16 bit, one channel."""
BYTES_PER_SECOND: Final = 16_000
WAV_HEADER: Final = 44
KEPT_SILENCE_S: Final = 1.0
"""What Asterisk leaves at the end of a message that ended by silence (``handle_recordfile``)."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,95}")


def prepare(folder: Path, name: str) -> Path:
    """Make the folder, return the path without ending; an odd name raises ``UnsafeValue``."""
    if not _NAME.fullmatch(name):
        raise UnsafeValue("the name of a recording")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def words(stem: Path, spec: RecordSpec, beep: bool) -> tuple[str, ...]:
    """Return the ``RECORD FILE`` command. Asterisk counts silence in whole seconds."""
    return (
        *("RECORD", "FILE", str(stem), ENDING),
        *(spec.finish_keys, str(round(spec.max_s * 1000))),
        *(("BEEP",) if beep else ()),
        f"s={max(1, round(spec.silence_s))}",
    )


def beep_failed(reply: Reply) -> bool:
    """Tell whether nothing was recorded since the beep could not be played, or the caller left."""
    return reply.result == "-1" and reply.note == "randomerror"


def left_meanwhile(reply: Reply) -> bool:
    """Tell whether the caller hung up while recording; what was said until then is on disk."""
    return reply.result == "-1" and reply.note != "writefile"


def judge(stem: Path, spec: RecordSpec, reply: Reply, took_s: float) -> Recorded | NotRecorded:
    """Look at the file: a message is one that is really there and long enough.

    A message that ended by silence holds ``KEPT_SILENCE_S`` of it, which is no speech.
    """
    if reply.note == "writefile":
        return NotRecorded("the recording could not be written")
    path = stem.with_name(f"{stem.name}.{ENDING}")
    try:
        size = path.stat().st_size
    except OSError as fault:
        return NotRecorded(f"no recording on disk: {fault.strerror}")
    seconds = max(0, size - WAV_HEADER) / BYTES_PER_SECOND
    by_silence = reply.note == "timeout" and took_s < spec.max_s - 0.5
    spoken_s = seconds - KEPT_SILENCE_S if by_silence else seconds
    if spoken_s < spec.min_s:
        with suppress(OSError):  # a file too many is no reason to lose the caller
            path.unlink()
        return NotRecorded("too short")
    return Recorded(path, seconds)
