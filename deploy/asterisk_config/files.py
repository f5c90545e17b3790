"""Writing the whole configuration of Asterisk to ``DIR/asterisk``."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from deploy.asterisk_config import core, dialplan, manager, modules, queues, sip, speech
from deploy.asterisk_home import Asterisk
from ivr.soundpack.say_conf import say_conf
from ivr.speech.model_folder import is_model
from sahayata.dialplan import FILE as FALLBACK
from sahayata.secrets import Secrets
from sahayata.settings import Settings

FALLBACK_LIBRARIES: Final = ("asterisk", "six")
"""What the fall-back script imports beside the standard library: pyst2, and what pyst2 needs. Both
are pure Python and run on the Python beside Asterisk, whatever its version."""


def render(
    settings: Settings,
    secrets: Secrets,
    asterisk: Asterisk,
    boot: str,
    fallback: str,
    *,
    rostered: Sequence[str] = (),
) -> dict[str, str]:
    """Give every file by name, touching nothing.

    ``fallback`` stands in the place of ``dialplans/fallback.conf``: made at this start, so that its
    promises are never older than those of the conversations. ``rostered`` are the extensions of
    the roster; each has its password in ``secrets``. Where a model for speech is installed the
    modules of press or say are loaded.

    Raises:
        deploy.asterisk_config.text.UnsafeValue: a value of the settings cannot stand in a file.
    """
    listening = is_model(settings.speech_model)
    wrapper = core.data_folder(settings.state) / "agi-bin" / "fallback-ticket"
    return {
        "asterisk.conf": core.asterisk_conf(settings.state, asterisk),
        "modules.conf": modules.modules_conf(listening=listening),
        "logger.conf": core.logger_conf(),
        "pjsip.conf": sip.pjsip_conf(settings, secrets.extensions, rostered),
        "sorcery.conf": sip.sorcery_conf(),
        "rtp.conf": sip.rtp_conf(settings),
        "manager.conf": manager.manager_conf(settings, secrets.ami),
        "queues.conf": queues.queues_conf(settings.district, rostered),
        "musiconhold.conf": queues.musiconhold_conf(settings.state),
        "say.conf": say_conf(),
        "extensions.conf": dialplan.extensions_conf(settings, secrets.agi, boot, wrapper),
        **({"aeap.conf": speech.aeap_conf(settings, secrets)} if listening else {}),
        **core.small_files(),
        **{
            f"dialplans/{file.name}": file.read_text(encoding="utf-8")
            for file in sorted((settings.project / "dialplans").glob("*.conf"))
        },
        str(FALLBACK): fallback,
    }


def generate(
    settings: Settings,
    secrets: Secrets,
    asterisk: Asterisk,
    boot: str,
    fallback: str,
    *,
    rostered: Sequence[str] = (),
) -> None:
    """Write the configuration anew; what was there before is gone.

    Raises:
        OSError: DIR cannot be written, or is full.
        deploy.asterisk_config.text.UnsafeValue: as of ``render``.
    """
    files = render(settings, secrets, asterisk, boot, fallback, rostered=rostered)
    etc = settings.state.asterisk_etc
    shutil.rmtree(etc, ignore_errors=True)
    etc.mkdir(mode=0o700, parents=True)
    (etc / "dialplans").mkdir(mode=0o700)
    for name, text in files.items():
        _write(etc / name, text, 0o600)
    data = core.data_folder(settings.state)
    (data / "agi-bin").mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy_libraries(data / "python")
    program = dialplan.fallback_program(settings, data / "python")
    _write(data / "agi-bin" / "fallback-ticket", program, 0o700)
    _link(data / "sounds", settings.state.sounds)
    _link(data / "documentation", asterisk.data / "documentation")


def _copy_libraries(target: Path) -> None:
    """Lay the libraries of the fall-back beside Asterisk, which sees nothing else of ours."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(mode=0o700, parents=True)
    for name in FALLBACK_LIBRARIES:
        found = find_spec(name)
        assert found is not None, f"{name} is not installed"
        assert found.origin is not None
        origin = Path(found.origin)
        if origin.name == "__init__.py":
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(origin.parent, target / name, ignore=ignored)
        else:
            shutil.copy(origin, target)


def _write(path: Path, text: str, mode: int) -> None:
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_text(text, encoding="utf-8")


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)
