"""The roster on a real Asterisk: who is on it has a telephone, signs on, and stays signed on."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.names import QUEUE_PREFIX
from queue_manager.duty.declared import Pause, SignOn
from sahayata.secrets import load_or_create
from sahayata.settings import PROJECT
from sahayata.stores import now, open_database, open_duty
from sahayata.supervisor.rx import NoAnswer
from tests.pbx.instance import Instance
from tests.support.waiting import hold_until

NEW = "extension,name,name_hi,pin,queues\n299,Anju Rani,अंजू रानी,6093,psych:0\n"


def roster(of: Instance, *words: str | Path, status: int = 0) -> str:
    """Say ``sahayata roster …`` of an instance; return what it prints."""
    state = ("--state", str(of.settings.state.root))
    done = subprocess.run(
        [sys.executable, "-m", "sahayata.cli", "roster", *map(str, words), *state],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def members(of: Instance, queue: str) -> dict[str, str]:
    """Each member of a queue with what Asterisk says of it."""
    said = of.asterisk_rx(f"queue show {QUEUE_PREFIX}{queue}").splitlines()
    return {line.split()[0]: line for line in said if "(PJSIP/" in line}


def endpoints(of: Instance) -> set[str]:
    """Every telephone that may register."""
    said = of.asterisk_rx("pjsip list endpoints").splitlines()
    words = [line.split() for line in said if line.strip().startswith("Endpoint:")]
    return {word[1].split("/")[0] for word in words if word[1][0].isdigit()}


def test_forty_have_a_telephone_and_every_queue_is_covered_by_those_who_signed_on(
    demo_instance: Instance,
) -> None:
    people = json.loads(roster(demo_instance, "show", "--json"))["operators"]
    assert len(people) == 40
    assert endpoints(demo_instance) == {person["extension"] for person in people}
    for queue in demo_instance.settings.district.queues:
        here = members(demo_instance, queue)
        assert len(here) >= 6
        assert all("(dynamic)" in line for line in here.values())
        serving = {person["extension"] for person in people if queue in person["queues"]}
        assert here.keys() <= serving
    assert "nothing is wrong" in roster(demo_instance, "check", "--days", "13")


def test_each_has_a_password_of_their_own_and_a_pin_that_only_the_owner_of_the_folder_reads(
    demo_instance: Instance,
) -> None:
    state = demo_instance.settings.state
    passwords = load_or_create(state.secrets, ()).extensions
    assert len(set(passwords.values())) == 40
    for file in (state.root / "demo-pins.csv", state.roster, state.secrets):
        assert file.stat().st_mode & 0o777 == 0o600
    pins = (state.root / "demo-pins.csv").read_text().split()[1:]
    assert len(pins) == 40


def test_a_new_operator_is_known_to_an_asterisk_that_runs(
    demo_instance: Instance, tmp_path: Path
) -> None:
    before = members(demo_instance, "food").keys()
    roster(demo_instance, "export", tmp_path / "now.csv")
    forty = (tmp_path / "now.csv").read_text(encoding="utf-8")
    (tmp_path / "now.csv").write_text(f"{forty}299,Anju,अंजू,6093,psych:0,,,\n", encoding="utf-8")
    said = roster(demo_instance, "import", tmp_path / "now.csv")
    assert "1 new: 299" in said
    hold_until(lambda: "299" in endpoints(demo_instance), "299 may register")
    assert members(demo_instance, "food").keys() == before
    engine = open_database(demo_instance.settings)
    duty = open_duty(demo_instance.settings, engine)
    duty.declare("299", SignOn(), by="299")
    hold_until(lambda: "299" in members(demo_instance, "psych"), "the room has signed 299 on")

    (tmp_path / "now.csv").write_text(forty, encoding="utf-8")
    assert "1 on the roster no more: 299" in roster(demo_instance, "import", tmp_path / "now.csv")
    hold_until(lambda: "299" not in endpoints(demo_instance), "299 may register no more")
    hold_until(lambda: "299" not in members(demo_instance, "psych"), "299 is rung no more")
    assert not duty.declared()["299"].signed_on
    engine.dispose()


def test_a_file_with_a_fault_changes_nothing_and_says_where(
    demo_instance: Instance, tmp_path: Path
) -> None:
    before = endpoints(demo_instance)
    (tmp_path / "bad.csv").write_text(NEW + "300,Vikas,fodkl,1111,food\n", encoding="utf-8")
    said = roster(demo_instance, "import", tmp_path / "bad.csv", status=1)
    assert "nothing was taken in" in said
    assert "bad.csv: row 3, column name_hi: 'fodkl' has no Devanagari letter" in said
    assert "bad.csv: row 3, column pin: this PIN is too easy to guess" in said
    assert "Traceback" not in said
    assert endpoints(demo_instance) == before


@pytest.mark.parametrize("file", ["bad.xlsx", "nowhere.csv"])
def test_what_is_no_table_is_refused(demo_instance: Instance, tmp_path: Path, file: str) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04")
    said = roster(demo_instance, "import", tmp_path / file, status=1)
    assert file in said
    assert "Traceback" not in said


def test_operators_at_lunch_stay_at_lunch_with_all_of_our_processes_dead(
    demo_instance: Instance,
) -> None:
    engine = open_database(demo_instance.settings)
    duty = open_duty(demo_instance.settings, engine)
    duty.declare("241", Pause("meal"), by="241")
    engine.dispose()
    hold_until(lambda: "paused:meal" in members(demo_instance, "psych")["241"], "241 is at lunch")
    before = members(demo_instance, "psych").keys()
    pid = demo_instance.process_of("asterisk")
    up = demo_instance.process
    assert up is not None
    up.send_signal(signal.SIGKILL)
    up.wait(30)
    began = now()
    with contextlib.suppress(NoAnswer):  # it has no time to answer
        demo_instance.asterisk_rx("core restart now")

    def restarted() -> bool:
        try:
            uptime = demo_instance.asterisk_rx("core show uptime seconds")
            seconds = int(uptime.split("System uptime:")[1].split()[0])
        except (NoAnswer, IndexError, ValueError):
            return False
        return seconds <= (now() - began).total_seconds()

    hold_until(restarted, "Asterisk has restarted by itself")
    hold_until(lambda: members(demo_instance, "psych").keys() == before, "everybody is signed on")
    assert "paused:meal" in members(demo_instance, "psych")["241"]
    pid.send(signal.SIGKILL)
