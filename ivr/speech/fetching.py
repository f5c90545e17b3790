"""Fetching a model from the net: bounded in time and size, and every fault in words."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from ivr.speech.archive import CannotInstall, Most

PIECE: Final = 1 << 20
NET_LIMIT_S: Final = 30.0
"""Without a byte for so long a download is given up."""

Progress = Callable[[int, int], None]
"""Told how many bytes are there, of how many (0: not known)."""


def fetch(address: str, target: Path, progress: Progress, most: Most) -> None:
    """Fetch an address with http or https. Raises ``CannotInstall``, or ``OSError`` of the disk."""
    try:
        with (
            closing(urllib.request.urlopen(address, timeout=NET_LIMIT_S)) as answer,  # noqa: S310 - the scheme was looked at
            target.open("wb") as file,
        ):
            size = int(answer.headers.get("Content-Length") or 0)
            if size > most.archive:
                raise CannotInstall(f"{address}: has {size >> 20} MB: no small model is so large")
            fetched = 0
            while piece := answer.read(PIECE):
                fetched += len(piece)
                if fetched > most.archive:
                    raise CannotInstall(f"{address}: is larger than {most.archive >> 20} MB")
                file.write(piece)
                progress(fetched, size)
            if fetched < size:
                raise CannotInstall(f"{address}: the connection broke off; try again")
    except urllib.error.HTTPError as fault:
        fault.close()
        raise CannotInstall(f"{address}: {fault.code} {fault.reason}") from fault
    except urllib.error.URLError as fault:
        raise CannotInstall(
            f"{address}: cannot be reached ({fault.reason}): is there internet? fetch it elsewhere,"
            " bring it here, and give the file"
        ) from fault
    except (TimeoutError, ConnectionError, ValueError) as fault:
        raise CannotInstall(f"{address}: the connection broke off ({fault}); try again") from fault
