"""The package gTTS itself, beside the libraries of the tests.

It asks for an older ``click`` than others need, for a command of its own that nobody here uses; so
its wheel is fetched once for this user, by its digest, and read from where it lies.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

WHEEL: Final = "gTTS-2.5.4-py3-none-any.whl"
DIGEST: Final = "5dd579377f9f5546893bc26315ab1f846933dc27a054764b168f141065ca8436"
CACHE: Final = Path.home() / ".cache" / "sahayata" / "gtts"


def gtts_wheel() -> Path:
    """Give the wheel: 30 kB are fetched once."""
    wheel = CACHE / WHEEL
    if not wheel.is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        wanted = CACHE / "wanted.txt"
        wanted.write_text(f"gTTS==2.5.4 --hash=sha256:{DIGEST}\n", "utf-8")
        fetch = ("-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:")
        where = ("--require-hashes", "--dest", str(CACHE), "--requirement", str(wanted))
        subprocess.run([sys.executable, *fetch, *where], check=True)
    return wheel
