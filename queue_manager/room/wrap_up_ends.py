"""The end of each wrap-up laid with Asterisk, for when nobody of ours lives to tell it.

A call file (pbx_spool) with the moment as its time of change: Asterisk carries it out then, after a
restart too. The room takes it away when it ended the wrap-up itself, which is as good as always.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

LATER_S: Final = 5.0
"""Asterisk is later than the room, so that of a room that lives it has nothing to do."""
CONTEXT: Final = "wrap-up-over"
"""The context of the dialplan that ends the wrap-up of the extension it is called with."""
_NAME: Final = re.compile(r"wrap-up-([0-9]{2,8})-[0-9]+\.call")
_EXTENSION: Final = re.compile(r"[0-9]{2,8}")


class WrapUpEnds:
    """What Asterisk shall do by itself. ``folder`` is ``outgoing`` in its spool."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wanted: dict[str, datetime | None] = {}
        self._wake = asyncio.Event()

    def end_at(self, extension: str, at: datetime | None) -> None:
        """Have a wrap-up ended at this moment; ``None``: there is nothing to be ended any more."""
        if _EXTENSION.fullmatch(extension):
            self._wanted[extension] = at
            self._wake.set()

    async def run(self) -> None:
        """Write what is wanted, until cancelled. A disk that takes nothing leaves room and log."""
        laid = await asyncio.to_thread(self._found)
        while True:
            await self._wake.wait()
            self._wake.clear()
            wanted, self._wanted = self._wanted, {}
            await asyncio.to_thread(self._lay, laid, wanted)

    def _found(self) -> dict[str, Path]:
        """Find what an earlier process laid, and take away what it had only begun to write."""
        for begun in self._folder.parent.glob(".wrap-up-*.call"):
            begun.unlink(missing_ok=True)
        there = [(_NAME.fullmatch(file.name), file) for file in self._folder.glob("wrap-up-*.call")]
        return {found[1]: file for found, file in there if found}

    def _lay(self, laid: dict[str, Path], wanted: Mapping[str, datetime | None]) -> None:
        for extension, at in wanted.items():
            try:
                if extension in laid:
                    laid.pop(extension).unlink(missing_ok=True)
                if at is not None:
                    laid[extension] = self._write(extension, round(at.timestamp() + LATER_S))
            except OSError as fault:
                log.warning("the wrap-up of %s would not end without us: %s", extension, fault)

    def _write(self, extension: str, at: int) -> Path:
        # A name of its own each time: Asterisk remembers the moments of names, even of those gone.
        file = self._folder / f"wrap-up-{extension}-{at}.call"
        fresh = self._folder.parent / f".{file.name}"
        fresh.write_text(
            f"Channel: Local/{extension}@{CONTEXT}\nApplication: NoOp\nMaxRetries: 0\n",
            encoding="ascii",
        )
        os.utime(fresh, (at, at))
        return fresh.replace(file)
