"""The one command as a shell runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_reader_that_leaves_is_no_fault(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m sahayata.cli flow draw --state '{tmp_path}' | true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
