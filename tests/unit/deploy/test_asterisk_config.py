"""The generated configuration: what a value may hold, and what the settings decide."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploy.asterisk_config.dialplan import fallback_program, first_queue, system_name
from deploy.asterisk_config.files import generate, render
from deploy.asterisk_config.modules import MODULES, modules_conf, names
from deploy.asterisk_config.text import UnsafeValue, clean, clean_path, section
from deploy.asterisk_home import Asterisk
from ivr.names import QUEUE_PREFIX
from sahayata.secrets import Secrets, load_or_create
from sahayata.settings import Settings, load
from sahayata.supervisor.program import guests

ASTERISK = Asterisk("22.10.1", None, Path("/usr/sbin/asterisk"), Path("/m"), Path("/d"))
FALLBACK = "[fallback]\nexten = s,1,Hangup()\n"


def settings_of(folder: Path, **environment: str) -> Settings:
    return load(state=str(folder / "state"), port_base=20000, environment=environment)


def keys_of(settings: Settings) -> Secrets:
    settings.state.prepare()
    return load_or_create(settings.state.secrets, settings.district.extensions)


@pytest.mark.parametrize(
    "value", ["a\nb", "a\rb", "x; y", "tab\tx", " rim", "rim ", "> x", "zero\0", "\x7f"]
)
def test_what_could_begin_another_line_is_refused_and_not_quoted(value: str) -> None:
    with pytest.raises(UnsafeValue) as refused:
        clean(value, "201-auth: password")
    assert str(refused.value).startswith("201-auth: password: holds")
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "yes"),
        (False, "no"),
        (20, "20"),
        ("a--b-_", "a--b-_"),
        ("गुरुग्राम", "गुरुग्राम"),
        ("", ""),
    ],
)
def test_other_values_are_written_as_they_are(value: object, written: str) -> None:
    assert section("s", [("key", value)]) == f"[s]\nkey={written}\n"


@pytest.mark.parametrize(
    "path", ["/tmp/a;b", "/tmp/a,b", "/tmp/${X}", "/tmp/a\nb", "/tmp/a  b", "/x(y)"]
)
def test_a_path_that_means_something_to_the_dialplan_is_refused(path: str) -> None:
    with pytest.raises(UnsafeValue, match="Asterisk needs a path of letters, digits"):
        clean_path(Path(path))


def test_all_folders_and_ports_are_the_instances_own(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    files = render(settings, keys_of(settings), ASTERISK, boot="b007", fallback=FALLBACK)
    folders = files["asterisk.conf"].partition("[directories]")[2].partition("[options]")[0]
    for line in folders.strip().splitlines():
        key, _, value = line.partition("=")
        assert key == "astmoddir" or value.startswith(str(settings.state.root)), line
    assert "bind=127.0.0.1:20000\n" in files["pjsip.conf"]
    assert "port=20001\n" in files["manager.conf"]
    assert "SAHAYATA_AGI=agi://127.0.0.1:20002\n" in files["extensions.conf"]
    assert "rtpstart=21000\nrtpend=24999\n" in files["rtp.conf"]


def test_voice_listens_where_sip_does(tmp_path: Path) -> None:
    here = settings_of(tmp_path)
    assert (
        "media_address=127.0.0.1\n"
        in render(here, keys_of(here), ASTERISK, "b", FALLBACK)["pjsip.conf"]
    )
    wide = settings_of(tmp_path, SAHAYATA_SIP_BIND="0.0.0.0")
    text = render(wide, keys_of(wide), ASTERISK, "b", FALLBACK)["pjsip.conf"]
    assert "bind=0.0.0.0:20000\n" in text
    assert "media_address" not in text
    six = settings_of(tmp_path, SAHAYATA_SIP_BIND="::1")
    assert "bind=[::1]:20000\n" in render(six, keys_of(six), ASTERISK, "b", FALLBACK)["pjsip.conf"]


def test_a_trunk_is_known_by_its_address_and_brings_citizens(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, SAHAYATA_TRUNKS="192.0.2.0/24, 198.51.100.7")
    text = render(settings, keys_of(settings), ASTERISK, "b", FALLBACK)["pjsip.conf"]
    assert "[trunk]\ncontext=citizens\n" in text
    assert "match=192.0.2.0/24\nmatch=198.51.100.7/32\n" in text
    assert "endpoint_identifier_order=ip,username,anonymous\n" in text


def test_registrations_need_no_disk_and_are_renewed_each_minute(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    files = render(settings, keys_of(settings), ASTERISK, "b", FALLBACK)
    assert "[res_pjsip]\ncontact=memory\n" in files["sorcery.conf"]
    seats = len(settings.district.extensions)
    assert files["pjsip.conf"].count("\nmaximum_expiration=60\n") == seats
    assert files["pjsip.conf"].count("\ndefault_expiration=60\n") == seats


def test_a_second_writing_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    keys = keys_of(settings)
    generate(settings, keys, ASTERISK, "b1", FALLBACK)
    (settings.state.asterisk_etc / "by_hand.conf").write_text("x")
    generate(settings, keys, ASTERISK, "b2", FALLBACK)
    written = {
        str(p.relative_to(settings.state.asterisk_etc))
        for p in settings.state.asterisk_etc.rglob("*.conf")
    }
    assert written == set(render(settings, keys, ASTERISK, "b2", FALLBACK))
    assert "SAHAYATA_BOOT=b2\n" in (settings.state.asterisk_etc / "extensions.conf").read_text()


def test_the_fall_back_is_the_one_of_this_start(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    generate(settings, keys_of(settings), ASTERISK, "b1", FALLBACK)
    assert (settings.state.asterisk_etc / "dialplans" / "fallback.conf").read_text() == FALLBACK


def test_no_password_can_be_read_by_others(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    generate(settings, keys_of(settings), ASTERISK, "b1", FALLBACK)
    for name in ("pjsip.conf", "manager.conf", "extensions.conf"):
        assert (settings.state.asterisk_etc / name).stat().st_mode & 0o777 == 0o600


def test_the_fall_back_program_runs_our_script_with_nothing_of_its_surroundings(
    tmp_path: Path,
) -> None:
    settings = settings_of(tmp_path / "a folder")
    text = fallback_program(settings, Path("/lib raries"))
    program = tmp_path / "program"
    told = 'printf "%s\\n" "$SAHAYATA_STATE" "$PYTHONPATH" "${SECRET-none}" "$@"; echo gone >&2'
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\n{told}\n")
    python.chmod(0o755)
    program.write_text(text.replace("PATH=/usr/local/bin", f"PATH={python.parent}:/usr/local/bin"))
    program.chmod(0o755)
    done = subprocess.run(
        [program, "ticket", "a b"], capture_output=True, text=True, env={"SECRET": "x"}, check=True
    )
    state, search, secret, *arguments = done.stdout.splitlines()
    assert state == str(settings.state.root)
    assert search == f"{settings.project}:/lib raries"
    assert secret == "none"
    assert arguments == [
        "-s",
        str(settings.project / "agi_scripts/fallback_ticket.py"),
        "ticket",
        "a b",
    ]
    assert done.stderr == "", "pyst2 writes the caller's number there"


def test_in_every_queue_the_place_is_told_again_and_the_expected_wait_once(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    text = render(settings, keys_of(settings), ASTERISK, "b", FALLBACK)["queues.conf"]
    queues = [part for part in text.split("[") if part.startswith(QUEUE_PREFIX)]
    assert len(queues) == len(settings.district.queues)
    for queue in queues:
        lines = queue.splitlines()
        assert "announce-holdtime=once" in lines, queue
        assert "announce-position=yes" in lines, queue
        assert "announce-to-first-user=yes" in lines, queue
        assert "announce-round-seconds=0" in lines, "in whole minutes"


def test_each_module_has_its_reason_and_is_listed_once() -> None:
    assert len(set(names())) == len(names())
    assert all(why for group in MODULES.values() for why in group.values())
    text = modules_conf()
    assert "autoload = no" in text
    assert text.count("\nload = ") == len(names())


def test_the_modules_of_press_or_say_are_loaded_where_a_model_is(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    keys = keys_of(settings)
    without = render(settings, keys, ASTERISK, "b", FALLBACK)
    assert "aeap.conf" not in without
    assert "aeap" not in without["modules.conf"]
    for name in ("am/final.mdl", "conf/mfcc.conf", "graph/Gr.fst", "graph/HCLr.fst"):
        (settings.speech_model / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.speech_model / name).touch()
    files = render(settings, keys, ASTERISK, "b", FALLBACK)
    assert files["modules.conf"].count("\nload = ") == len(names(listening=True))
    assert "load = res_speech_aeap.so" in files["modules.conf"]
    assert f"\nurl=ws://127.0.0.1:20005/{keys.speech}\n" in files["aeap.conf"]
    assert [part.name for part in guests(settings, demo=False)][-1] == "recognising"


def test_a_call_id_begins_with_machine_and_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "धनबाद; x-1.example")
    assert system_name(settings_of(tmp_path)) == "x1.20000"
    monkeypatch.setattr("socket.gethostname", lambda: "धनबाद")
    assert system_name(settings_of(tmp_path)) == "cell.20000"


def test_who_chose_no_queue_goes_to_general_or_the_first(tmp_path: Path) -> None:
    district = settings_of(tmp_path).district
    assert first_queue(district) == "general"
    without = {name: queue for name, queue in district.queues.items() if name != "general"}
    assert first_queue(district.model_copy(update={"queues": without})) == "food"
