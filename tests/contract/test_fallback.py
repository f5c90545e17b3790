"""The fall-back that is kept is the one that would be made, and it holds together."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from asterisk.config import Config  # type: ignore[import-untyped]

from deploy.asterisk_config.modules import names as module_names
from ivr import names
from ivr.fallback import MODULES, spoken, variables
from ivr.voice import publish
from ivr.voice.catalogue import FILE_NAME, load_catalogue
from sahayata import dialplan
from sahayata.settings import PROJECT

FILE = PROJECT / dialplan.FILE
TEXT = FILE.read_text(encoding="utf-8")
CODE = "\n".join(line for line in TEXT.splitlines() if not line.startswith(";"))
OTHERS = "".join(
    path.read_text(encoding="utf-8") for path in FILE.parent.glob("*.conf") if path != FILE
)
CONTEXTS = set(re.findall(r"^\[([^\]]+)\]", CODE, re.M))


def test_the_fall_back_is_that_of_the_flows_as_they_are() -> None:
    assert dialplan.dialplan_of(PROJECT) == TEXT, "stale: run `make dialplan`"


def test_how_long_a_recording_of_an_official_is_stands_where_it_is_looked_for() -> None:
    assert spoken.LENGTH == publish.LENGTH
    assert f"STAT(e,${{file}}.{publish.LENGTH})" in CODE


def test_a_stale_one_is_told_and_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("callflows.yaml", "district.yaml", "prompts"):
        (tmp_path / name).symlink_to(PROJECT / name)
    (tmp_path / "dialplans").mkdir()
    (tmp_path / dialplan.FILE).write_text(TEXT.replace("Hangup()", "Wait(1)"), encoding="utf-8")
    assert dialplan.main(["--check"], tmp_path) == 1
    assert "stale; run make dialplan" in capsys.readouterr().out
    assert dialplan.main([], tmp_path) == 0
    assert (tmp_path / dialplan.FILE).read_text(encoding="utf-8") == TEXT
    assert dialplan.main(["--check"], tmp_path) == 0


def test_faulty_flows_change_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("district.yaml", "prompts"):
        (tmp_path / name).symlink_to(PROJECT / name)
    (tmp_path / "dialplans").mkdir()
    flows = (PROJECT / "callflows.yaml").read_text(encoding="utf-8")
    broken = flows.replace("goto: food}", "goto: foot}", 1)
    (tmp_path / "callflows.yaml").write_text(broken, encoding="utf-8")
    assert dialplan.main([], tmp_path) == 1
    assert "callflows.yaml:" in capsys.readouterr().err
    assert not (tmp_path / dialplan.FILE).exists()


def test_every_jump_leads_somewhere() -> None:
    """``asterisklint`` sees the plain ones; here are those within IF() and Gosub() too."""
    jumps = re.findall(r"\b((?:sub-)?fallback-[a-z_]+(?:-[a-z]+)?),", CODE)
    assert jumps
    assert {jump for jump in jumps if jump not in CONTEXTS} == set()
    assert "to-queue" in re.findall(r"^\[([^\]]+)\]", OTHERS, re.M)


def test_every_subroutine_is_used() -> None:
    # For flows that say "{digits:…}": ours says a PIN code as one.
    for_others = {"sub-fallback-digits"}
    for name in (name for name in CONTEXTS if name.startswith("sub-") and name not in for_others):
        assert re.search(rf"(?<!\[){name}(?=,|\n)", CODE + OTHERS), name


def test_every_recording_it_plays_is_in_the_catalogue() -> None:
    played = set(re.findall(r"\bhi/([a-z][a-z0-9_]*)(?![a-z0-9_$])", CODE))
    catalogue = set(load_catalogue(PROJECT / "prompts" / "hi" / FILE_NAME).prompts)
    own = {"beep"}
    begun = {prompt for prompt in played if prompt in ("n_", "m_")}
    assert played - catalogue - own - begun == set()
    assert {f"n_{n}" for n in range(100)} | {f"m_{n}" for n in range(1, 13)} <= catalogue


def test_the_modules_it_needs_are_loaded() -> None:
    needed = {*MODULES, "func_module", "res_agi", "app_record"}
    assert needed <= set(module_names())


def test_no_line_is_longer_than_asterisk_reads() -> None:
    """8192 bytes a line, 4096 for what an application is given (main/config.c, main/pbx.c)."""
    assert max(len(line.encode()) for line in TEXT.splitlines()) < 4096


# pyst2 leaves the closing of the file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_configuration_reader_of_pyst2_reads_it() -> None:
    config = Config(str(FILE))
    read = {category.name for category in config.categories}
    assert read == CONTEXTS


def test_the_script_spells_its_variables_as_the_dialplan_does() -> None:
    script = runpy.run_path(str(PROJECT / "agi_scripts" / "fallback_ticket.py"))
    assert script["TICKET"] == names.TICKET
    assert script["PROMISED"] == variables.PROMISED
    assert script["STORED"] == variables.STORED


def test_the_script_imports_nothing_heavy() -> None:
    source = (PROJECT / "agi_scripts" / "fallback_ticket.py").read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:from|import) ([a-z_0-9]+)", source, re.M))
    assert imported <= {
        *("__future__", "io", "os", "re", "signal", "sys", "collections", "contextlib"),
        *("dataclasses", "datetime", "pathlib", "typing", "asterisk", "tickets"),
    }
