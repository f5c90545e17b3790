"""``python -m ivr.soundpack FOLDER``: write the Hindi sound pack into FOLDER."""

from __future__ import annotations

import argparse
import configparser
import sys
from pathlib import Path
from typing import Final

from ivr.soundpack.pack import Papers, write_pack
from ivr.soundpack.say_conf import LANGUAGE
from ivr.strict_yaml import YamlFaults
from ivr.voice.masters import MastersUnreadable

PROJECT: Final = Path(__file__).parents[2]


def papers(project: Path = PROJECT) -> Papers:
    """Find README, licence and version of the pack in the project."""
    setup = configparser.ConfigParser()
    setup.read(project / "setup.cfg", encoding="utf-8")
    version = setup["metadata"]["version"]
    return Papers(project / "docs" / "sound-pack.md", project / "LICENSE", version)


def main(argv: list[str]) -> int:
    """Write the pack and say where it is; 1 and the reason when it cannot be made."""
    parser = argparse.ArgumentParser(prog="sound-pack", description=__doc__)
    parser.add_argument("folder", type=Path)
    prompts = PROJECT / "prompts" / LANGUAGE
    parser.add_argument("--prompts", type=Path, default=prompts, help="catalogue and recordings")
    words = parser.parse_args(argv)
    try:
        pack = write_pack(words.prompts, papers(), words.folder)
    except (MastersUnreadable, YamlFaults, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(f"{pack} ({pack.stat().st_size / 1e6:.1f} MB)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
