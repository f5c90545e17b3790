"""Staying connected: one connection after another, with back-off, jitter and a watchdog."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from queue_manager.ami.address import Address
from queue_manager.ami.fence import Connection, Gone, Heard, Wire
from queue_manager.ami.limits import Limits
from queue_manager.events import LinkLoss

log = logging.getLogger(__name__)

PING = {"Action": "Ping"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a connection is given from outside."""

    limits: Limits
    monotonic: Callable[[], float]
    chance: Callable[[], float]
    """From 0 up to 1, for the jitter."""


async def stay_connected(
    address: Address,
    around: Surroundings,
    *,
    heard: Heard,
    began: Callable[[Connection], Awaitable[None]],
    lost: Callable[[Gone, float], Awaitable[None]],
) -> None:
    """Connect again and again until cancelled.

    ``began`` is called after each login and may raise ``Gone``. ``lost`` is called after each
    connection, and each attempt, that ended, with why and when the last byte came: 0 when there
    was no byte.
    """
    limits, failures, said = around.limits, 0, ""
    while True:
        connection = Connection(address, heard, limits, around.monotonic)
        began_at = around.monotonic()
        try:
            wire = await connection.open()
            log.info("connected to Asterisk's manager as %r", address.user)
            said = ""
            await began(connection)
            gone = await watch(connection, wire, around)
        except Gone as why:
            gone = why
        finally:
            connection.close()
        if str(gone) != said:
            # Each trouble stands in the log once, not at every attempt.
            log.warning("no link to Asterisk as %r: %s", address.user, gone)
            said = str(gone)
        protocol = connection.protocol
        await lost(gone, protocol.last_byte_at if protocol is not None else 0.0)
        failures = 1 if around.monotonic() - began_at >= limits.steady_s else failures + 1
        await asyncio.sleep(retry_s(gone.why, failures, around))


def retry_s(why: LinkLoss, failures: int, around: Surroundings) -> float:
    """Say how long to wait after so many failures in a row."""
    limits = around.limits
    if why is LinkLoss.REFUSED:
        longest = limits.refused_retry_s
    else:
        doubled = limits.first_retry_s * 2 ** min(failures - 1, 16)
        longest = min(limits.longest_retry_s, doubled)
    return float(longest * (1 - around.chance() / 2))


async def watch(connection: Connection, wire: Wire, around: Surroundings) -> Gone:
    """Wait for the end of a connection; end it when nothing comes though it was asked.

    The silence is counted from the question, not from the last byte: when this process had no turn
    for a while, its bytes wait in the kernel and are read before the time is up.
    """
    limits = around.limits
    while not wire.gone.done():
        quiet_s = around.monotonic() - wire.last_byte_at
        if quiet_s < limits.quiet_s:
            await asyncio.wait((wire.gone,), timeout=limits.quiet_s - quiet_s)
            continue
        try:
            await connection.ask(PING, limits.silent_s)
        except TimeoutError:
            wire.lose(LinkLoss.SILENT, f"Asterisk said nothing for {limits.silent_s:g} s")
        except Gone as gone:
            return gone
    return wire.gone.result()
