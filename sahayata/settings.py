"""Settings: read once at the start, checked, shown by ``sahayata check config`` with their origin.

Four sources, the later wins: what is written here, the file ``.env`` of the project, environment
variables (an empty one means what is written here), command-line words.
``district.yaml`` holds what a district decides; here is only where and how this machine runs.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sahayata.district.file import load_district
from sahayata.district.model import District
from sahayata.ports import DEFAULT_BASE, Ports
from sahayata.setting import Setting, Sources
from sahayata.state import StateFolder

PROJECT: Final = Path(__file__).resolve().parent.parent
"""The folder that holds callflows.yaml, district.yaml, dialplans/ and prompts/."""


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
    """Who says the prompts when recordings are built, and, where it is Kokoro, operators' names:
    one of ``ivr.voice.choice.VOICES``."""
    origins: tuple[Setting, ...] = field(repr=False)

    @property
    def sip_host(self) -> str:
        """Where this machine reaches its own telephony, whatever address that listens on."""
        listens = ipaddress.ip_address(self.sip_bind)
        if not listens.is_unspecified:
            return self.sip_bind
        return "127.0.0.1" if listens.version == 4 else "::1"

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
        sahayata.setting.BadSetting: a value is invalid.
        sahayata.district.file.DistrictFaults: district.yaml has faults, all of them listed.
    """
    variables = os.environ if environment is None else environment
    root = Path(variables.get("SAHAYATA_PROJECT", project)).resolve()
    sources = Sources(root, variables, env_file=environment is None)
    choose = sources.choose
    folder = StateFolder(choose("state", str(root / "var"), state).folder(root))
    sqlite = f"sqlite:///{folder.database}"
    return Settings(
        project=root,
        state=folder,
        ports=_ports(choose("port_base", str(DEFAULT_BASE), port_base)),
        district=load_district(root / "district.yaml"),
        database_url=choose("database_url", sqlite, secret=True).database_url(),
        sip_bind=choose("sip_bind", "127.0.0.1").address(),
        log_level=choose("log_level", "INFO").one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        trunks=choose("trunks", "").networks(),
        drain_s=choose("drain_s", "60").number(0, 3600),
        least_free_mb=choose("least_free_mb", "200").number(1, 1_000_000),
        console_bind=choose("console_bind", "127.0.0.1").address(),
        console_https=choose("console_https", "no").one_of("yes", "no") == "yes",
        console_proxies=choose("console_proxies", "").addresses(),
        speech_model=choose("speech_model", str(folder.speech_model)).folder(root),
        speech_places=choose("speech_places", "0").number(0, 200),
        voice=choose("voice", "kokoro").value,
        origins=tuple(sources.settings),
    )


def _ports(setting: Setting) -> Ports:
    try:
        return Ports(int(setting.value))
    except ValueError as error:
        raise setting.wrong(error) from error
