"""``python -m deploy.provision``: have an Asterisk ready, quickly when there is one.

The Asterisk on PATH is used when it is as new as we ask for; else Debian testing's, in a root file
system of its own. An older one on PATH is used, with a warning, while there is no such root. No
package is installed on this machine but the tools that make and run that.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy import debian_root, tools
from deploy.asterisk_home import WANTED, Asterisk, AsteriskMissing, in_root, on_path


def find() -> Asterisk:
    """Give the Asterisk to use, making nothing.

    Raises:
        AsteriskMissing: there is none; the message says to run ``make setup``.
    """
    try:
        return _present()
    except AsteriskMissing as fault:
        why = f"is damaged ({fault})" if debian_root.place().is_dir() else "is not set up yet"
        raise AsteriskMissing(f"Asterisk {why}: run make setup") from fault


def _present() -> Asterisk:
    """Choose among what is there: an old one on PATH only when there is no root file system.

    Raises:
        AsteriskMissing: there is neither; the message says what the root file system lacks.
    """
    ours = on_path()
    if ours is not None and not ours.old:
        return ours
    try:
        return in_root(debian_root.place())
    except AsteriskMissing:
        if ours is None:
            raise
        return ours


def provision(console: Console) -> Asterisk:
    """Give the Asterisk to use; make its root file system when there is none.

    Raises:
        AsteriskMissing, deploy.debian_root.BuildFailed, deploy.tools.ToolMissing: with what to do.
    """
    with suppress(AsteriskMissing):
        present = _present()
        if present.root is None:
            return present
    with debian_root.one_at_a_time():
        place = debian_root.place()
        if not _whole(place):
            shutil.rmtree(place, ignore_errors=True)
            root = os.geteuid() == 0
            wanted = tuple(tool for tool in tools.PACKAGE_OF if not (root and tool == "newuidmap"))
            tools.install(wanted, console.print)
            _build(console)
        tools.install(("bwrap",), console.print)
        return in_root(place)


def _whole(place: Path) -> bool:
    try:
        in_root(place)
    except AsteriskMissing:
        return False
    return True


def _build(console: Console) -> None:
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
        console=console,
    )  # fmt: skip
    with bar:
        task = bar.add_task("Asterisk: beginning", total=len(debian_root.STEPS))

        def report(done: int, what: str) -> None:
            bar.update(task, completed=done, description=f"Asterisk: {what}")
            if not console.is_terminal:
                console.print(f"Asterisk: {what}")

        debian_root.build(debian_root.place(), report)
        bar.update(task, completed=len(debian_root.STEPS), description="Asterisk: ready")


def main() -> int:
    """Provision and say which Asterisk it is; exit status 1 when that failed."""
    console = Console(stderr=True, highlight=False)
    try:
        asterisk = provision(console)
    except (AsteriskMissing, debian_root.BuildFailed, tools.ToolMissing) as error:
        console.print(f"Asterisk could not be set up: {error}", markup=False)
        return 1
    where = asterisk.root or asterisk.binary
    console.print(f"Asterisk {asterisk.version} at {where}", markup=False)
    if asterisk.old:
        wanted = ".".join(map(str, WANTED))
        console.print(
            f"Warning: it is older than {wanted}; a forged SIP message may stop it. Upgrade it.",
            markup=False,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
