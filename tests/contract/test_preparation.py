"""What is looked at before anything that runs is touched, and what a start is made from."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.asterisk_config.files import generate
from deploy.asterisk_home import Asterisk
from ivr.voice.publish import PublishReport
from ivr.voice.studio import Chosen
from ivr.voice.studio_booth import Booth
from sahayata.dialplan import FILE, dialplan_of
from sahayata.settings import PROJECT, Settings, load
from sahayata.supervisor import up
from sahayata.supervisor.preparation import lay_ground
from sahayata.supervisor.rx import SOCKET

ASTERISK = Asterisk("22.10.1", None, Path("/usr/sbin/asterisk"), Path("/m"), Path("/d"))
CALLFLOWS, CATALOGUE = "callflows.yaml", "prompts/hi/catalogue.yaml"


@pytest.fixture
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project like ours, whose files a test may change."""
    folder = tmp_path_factory.mktemp("p")  # short: a control socket lies deep below it
    (folder / "prompts" / "hi").mkdir(parents=True)
    (folder / "prompts" / "hi" / "recordings").symlink_to(PROJECT / "prompts" / "hi" / "recordings")
    for name in (CALLFLOWS, CATALOGUE, "district.yaml"):
        shutil.copy(PROJECT / name, folder / name)
    shutil.copytree(PROJECT / "dialplans", folder / "dialplans")
    return folder


def change(file: Path, old: str, new: str) -> int:
    """Change the first such place of a file; return its line."""
    before, found, after = file.read_text(encoding="utf-8").partition(old)
    assert found
    file.write_text(before + new + after, encoding="utf-8")
    return before.count("\n") + 1


def settings_of(project: Path) -> Settings:
    settings = load(state=str(project / "state"), port_base=20000, environment={}, project=project)
    settings.state.prepare()
    return settings


@pytest.fixture
def orphan(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The control socket of an Asterisk that an earlier ``up`` left."""
    monkeypatch.setattr(up, "make_folders", lambda _: ASTERISK)
    path = settings_of(project).state.asterisk_run / SOCKET
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.setblocking(False)
        yield listener


def was_asked(listener: socket.socket) -> bool:
    """Tell whether anybody spoke to it."""
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (CALLFLOWS, "next: caller_known", "next: nowhere"),
        (CALLFLOWS, "prompts: [greeting, helpline_name]", "prompts: [greeting, never_recorded]"),
        (CATALOGUE, "\nprompts:", "\nprompts:\n  twice: {text: क}\n  twice: {text: ख}"),
    ],
)
def test_a_fault_leaves_an_asterisk_that_runs_untouched_and_is_said_by_line(
    project: Path,
    orphan: socket.socket,
    capsys: pytest.CaptureFixture[str],
    name: str,
    old: str,
    new: str,
) -> None:
    change(project / name, old, new)
    assert up.run_up(settings_of(project)) == 1
    said = capsys.readouterr().err
    assert said.startswith("sahayata cannot start: these have to be put right first:\n")
    assert f"{Path(name).name}:" in said
    assert not was_asked(orphan)


def test_all_faults_are_said_at_once_each_by_its_line(
    project: Path, orphan: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    prompt = change(project / CALLFLOWS, "helpline_name]", "never_recorded]")
    node = change(project / CALLFLOWS, "next: open_ticket", "next: nowhere")
    assert up.run_up(settings_of(project)) == 1
    said = capsys.readouterr().err
    assert f"callflows.yaml:{prompt}: " in said
    assert f"callflows.yaml:{node}: " in said
    assert not was_asked(orphan)


def nothing_laid_out(_: Booth) -> tuple[PublishReport, Chosen]:
    return PublishReport((), (), (), ()), Chosen({}, ())


def test_a_changed_promise_is_in_the_fall_back_of_the_next_start(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Booth, "lay_out_all", nothing_laid_out)
    before = lay_ground(settings_of(project), ASTERISK, print)
    change(project / "district.yaml", "{l1: 2 h, l2: 4 h}", "{l1: 3 h, l2: 4 h}")
    settings = settings_of(project)
    ground = lay_ground(settings, ASTERISK, print)
    generate(settings, ground.keys, ASTERISK, "b", ground.fallback)
    written = (settings.state.asterisk_etc / FILE).read_text(encoding="utf-8")
    assert written == dialplan_of(project) != before.fallback
    assert written != (project / FILE).read_text(encoding="utf-8"), "the old promise is said"
    assert ground.configuration != before.configuration, "an Asterisk with the old one is replaced"


def test_a_greeting_with_another_district_is_told_and_stops_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Booth, "lay_out_all", nothing_laid_out)
    change(project / "district.yaml", 'hi: "गुरुग्राम"', 'hi: "हिसार"')
    said: list[str] = []
    lay_ground(settings_of(project), ASTERISK, said.append)
    assert len(said) == 1
    assert said[0].startswith("callers hear another name: catalogue.yaml:")
    assert "हिसार" in said[0]
