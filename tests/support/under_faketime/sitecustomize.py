"""Python reads this at its start, with this folder in PYTHONPATH: for processes under libfaketime.

``time.sleep`` waits until a moment of the steady clock, which libfaketime 0.9.10 refuses.
"""

from __future__ import annotations

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select((), (), (), float(seconds))


time.sleep = _sleep
