"""Who ended a pause or a wrap-up with Asterisk alone, while our server was dead (docs/adr/0050)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_EXTENSION: Final = re.compile(r"[0-9]{2,8}")


class CameBack:
    """Marks that the dialplan leaves: a file an extension, its time of change the moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Mapping[str, datetime]:
        """Return when who came back, as far as nobody took note of it. Blocks."""
        found = {}
        try:
            for file in self._folder.iterdir():
                if _EXTENSION.fullmatch(file.name):
                    found[file.name] = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        except OSError as fault:
            log.warning("who came back without us cannot be read: %s", fault)
        return found

    def forget(self, extension: str) -> None:
        """Take a mark away; it was heeded. Blocks."""
        try:
            (self._folder / extension).unlink(missing_ok=True)
        except OSError as fault:
            log.warning("the mark that %s came back stays: %s", extension, fault)
