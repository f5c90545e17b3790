"""``make dialplan``: writes ``dialplans/fallback.conf`` anew from the project's own files.

``--check`` writes nothing and ends with status 1 when the file is not what would be written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from ivr.fallback import Source, generate
from ivr.flow.graph import citizens_only, codes_that
from ivr.flow.loader import load_flows
from ivr.room import COMING_BACK
from ivr.strict_yaml import YamlFaults
from ivr.voice.catalogue import FILE_NAME, load_catalogue
from ivr.voice.masters import FOLDER, MastersUnreadable, read_masters
from ivr.whole_file import write_whole
from sahayata.district.file import DistrictFaults, load_district
from sahayata.district.model import District, Limit
from sahayata.district.view import view_of
from sahayata.settings import PROJECT

FILE = Path("dialplans") / "fallback.conf"


def source_of(project: Path) -> Source:
    """Read what the fall-back is generated from.

    Raises:
        ivr.strict_yaml.YamlFaults, sahayata.district.file.DistrictFaults: a file has faults.
        ivr.voice.masters.MastersUnreadable: nobody knows how long the recordings are.
    """
    district = load_district(project / "district.yaml")
    language = district.helpline.languages[0]
    catalogue = load_catalogue(project / "prompts" / language / FILE_NAME)
    masters = read_masters(project / "prompts" / language / FOLDER)
    view = view_of(district)
    flows = load_flows(project / "callflows.yaml", view, catalogue.prompts)
    return Source(
        flows=citizens_only(flows),
        view=view,
        limits={name: _promise(district, name) for name in district.categories},
        zone=district.helpline.timezone,
        language=language,
        texts={name: prompt.text for name, prompt in catalogue.prompts.items()},
        seconds={name: master.seconds for name, master in masters.items()},
        codes_back=codes_that(flows, COMING_BACK),
    )


def dialplan_of(project: Path) -> str:
    """Return what ``dialplans/fallback.conf`` ought to be; raises as ``source_of``."""
    return generate(source_of(project))


def main(argv: Sequence[str] | None = None, project: Path = PROJECT) -> int:
    """Write the file, or only look; return the exit status."""
    words = argparse.ArgumentParser(prog="python -m sahayata.dialplan", description=__doc__)
    words.add_argument("--check", action="store_true", help="only say whether the file is stale")
    only_look = words.parse_args(argv).check
    file = project / FILE
    try:
        fresh = dialplan_of(project)
    except (YamlFaults, DistrictFaults, MastersUnreadable) as faults:
        print(faults, file=sys.stderr)  # noqa: T201 - said at the terminal
        return 1
    stale = not file.exists() or file.read_text(encoding="utf-8") != fresh
    if only_look:
        print(f"{FILE}: {'stale; run make dialplan' if stale else 'up to date'}")  # noqa: T201 - said at the terminal
        return int(stale)
    if stale:
        write_whole(file, fresh.encode())
    print(f"{FILE}: {'written' if stale else 'up to date'}")  # noqa: T201 - said at the terminal
    return 0


def _promise(district: District, category: str) -> timedelta | None:
    limit = district.categories[category].limit
    return limit.l1 if isinstance(limit, Limit) else None


if __name__ == "__main__":
    sys.exit(main())
