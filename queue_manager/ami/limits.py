"""Every time limit and size of the link, in seconds and bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults are for a manager on the same machine."""

    connect_s: float = 3.0
    login_s: float = 3.0
    boot_s: float = 60.0
    """From the login until Asterisk says that it is fully booted."""
    snapshot_s: float = 5.0
    action_s: float = 3.0
    quiet_s: float = 1.0
    """After this long without a byte it is asked something, so that it must answer."""
    silent_s: float = 2.0
    """Asked and silent for this long, it is taken for gone."""
    first_retry_s: float = 0.1
    longest_retry_s: float = 2.0
    """Waits double from the first to the longest, each with jitter down to a half."""
    refused_retry_s: float = 5.0
    """After a wrong password: trying faster helps nobody."""
    steady_s: float = 10.0
    """A connection that stood this long was well: the next wait is the first again."""
    doubt_s: float = 5.0
    """At most this often a malformed event has the room looked at again."""
    block_bytes: int = 64 * 1024
    """A longer event is no event: the connection is dropped."""
    held_events: int = 20_000
    """So many may come while a snapshot is gathered; with more the connection is dropped."""
    receive_buffer_bytes: int = 4 * 1024 * 1024
    """Asked of the kernel for a while without a turn; it may give less (net.core.rmem_max)."""
