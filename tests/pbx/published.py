"""The recordings as an instance publishes them: made once, and laid into each new folder.

To publish them takes seconds of the processor, and there are dozens of instances.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Final

from ivr.voice.masters import FOLDER
from ivr.voice.publish import publish
from sahayata.settings import PROJECT, Settings

_ONE_AT_A_TIME: Final = threading.Lock()


def lay_out(settings: Settings) -> None:
    """Put the recordings where a start of the instance would publish them, if none are there."""
    if (settings.state.sounds / "hi").exists():
        return
    with _ONE_AT_A_TIME:
        made = _made()
    settings.state.prepare()
    shutil.copytree(made, settings.state.sounds, dirs_exist_ok=True)


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="sahayata-sounds-"))
    atexit.register(shutil.rmtree, folder)
    publish(PROJECT / "prompts" / "hi" / FOLDER, folder)
    return folder
