"""Settings: read once at the start, checked, shown by ``sahayata check config`` with their origin.

Four sources, the later wins: what is written here, the file ``.env`` of the project, environment
variables (an empty one means what is written here), command-line words.
``district.yaml`` holds what a district decides; here is only where and how this machine runs.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from sahayata.district import District
from sahayata.district_file import load_district
from sahayata.ports import DEFAULT_BASE, Ports
from sahayata.state import StateFolder

PROJECT: Final = Path(__file__).resolve().parent.parent
"""The folder that holds callflows.yaml, district.yaml, dialplans/ and prompts/."""
ENV_FILE: Final = ".env"


class BadSetting(Exception):
    """A setting is invalid; the message names it, where it came from, and what would be right."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value with where it came from."""

    name: str
    value: str
    origin: str
    secret: bool = False

    @property
    def shown(self) -> str:
        """The value as it may be shown to anyone."""
        return "****" if self.secret and self.value else self.value


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process of ours has to know about where it runs."""

    project: Path
    state: StateFolder
    ports: Ports
    district: District
    database_url: str = field(repr=False)
    """SQLAlchemy URL; SQLite under DIR by default. May hold a password."""
    sip_bind: str
    """The address SIP and voice listen on."""
    log_level: str
    trunks: tuple[str, ...]
    """Addresses and networks that citizens' calls come from beside this machine: the telephone
    company's. Without one, only this machine may call in."""
    drain_s: float
    """How long running calls may go on when the instance is stopped."""
    least_free_mb: int
    """With less room than this on the disk of DIR the instance does not start, and says so."""
    console_bind: str
    """The address the console listens on."""
    console_https: bool
    """Whether a proxy in front of the console speaks TLS."""
    console_proxies: tuple[str, ...]
    """Addresses of such proxies: they are believed where a browser comes from."""
    speech_model: Path
    """The folder of the model that speech is recognised with; keys only while there is none."""
    speech_places: int
    """How many callers are listened to at once; 0: as many as the cores can follow."""
    voice: str
    """Who says the prompts when recordings are built: one of ``ivr.voice.choice.VOICES``."""
    origins: tuple[Setting, ...] = field(repr=False)

    @property
    def callflows(self) -> Path:
        """The conversations."""
        return self.project / "callflows.yaml"

    @property
    def prompts(self) -> Path:
        """The folder of prompts: one folder a language."""
        return self.project / "prompts"

    @property
    def district_file(self) -> Path:
        """What the district decides."""
        return self.project / "district.yaml"


def load(
    *,
    state: str | None = None,
    port_base: int | None = None,
    environment: Mapping[str, str] | None = None,
    project: Path = PROJECT,
) -> Settings:
    """Read and check all settings.

    ``environment`` stands for that of this process and for the file ``.env``, which is then not
    read. A relative folder in ``.env`` is counted from the project, as that is where it is written.

    Raises:
        BadSetting: a value is invalid.
        sahayata.district_file.DistrictFaults: district.yaml has faults, all of them listed.
    """
    variables = os.environ if environment is None else environment
    root = Path(variables.get("SAHAYATA_PROJECT", project)).resolve()
    env = {} if environment is not None else _env_file(root / ENV_FILE)
    env |= {name: (value, name) for name, value in variables.items()}
    chosen = [
        _choose("state", state, env, "SAHAYATA_STATE", str(root / "var")),
        _choose(
            "port_base",
            None if port_base is None else str(port_base),
            env,
            "SAHAYATA_PORT_BASE",
            str(DEFAULT_BASE),
        ),
        _choose("sip_bind", None, env, "SAHAYATA_SIP_BIND", "127.0.0.1"),
        _choose("log_level", None, env, "SAHAYATA_LOG_LEVEL", "INFO"),
        _choose("trunks", None, env, "SAHAYATA_TRUNKS", ""),
        _choose("drain_s", None, env, "SAHAYATA_DRAIN_S", "60"),
        _choose("least_free_mb", None, env, "SAHAYATA_LEAST_FREE_MB", "200"),
        _choose("console_bind", None, env, "SAHAYATA_CONSOLE_BIND", "127.0.0.1"),
        _choose("console_https", None, env, "SAHAYATA_CONSOLE_HTTPS", "no"),
        _choose("console_proxies", None, env, "SAHAYATA_CONSOLE_PROXIES", ""),
        _choose("speech_places", None, env, "SAHAYATA_SPEECH_PLACES", "0"),
        _choose("voice", None, env, "SAHAYATA_VOICE", "kokoro"),
    ]
    values = {setting.name: setting for setting in chosen}
    where = values["state"]
    folder = StateFolder(_folder(where, root))
    database = _choose(
        "database_url",
        None,
        env,
        "SAHAYATA_DATABASE_URL",
        f"sqlite:///{folder.database}",
        secret=True,
    )
    model = _choose("speech_model", None, env, "SAHAYATA_SPEECH_MODEL", str(folder.speech_model))
    level = values["log_level"]
    if level.value not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise BadSetting(
            f"log_level ({level.origin}): {level.value!r} is not DEBUG, INFO, WARNING or ERROR"
        )
    return Settings(
        project=root,
        state=folder,
        ports=_ports(values["port_base"]),
        district=load_district(root / "district.yaml"),
        database_url=_database(database),
        sip_bind=_address(values["sip_bind"]),
        log_level=level.value,
        trunks=_networks(values["trunks"]),
        drain_s=_number(values["drain_s"], 0, 3600),
        least_free_mb=_number(values["least_free_mb"], 1, 1_000_000),
        console_bind=_address(values["console_bind"]),
        console_https=_yes_or_no(values["console_https"]),
        console_proxies=_addresses(values["console_proxies"]),
        speech_model=_folder(model, root),
        speech_places=_number(values["speech_places"], 0, 200),
        voice=values["voice"].value,
        origins=(*chosen, database, model),
    )


def _choose(
    name: str,
    word: str | None,
    env: Mapping[str, tuple[str, str]],
    variable: str,
    default: str,
    *,
    secret: bool = False,
) -> Setting:
    if word is not None:
        return Setting(name, word, "the command line", secret)
    value, origin = env.get(variable, ("", ""))
    if value:
        return Setting(name, value, origin, secret)
    return Setting(name, default, "default", secret)


def _env_file(file: Path) -> dict[str, tuple[str, str]]:
    """Give the values of the file by name, each with its origin; none when there is no file."""
    try:
        # No interpolation: a password may hold a dollar sign.
        found = dotenv_values(file, interpolate=False, encoding="utf-8")
    except OSError as error:
        raise BadSetting(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"{file}: is no text in UTF-8") from error
    return {name: (value or "", ENV_FILE) for name, value in found.items()}


def _folder(setting: Setting, root: Path) -> Path:
    """Count a relative folder from where it is written: the project's file, or the shell."""
    beside = root if setting.origin == ENV_FILE else Path.cwd()
    return beside / Path(setting.value).expanduser()


def _ports(setting: Setting) -> Ports:
    try:
        return Ports(int(setting.value))
    except ValueError as error:
        raise BadSetting(f"port_base ({setting.origin}): {error}") from error


def _database(setting: Setting) -> str:
    # The URL is never quoted in the message: it may hold a password.
    if not setting.value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise BadSetting(
            f"database_url ({setting.origin}): begin it with sqlite:/// or postgresql://"
        )
    return setting.value


def _address(setting: Setting) -> str:
    try:
        return str(ipaddress.ip_address(setting.value))
    except ValueError as error:
        raise BadSetting(
            f"{setting.name} ({setting.origin}): {setting.value!r} is no IP address"
        ) from error


def _addresses(setting: Setting) -> tuple[str, ...]:
    words = setting.value.replace(",", " ").split()
    return tuple(_address(replace(setting, value=word)) for word in words)


def _yes_or_no(setting: Setting) -> bool:
    if setting.value not in ("yes", "no"):
        raise BadSetting(f"{setting.name} ({setting.origin}): {setting.value!r} is not yes or no")
    return setting.value == "yes"


def _networks(setting: Setting) -> tuple[str, ...]:
    words = setting.value.replace(",", " ").split()
    try:
        return tuple(str(ipaddress.ip_network(word)) for word in words)
    except ValueError as error:
        raise BadSetting(
            f"trunks ({setting.origin}): {error}; write addresses or networks, comma between"
        ) from error


def _number(setting: Setting, least: int, most: int) -> int:
    text = setting.value.strip()
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise BadSetting(
            f"{setting.name} ({setting.origin}): {setting.value!r} is no whole number"
            f" between {least} and {most}"
        )
    return int(text)
