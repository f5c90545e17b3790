"""The dialplan, the generated configuration, the names and the district agree."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.asterisk_config.files import render
from deploy.asterisk_config.modules import names as module_names
from deploy.asterisk_config.sip import pjsip_conf
from deploy.asterisk_home import Asterisk
from ivr import names
from ivr.fallback import variables
from ivr.fastagi import facts
from sahayata.secrets import AMI_USERS, load_or_create
from sahayata.settings import PROJECT, load

DIALPLANS = {
    path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "dialplans").iterdir()
}
OURS = re.compile(r"SAHAYATA_[A-Z_]+")
ROUTES = (
    names.ROUTE_INBOUND,
    names.ROUTE_FROM_QUEUE,
    names.ROUTE_AFTER_QUEUE,
    names.ROUTE_STAFF,
    names.ROUTE_AFTER_LISTENING,
)


def lines(name: str) -> Iterator[str]:
    """Give the lines of a dialplan that do something."""
    for line in DIALPLANS[name].splitlines():
        if line.strip() and not line.startswith(";"):
            yield line


def of(module: object) -> set[str]:
    """Give the values of a module of names that are names of channel variables."""
    values = (value for name, value in vars(module).items() if name.isupper())
    return {value for value in values if isinstance(value, str) and OURS.fullmatch(value)}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The configuration of a fresh instance."""
    folder = tmp_path_factory.mktemp("state")
    settings = load(state=str(folder), port_base=20000, environment={})
    keys = load_or_create(settings.state.secrets, settings.district.extensions)
    asterisk = Asterisk("22.10.1", None, Path("/a"), Path("/m"), Path("/d"))
    return render(settings, keys, asterisk, boot="b007", fallback=DIALPLANS["fallback.conf"])


@pytest.mark.parametrize("name", sorted(of(names)))
def test_every_shared_name_is_in_the_dialplan(name: str) -> None:
    assert any(name in text for text in DIALPLANS.values()), f"{name} is spelt nowhere"


def test_the_dialplan_has_no_name_that_is_not_spelt_in_python() -> None:
    known = of(names) | of(variables)
    beginnings = tuple(name for name in known if name.endswith("_"))
    for file, text in DIALPLANS.items():
        strange = {n for n in OURS.findall(text) if n not in known and not n.startswith(beginnings)}
        assert strange == set(), file


def test_nothing_of_a_sip_header_is_used_before_it_was_filtered() -> None:
    door = DIALPLANS["inbound.conf"].partition("[conversation]")[0]
    for line in (*door.splitlines(), *DIALPLANS["operators.conf"].splitlines()):
        if line.startswith(";"):
            continue
        for raw in ("${EXTEN", "${CALLERID(", "${CHANNEL(pjsip", "${CHANNEL(endpoint", "${PJSIP_"):
            assert raw not in line or "${FILTER(" in line.partition(raw)[0], line
    assert "${EXTEN" not in DIALPLANS["inbound.conf"].partition("[conversation]")[2]


def test_what_records_a_talk_ends_before_the_next_queue() -> None:
    """A caller handed over from food to psych must not be recorded on there."""
    before = ""
    for line in lines("inbound.conf"):
        if "?MixMonitor(" in line:
            assert before == " same => n,StopMixMonitor()"
        before = line
    assert before


def test_no_number_reaches_a_channel_as_it_was_sent(tmp_path: Path) -> None:
    settings = load(state=str(tmp_path), environment={"SAHAYATA_TRUNKS": "192.0.2.1"})
    keys = load_or_create(settings.state.secrets, settings.district.extensions)
    text = pjsip_conf(settings, keys.extensions)
    endpoints = [part for part in re.split(r"\n(?=\[)", text) if "type=endpoint" in part]
    assert {part.partition("]")[0] for part in endpoints} >= {"[anonymous", "[trunk"}
    assert all("\ncallerid=" in part for part in endpoints)


def test_only_keys_can_be_dialled(files: dict[str, str]) -> None:
    """A pattern that takes anything would make a channel of an extension with line ends."""
    for door in ("inbound.conf", "operators.conf"):
        first = list(lines(door))[:3]
        assert first[1] == "include => dialled"
        assert first[2].startswith("exten => s,1,")
    _, _, dialled = files["extensions.conf"].partition("[dialled]\n")
    patterns = re.findall(r"^exten => (\S+?),1,(.*)$", dialled, re.M)
    assert len(patterns) == 20
    assert all(re.fullmatch(r"_(\[0-9\*#\+\])+", pattern) for pattern, _ in patterns)
    assert all("FILTER(0-9*#,${EXTEN})" in does for _, does in patterns)


def test_what_goes_to_our_server_fits_what_it_reads() -> None:
    shown = re.escape(f",${{{names.AGI_PASSWORD}}}")
    ours = DIALPLANS["inbound.conf"] + DIALPLANS["operators.conf"]
    asked = re.findall(rf"AGI\(\$\{{SAHAYATA_AGI\}}/(\w+)\?(.*){shown}\)$", ours, re.M)
    assert sorted(route for route, _ in asked) == sorted(ROUTES)
    for route, query in asked:
        keys = [pair.partition("=")[0] for pair in query.split("&")]
        assert keys[:4] == ["call_id", "dialled", "language", "sip"], route
        assert len(set(keys)) == len(keys)
        # Asterisk logs the whole address when nobody answers there, and no arguments.
        assert "caller" not in keys
        assert names.AGI_PASSWORD not in query
        assert "," not in re.sub(r"\$\{[^}]*\}", "", query)
        # Who was not to be recorded in the queue is not recorded after it either.
        assert ("recorded" in keys) == (route == names.ROUTE_FROM_QUEUE)
        further = {"status", "abandoned", "operator", "wait", "total", "since", "recorded", "staff"}
        further |= {"prompt"}
        assert set(keys) <= {*facts._SHAPES, *further}


def test_the_time_limit_stands_before_every_session_with_a_live_caller() -> None:
    """A server that hangs costs seconds; only the end of a queue is told on a dead channel too."""
    before = ""
    for line in lines("inbound.conf"):
        if "AGI(" in line and "after_queue" not in line:
            assert "TIMEOUT(absolute)=10" in before, line
        before = line


@pytest.fixture(scope="module")
def etc(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as files."""
    folder = tmp_path_factory.mktemp("etc")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def asterisklint(command: str, etc: Path, *, ignored: str = "") -> str:
    """Run the linter of dialplans; it follows every jump and knows applications and functions."""
    return subprocess.run(
        [str(Path(sys.executable).parent / "asterisklint"), command, str(etc / "extensions.conf")],
        capture_output=True,
        text=True,
        env={"ALINT_IGNORE": ignored, "PATH": "/usr/bin:/bin"},
        check=False,
    ).stdout  # fmt: skip


def test_the_linter_of_dialplans_finds_nothing(etc: Path) -> None:
    # It is older than IFMODULE.
    found = asterisklint("dialplan-check", etc).splitlines()
    assert [line for line in found if "'IFMODULE' does not exist" not in line] == []


def test_exactly_the_applications_and_functions_in_use_are_loaded(etc: Path) -> None:
    shown = asterisklint("modules-show", etc)
    used = set(re.findall(r"^load => (\w+)\.so", shown, re.M)) | {"func_module"}
    # The linter does not see what TryExec() runs.
    assert "TryExec(Record(" in DIALPLANS["fallback.conf"]
    used.add("app_record")
    loaded = {name for name in module_names() if name.startswith(("app_", "func_"))}
    assert loaded == {name for name in used if name.startswith(("app_", "func_"))}
    assert used <= set(module_names())


def read(files: dict[str, str], name: str) -> dict[str, list[tuple[str, str]]]:
    """Read a file as Asterisk does: sections of the same name are one, keys may come again."""
    found: dict[str, list[tuple[str, str]]] = {}
    section: list[tuple[str, str]] = []
    for line in files[name].splitlines():
        text = line.partition(";")[0].strip()
        if text.startswith("["):
            section = found.setdefault(text.strip("[]"), [])
        elif text:
            key, _, value = text.partition("=")
            section.append((key.strip(), value.strip()))
    return found


def test_every_queue_of_the_district_is_there_and_turns_nobody_away(files: dict[str, str]) -> None:
    district = load(environment={}).district
    queues = read(files, "queues.conf")
    assert set(queues) == {"general", *(f"{names.QUEUE_PREFIX}{q}" for q in district.queues)}
    for name in district.queues:
        pairs = queues[f"{names.QUEUE_PREFIX}{name}"]
        options = dict(pairs)
        assert options["joinempty"] == "yes"
        assert options["leavewhenempty"] == "no"
        assert options["ringinuse"] == "no"
        assert options["setinterfacevar"] == options["setqueueentryvar"] == "yes"
        assert options["context"] == "queue-keys"
        members = [value for key, value in pairs if key == "member"]
        seated = [n for run in district.seats if name in run.queues for n in run.numbers]
        assert members == [f"PJSIP/{number}" for number in seated]


def test_each_manager_user_has_the_least_it_needs(files: dict[str, str]) -> None:
    users = read(files, "manager.conf")
    general = dict(users.pop("general"))
    assert general["bindaddr"] == "127.0.0.1"
    assert general["webenabled"] == "no"
    assert set(users) == set(AMI_USERS)
    for name, pairs in users.items():
        options = dict(pairs)
        filters = [key for key, _ in pairs if key.startswith("eventfilter(action(include)")]
        assert filters, name
        rights = set(options["write"].split(","))
        assert not rights & {"command", "system", "config", "all", "call"}, name
        assert ("originate" in rights) == (name == "ringing"), "one job, one user"
        assert options["permit"] == "127.0.0.1/255.255.255.255"
        assert len(options["secret"]) >= 24


def test_operators_need_a_password_and_citizens_none(files: dict[str, str]) -> None:
    sip = read(files, "pjsip.conf")
    for extension in load(environment={}).district.extensions:
        assert ("auth", f"{extension}-auth") in sip[extension]
        assert ("context", "operators") in sip[extension]
    citizens = sip["anonymous"]
    assert ("context", "citizens") in citizens
    assert ("permit", "127.0.0.0/8") in citizens, "nobody from elsewhere without a trunk"
    assert not [key for key, _ in citizens if key == "auth"]


def test_talks_of_a_confidential_category_are_never_recorded(files: dict[str, str]) -> None:
    district = load(environment={}).district
    for name in district.queues:
        secret = any(c.confidential for c in district.categories.values() if c.queue == name)
        assert f"{names.RECORDABLE}{name}={int(not secret)}\n" in files["extensions.conf"]
    assert f"{names.RECORDABLE}psych=0\n" in files["extensions.conf"]
