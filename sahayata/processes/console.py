"""The console: ``python -m sahayata.processes.console --state DIR`` (docs/adr/0064-the-console.md).

No call and no operator waits for it. It listens where ``SAHAYATA_CONSOLE_BIND`` says, on this
machine only by default, and shows grey what the room cannot tell.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import sys
from contextlib import suppress

from console.service import Console
from sahayata import stores
from sahayata.console_house import console_needs
from sahayata.processes import life
from sahayata.settings import Settings

log = logging.getLogger(__name__)


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until the end is asked for."""
    secrets = stores.load_secrets(settings)
    engine = stores.open_database(settings)
    console = Console(console_needs(settings, secrets, engine))
    host = settings.console_bind
    if not ipaddress.ip_address(host).is_loopback and not settings.console_https:
        log.warning(
            "passwords cross the network unencrypted: put a proxy with TLS in front,"
            " and set SAHAYATA_CONSOLE_HTTPS=yes"
        )
    try:
        await console.start(host, settings.ports.http)
        life.say_ready()
        ended = asyncio.ensure_future(console.failed())
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            await ended  # No part ends by itself but by a fault: the next process does better.
        ended.cancel()
        with suppress(asyncio.CancelledError):
            await ended
    finally:
        await console.close()
        engine.dispose()


if __name__ == "__main__":
    sys.exit(life.main("console", work))
