"""A console of its own process for the bench: ``python -m benchmarks.page_console ROOM N DB``.

It prints its port, and its resident memory in kB for each line on standard input.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from console.service import Console
from database.engine import open_store
from tests.support.console_house import needs
from tests.support.room_server import RoomServer


async def main() -> None:
    """Serve until standard input ends."""
    room, operators = (int(word) for word in sys.argv[1:3])
    engine = open_store(f"sqlite:///{sys.argv[3]}")
    console = Console(needs(RoomServer(room), engine, operators=operators))
    await console.start("127.0.0.1", 0)
    print(console.port, flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(resident_kb(), flush=True)
    await console.close()


def resident_kb() -> int:
    """Tell how much memory this process holds."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    asyncio.run(main())
