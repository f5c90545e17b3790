"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def describe(asterisk_version: str) -> str:
    """Say in a line which machine, which versions."""
    return (
        f"{os.cpu_count()} × {_processor()}, Linux {platform.release()}, "
        f"Python {platform.python_version()}, Asterisk {asterisk_version}"
    )


def load() -> str:
    """Say how busy the machine is: the load of the last one and five minutes."""
    one, five, _ = os.getloadavg()
    return f"{one:.1f} {five:.1f}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
