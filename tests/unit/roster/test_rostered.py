"""The copy of the roster from which Asterisk starts, and a file taken in from the command line."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.asterisk_config.queues import queues_conf, without_members
from deploy.asterisk_config.sip import pjsip_conf, with_operators
from queue_manager.duty.declared import SignOn
from sahayata.cli import room_reader
from sahayata.cli.__main__ import main
from sahayata.demo_roster import seat_demo_roster
from sahayata.rostered import remember, remembered, rostered
from sahayata.secrets import load_or_create
from sahayata.settings import Settings, load
from sahayata.stores import load_secrets, now, open_database, open_duty
from tests.support.room_server import operator
from tests.unit.roster.conftest import write

HEADER = "extension,name,name_hi,pin,queues\n"
ANJU = "299,Anju Rani,अंजू रानी,6093,psych:0\n"
RAVI = "201,Ravi Rao,रवि राव,7182,food:0\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a place where nothing was ever started."""
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path / "state"))
    settings = load(state=str(tmp_path / "state"), environment={})
    settings.state.prepare()
    yield settings


def say_roster(*words: str | Path) -> int:
    return main(["roster", *map(str, words)])


def test_asterisk_starts_with_the_roster_known_last_while_the_database_is_away(
    here: Settings, tmp_path: Path
) -> None:
    said: list[str] = []
    assert rostered(here, said.append) == ()
    assert say_roster("import", write(tmp_path, HEADER + ANJU + RAVI)) == 0
    assert rostered(here, said.append) == ("201", "299")
    assert said == []
    here.state.database.write_bytes(b"this is no database" * 100)
    assert rostered(here, said.append) == ("201", "299")
    (line,) = said
    assert line.startswith("the roster is the one known last, of 2 operators: the database")
    assert here.state.roster.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"extensions": "201"}', '{"extensions": ["x"]}']
)
def test_a_damaged_copy_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "copy").write_text(text)
    assert remembered(tmp_path / "copy") == ()
    remember(tmp_path / "copy", ("202", "201"))
    assert remembered(tmp_path / "copy") == ("201", "202")


def test_who_is_on_the_roster_registers_and_is_a_member_for_good_of_no_queue(
    here: Settings,
) -> None:
    seats = here.district.extensions
    passwords = load_or_create(here.state.secrets, (*seats, "299")).extensions
    text = pjsip_conf(here, passwords, ("201", "299"))
    for extension in (*seats, "299"):
        assert text.count(f"[{extension}]\n") == 2  # the endpoint and its contacts
        assert f"password={passwords[extension]}\n" in text
    queues = queues_conf(here.district, ("201", "299"))
    assert "PJSIP/201\n" not in queues
    assert "PJSIP/299\n" not in queues
    assert "member=PJSIP/202\n" in queues
    assert "persistentmembers=yes\n" in queues


def test_a_changed_roster_changes_nothing_else_of_an_asterisk_that_runs(
    tmp_path: Path, here: Settings
) -> None:
    """Whoever takes a roster in may have another port, address and trunk in the environment."""
    variables = {"SAHAYATA_TRUNKS": "192.0.2.0/24", "SAHAYATA_SIP_BIND": "::1"}
    runs = load(state=str(tmp_path / "state"), port_base=20000, environment=variables)
    words = dict.fromkeys((*here.district.extensions, "299"), "p" * 20)
    began = pjsip_conf(runs, words)
    assert with_operators(began, here, words, ("299",)) == pjsip_conf(runs, words, ("299",))
    assert with_operators(pjsip_conf(runs, words, ("299",)), here, words, ()) == began
    with pytest.raises(ValueError, match="another version"):
        with_operators("[udp]\nbind=127.0.0.1:5060\n", here, words, ())
    queues = queues_conf(here.district)
    assert without_members(queues, ("201", "20")) == queues_conf(here.district, ("201",))


def test_a_file_is_taken_in_before_the_first_start(
    here: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say_roster("import", write(tmp_path, HEADER + ANJU)) == 0
    said = capsys.readouterr().out
    assert "1 new: 299" in said
    assert "it knows them at its next start" in said
    assert "6093" not in said
    assert "299" in load_secrets(here).extensions
    assert say_roster("show", "--json") == 0
    (person,) = json.loads(capsys.readouterr().out)["operators"]
    assert (person["name_hi"], person["queues"]) == ("अंजू रानी", {"psych": 0})


def test_a_trial_changes_neither_the_database_nor_the_copy(
    here: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say_roster("import", write(tmp_path, HEADER + ANJU), "--dry-run") == 0
    assert "this would change:" in capsys.readouterr().out
    assert remembered(here.state.roster) == ()
    assert rostered(here, print) == ()


def test_every_fault_is_told_with_the_name_of_the_file(
    here: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, HEADER + ANJU.replace("अंजू रानी", "vatw jkuh") + ANJU, "june.csv")
    assert say_roster("import", file) == 1
    said = capsys.readouterr().err
    assert "nothing was taken in" in said
    assert "june.csv: row 2, column name_hi: 'vatw jkuh' has no Devanagari letter" in said
    assert "june.csv: row 3, column extension: 299 stands in row 2 already" in said
    assert rostered(here, print) == ()


def test_who_leaves_the_roster_is_signed_off_in_the_same_breath(
    here: Settings, tmp_path: Path
) -> None:
    say_roster("import", write(tmp_path, HEADER + ANJU + RAVI))
    engine = open_database(here)
    duty = open_duty(here, engine)
    duty.declare("299", SignOn(), by="299")
    say_roster("import", write(tmp_path, HEADER + RAVI))
    assert not duty.declared()["299"].signed_on
    assert remembered(here.state.roster) == ("201",)
    engine.dispose()


def test_check_tells_what_is_wrong_and_swap_puts_it_right(
    here: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say_roster("import", write(tmp_path, HEADER + ANJU + RAVI))
    today = now().astimezone(here.district.helpline.zone).date().isoformat()
    plan = f"date,shift,extension\n{today},morning,299\n{today},evening,201\n"
    assert say_roster("import", write(tmp_path, plan)) == 0
    capsys.readouterr()
    assert say_roster("check", "--days", "1", "--json") == 1
    troubles = {one["trouble"] for one in json.loads(capsys.readouterr().out)}
    assert troubles == {"empty", "uncovered"}
    assert say_roster("swap", f"299:{today}:morning", f"201:{today}:evening") == 0
    assert say_roster("swap", f"299:{today}:morning", f"201:{today}:evening") == 1
    capsys.readouterr()
    say_roster("show", "--json")
    shifts = json.loads(capsys.readouterr().out)["shifts"]
    assert [shift["operators"] for shift in shifts] == [["201"], ["299"], []]


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--days", "0"),
        ("check", "--date", "24-11-2026"),
        ("swap", "201", "202"),
        ("swap", "201:2026-11-24:morning", "x:y:z"),
        ("import",),
        (),
    ],
)
def test_wrong_words_are_refused(here: Settings, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        say_roster(*words)
    assert ended.value.code == 2


def test_a_file_that_cannot_be_written_is_refused(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_roster("import", write(tmp_path, HEADER + ANJU))

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    assert say_roster("export", tmp_path / "roster.csv") == 1


def test_staff_is_planned_from_the_first_sitting_to_a_year_after_the_last(
    here: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say_roster("import", write(tmp_path, HEADER + ANJU))
    first = now().astimezone(here.district.helpline.zone).date()
    last = first + timedelta(days=4)
    plan = f"date,shift,extension\n{first},morning,299\n{last},night,299\n"
    assert say_roster("import", write(tmp_path, plan)) == 0
    for days, told in ((-1, False), (0, True), (4 + 366, True), (4 + 367, False)):
        day = first + timedelta(days=days)
        capsys.readouterr()
        assert main(["staffing", "--date", day.isoformat()]) == 1
        captured = capsys.readouterr()
        assert ("SHORT" in captured.out) == told
        said = f"{day}: the roster has sittings from {first} to {last}"
        assert (said in captured.err) != told


def test_no_more_take_a_break_than_are_there(
    here: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    say_roster("import", write(tmp_path, HEADER + ANJU))
    crew = [operator("201"), operator("202"), operator("203", "paused")]
    picture = {"live": True, "age_s": 0.1, "gap_s": None, "operators": crew, "queues": []}
    monkeypatch.setattr(room_reader, "read_picture", lambda _: picture)
    capsys.readouterr()
    assert main(["staffing", "break", "3"]) == 1
    assert capsys.readouterr().err == "sahayata: 3 cannot take a break: 2 serve callers now\n"
    assert main(["staffing", "break", "2", "--json"]) == 1
    assert {one["queue"] for one in json.loads(capsys.readouterr().out)} >= {"food"}


def test_a_look_at_a_roster_makes_no_instance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say_roster("show", "--state", tmp_path / "none") == 1
    assert "nothing was ever started" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_demonstration_fills_an_empty_roster_once(here: Settings) -> None:
    said: list[str] = []
    seat_demo_roster(here, said.append)
    assert "a demonstration roster of 40 operators" in said[0]
    first = (here.state.root / "demo-pins.csv").read_text()
    assert len(first.splitlines()) == 41
    seat_demo_roster(here, said.append)
    assert len(said) == 1
    assert (here.state.root / "demo-pins.csv").read_text() == first
    assert len(rostered(here, said.append)) == 40


def test_a_demonstration_leaves_the_roster_of_a_district_alone(
    here: Settings, tmp_path: Path
) -> None:
    say_roster("import", write(tmp_path, HEADER + ANJU))
    seat_demo_roster(here, print)
    assert rostered(here, print) == ("299",)
    assert not (here.state.root / "demo-pins.csv").exists()


def test_a_demonstration_without_a_database_says_so(here: Settings) -> None:
    here.state.database.write_bytes(b"this is no database" * 100)
    said: list[str] = []
    seat_demo_roster(here, said.append)
    (line,) = said
    assert line.startswith("there is no demonstration roster: the database")
