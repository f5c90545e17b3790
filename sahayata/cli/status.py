"""``sahayata status``: what runs, since when, versions, ports, last error."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from sahayata.cli.words import Words, add_json, add_state, answer_json, command, say, settings
from sahayata.ports import Ports

if TYPE_CHECKING:
    from sahayata.settings import Settings
    from sahayata.supervisor import InstanceStatus


def add(words: Words) -> None:
    """Add the command."""
    made = command(words, "status", "what runs, since when, versions, ports, last error", run)
    add_state(made)
    add_json(made)


def run(args: argparse.Namespace) -> int:
    """Tell what runs; 1 when the instance is not running."""
    from sahayata.supervisor import instance_status

    found = settings(args)
    status = instance_status(found)
    if args.json:
        answer_json(asdict(status))
    else:
        _tell(status, found)
    return 0 if status.running else 1


def _tell(status: InstanceStatus, found: Settings) -> None:
    demo = " with simulated operators" if status.demo else ""
    say(f"{found.state.root}: {status.state.value}{demo}{_since(status.since, found)}")
    say(f"sahayata {status.version or '-'}, Asterisk {status.asterisk_version or '-'}")
    ports = Ports(status.port_base)
    say(f"ports: SIP {ports.sip}, manager {ports.ami}, AGI {ports.agi}; {status.free_mb} MB free")
    for part in status.parts:
        process = f"pid {part.process.pid}" if part.process else ""
        again = f", restarted {part.restarts} times" if part.restarts else ""
        say(f"  {part.name:<10} {part.state.value:<9}{process}{_since(part.since, found)}{again}")
        if part.last_error:
            say(f"             last error: {part.last_error}")
    if status.last_error:
        say(f"last error: {status.last_error}")


def _since(at: datetime | None, found: Settings) -> str:
    local = at.astimezone(found.district.helpline.zone) if at else None
    return f" since {local:%Y-%m-%d %H:%M:%S}" if local else ""
