"""An Asterisk as anybody has it: a dialplan, a few modules, and none of our processes."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy import sandbox
from deploy.provision import find
from sahayata.supervisor.rx import NoAnswer, ask
from tests.support.waiting import hold_until

MODULES: Final = (
    *("pbx_config", "res_clioriginate", "res_timing_timerfd", "res_musiconhold"),
    *("codec_alaw", "codec_ulaw", "codec_resample", "format_pcm", "format_sln", "format_wav"),
    *("app_playback", "app_sayunixtime", "app_queue", "app_record", "func_channel"),
)
BOOT_S: Final = 60.0
_DOING: Final = re.compile(
    r'Executing \[(?P<exten>[^@]+)@\S+\] (?P<app>\w+)\("[^"]*", "(?P<data>.*)"\)'
)
_PLAYING: Final = re.compile(r"<Local/(?P<exten>[^@]+)@\S+> Playing '(?P<file>[^']+)\.\w+' ")


@dataclass(frozen=True, slots=True)
class Done:
    """One application that ran, and the files it played."""

    app: str
    data: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainAsterisk:
    """It runs; everything of it is in ``folder``."""

    folder: Path

    def rx(self, command: str) -> str:
        """Ask it, as ``asterisk -rx`` does."""
        return ask(self.folder / "run", command).text

    def call(self, exten: str, then: str = "Wait 600") -> None:
        """Let an extension of the context ``say`` run; ``then`` is what its caller does."""
        self.rx(f"channel originate Local/{exten}@say/n application {then}")

    def log(self) -> str:
        """Everything it has said so far."""
        return (self.folder / "log" / "full").read_text(errors="replace")

    def wait_done(self, exten: str, app: str = "Hangup", limit_s: float = 60.0) -> None:
        """Wait until an extension has come to an application."""
        at = re.compile(rf"Executing \[{re.escape(exten)}@\S+\] {app}\(")
        hold_until(lambda: at.search(self.log()) is not None, f"{exten} comes to {app}", limit_s)

    def done(self) -> Mapping[str, list[Done]]:
        """Give what each extension did, in order."""
        found: dict[str, list[Done]] = {}
        for line in self.log().splitlines():
            if doing := _DOING.search(line):
                done = Done(doing["app"], doing["data"], ())
                found.setdefault(_exten(doing["exten"]), []).append(done)
            elif (playing := _PLAYING.search(line)) and playing["exten"] in found:
                last = found[playing["exten"]].pop()
                files = (*last.files, playing["file"])
                found[playing["exten"]].append(Done(last.app, last.data, files))
        return found


def _exten(exten: str) -> str:
    return exten.partition(":")[0]


@contextlib.contextmanager
def plain_asterisk(folder: Path, files: Mapping[str, str]) -> Iterator[PlainAsterisk]:
    """Run one with these files as its configuration; its sounds are ``folder/data/sounds``."""
    asterisk = find()
    for name in ("etc", "run", "lib", "log", "spool", "data/sounds"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in {**_basics(folder, str(asterisk.modules)), **files}.items():
        (folder / "etc" / name).write_text(text, encoding="utf-8")
    inside = sandbox.RUN if asterisk.root else folder / "run"
    conf = folder / "etc" / "asterisk.conf"
    conf.write_text(conf.read_text().replace("RUN", str(inside)))
    (folder / "data" / "documentation").symlink_to(asterisk.data / "documentation")
    argv = sandbox.command(
        asterisk,
        sandbox.Sight((folder,), run=folder / "run"),
        [str(asterisk.binary), "-C", str(conf), "-f", "-n"],
    )
    with (folder / "console").open("wb") as console:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/"},
            start_new_session=True,
        )
    one = PlainAsterisk(folder)
    try:
        hold_until(lambda: _booted(one, process), (folder / "console").read_text, BOOT_S)
        yield one
    finally:
        with contextlib.suppress(NoAnswer):
            one.rx("core stop now")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _booted(one: PlainAsterisk, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "it ended as it started"
    try:
        one.rx("core waitfullybooted")
    except NoAnswer:
        return False
    return True


def _basics(folder: Path, modules: str) -> dict[str, str]:
    places = {
        "astetcdir": "etc",
        "astvarlibdir": "lib",
        "astdbdir": "lib",
        "astkeydir": "lib",
        "astdatadir": "data",
        "astagidir": "data",
        "astspooldir": "spool",
        "astlogdir": "log",
    }
    lines = [f"{name} = {folder / place}" for name, place in places.items()]
    loads = "".join(f"load = {name}.so\n" for name in MODULES)
    return {
        "asterisk.conf": "[directories]\n" + "\n".join(lines) + f"\nastmoddir = {modules}\n"
        "astrundir = RUN\n[options]\nverbose = 3\nlanguageprefix = yes\n",
        "logger.conf": "[logfiles]\nfull = verbose(3),notice,warning,error\n",
        "modules.conf": f"[modules]\nautoload = no\n{loads}",
        "musiconhold.conf": "",
    }
