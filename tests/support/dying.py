"""A process that kills itself (as ``kill -9`` would) around one call of one function of ``os``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

_PROJECT = Path(__file__).parents[2]


def die(when: str) -> None:
    """``before fsync 3``: die instead of the third ``os.fsync``; ``after fsync 1``: after one."""
    side, name, count = when.split()
    real = getattr(os, name)
    calls = 0

    def dying(*words: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == int(count) and side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*words, **more)
        if calls == int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(os, name, dying)


def run_until_killed(script: str, when: str, *words: str) -> str:
    """Run a script that calls ``die(when)`` and return what it said before it was killed.

    ``sys.argv`` holds ``when`` and ``words``. It is an error when the script was not killed.
    """
    died = subprocess.run(
        [sys.executable, "-c", script, when, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=_PROJECT,
    )
    if died.returncode != -signal.SIGKILL:
        raise AssertionError(f"was not killed but ended with {died.returncode}:\n{died.stderr}")
    return died.stdout
