"""Settings are read once, checked, and shown with their origin; secrets are made, never shown."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from functools import partial
from pathlib import Path

import pytest

from sahayata.ports import SPAN, Ports
from sahayata.secrets import SecretsUnreadable, load_or_create
from sahayata.setting import BadSetting
from sahayata.settings import PROJECT, load


def test_words_win_over_environment_and_environment_over_defaults() -> None:
    env = {"SAHAYATA_STATE": "/srv/one", "SAHAYATA_PORT_BASE": "20000"}
    settings = load(port_base=25000, environment=env)
    assert settings.state.root == Path("/srv/one")
    assert settings.ports.sip == 25000
    assert {s.name: s.origin for s in settings.origins} == {
        "state": "SAHAYATA_STATE",
        "port_base": "the command line",
        "sip_bind": "default",
        "log_level": "default",
        "trunks": "default",
        "drain_s": "default",
        "least_free_mb": "default",
        "console_bind": "default",
        "console_https": "default",
        "console_proxies": "default",
        "voice": "default",
        "speech_places": "default",
        "speech_model": "default",
        "database_url": "default",
    }


@pytest.fixture
def own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a file .env, and nothing in the environment."""
    for name in [name for name in os.environ if name.startswith("SAHAYATA_")]:
        monkeypatch.delenv(name)
    for name in ("district.yaml", "prompts"):
        (tmp_path / name).symlink_to(PROJECT / name)
    lines = (
        "# Where it runs",
        "SAHAYATA_STATE=var/here",
        "export SAHAYATA_PORT_BASE=20000  # ours",
        'SAHAYATA_LOG_LEVEL="DEBUG"',
        "SAHAYATA_DATABASE_URL=postgresql://u:hu$sh${HOME}@127.0.0.1/x",
        "SAHAYATA_TRUNKS=",
    )
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_the_file_env_is_read_and_named(
    own_project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    settings = load(project=own_project)
    assert settings.state.root == own_project / "var" / "here"
    assert (settings.ports.base, settings.log_level) == (20000, "DEBUG")
    assert settings.database_url == "postgresql://u:hu$sh${HOME}@127.0.0.1/x"
    assert settings.trunks == ()
    assert {s.name for s in settings.origins if s.origin == ".env"} == {
        "state",
        "port_base",
        "log_level",
        "database_url",
    }


def test_the_model_for_speech_is_below_the_state_unless_it_is_named(own_project: Path) -> None:
    load_it = partial(load, project=own_project)
    assert load_it(environment={"SAHAYATA_STATE": "/srv/one"}).speech_model == Path(
        "/srv/one/speech-model"
    )
    assert load_it().speech_model == own_project / "var" / "here" / "speech-model"
    named = load_it(
        environment={"SAHAYATA_SPEECH_MODEL": "/models/hi", "SAHAYATA_SPEECH_PLACES": "9"}
    )
    assert (named.speech_model, named.speech_places) == (Path("/models/hi"), 9)
    (own_project / ".env").write_text("SAHAYATA_SPEECH_MODEL=models/hi\n", encoding="utf-8")
    assert load_it().speech_model == own_project / "models" / "hi"
    with pytest.raises(BadSetting, match=r"speech_places .*no whole number between 0 and 200"):
        load_it(environment={"SAHAYATA_SPEECH_PLACES": "all"})


def test_the_environment_wins_over_the_file_and_words_over_both(
    own_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHAYATA_PORT_BASE", "25000")
    monkeypatch.setenv("SAHAYATA_LOG_LEVEL", "")
    assert load(project=own_project).ports.base == 25000
    assert load(project=own_project).log_level == "INFO", "an empty one means the default"
    assert load(project=own_project, port_base=30000).ports.base == 30000
    assert load(project=own_project, environment={}).ports.base == 15000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"SAHAYATA_PORT_BASE=80", r"port_base \(\.env\): port base 80 is not between"),
        (b"SAHAYATA_LOG_LEVEL=\xff", r"\.env: is no text in UTF-8"),
    ],
)
def test_a_fault_of_the_file_is_named(own_project: Path, content: bytes, says: str) -> None:
    (own_project / ".env").write_bytes(content)
    with pytest.raises(BadSetting, match=says):
        load(project=own_project)


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        ((), "up --demo"),
        (("STATE=here",), 'up --demo --state "here"'),
        (("PORT_BASE=20000",), "up --demo --port-base 20000"),
        (("STATE=here", "PORT_BASE=20000"), 'up --demo --state "here" --port-base 20000'),
    ],
)
def test_make_run_passes_on_only_what_was_said(words: tuple[str, ...], passed: str) -> None:
    environment = {"PATH": os.environ["PATH"], "SAHAYATA_STATE": "x", "SAHAYATA_PORT_BASE": "1"}
    make = ["make", "--no-print-directory", "-n", "run", *words]
    said = subprocess.run(
        make, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert " ".join(said.splitlines()[-1].split()) == f".venv/bin/sahayata {passed}"


def test_the_database_url_is_never_shown() -> None:
    settings = load(environment={"SAHAYATA_DATABASE_URL": "postgresql://u:hush@127.0.0.1/x"})
    assert "hush" not in repr(settings)
    assert [s.shown for s in settings.origins if s.name == "database_url"] == ["****"]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SAHAYATA_PORT_BASE", "80", "port_base (SAHAYATA_PORT_BASE): port base 80 is not between"),
        ("SAHAYATA_PORT_BASE", "many", "port_base (SAHAYATA_PORT_BASE)"),
        ("SAHAYATA_TRUNKS", "10.0.0.1, here", "trunks (SAHAYATA_TRUNKS): 'here' does not appear"),
        ("SAHAYATA_DRAIN_S", "-1", "drain_s (SAHAYATA_DRAIN_S): '-1' is no whole number between"),
        ("SAHAYATA_LEAST_FREE_MB", "a lot", "least_free_mb (SAHAYATA_LEAST_FREE_MB): 'a lot'"),
        ("SAHAYATA_SIP_BIND", "localhost", "'localhost' is no IP address"),
        ("SAHAYATA_LOG_LEVEL", "loud", "log_level (SAHAYATA_LOG_LEVEL): 'loud' is not"),
        (
            "SAHAYATA_DATABASE_URL",
            "mysql://root:hush@db",
            "begin it with sqlite:/// or postgresql://",
        ),
    ],
)
def test_an_invalid_setting_is_named_with_where_it_came_from(
    name: str, value: str, says: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        load(environment={name: value})
    assert says in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("listens", "reached"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.7", "192.0.2.7"), ("::1", "::1")],
)
def test_this_machine_reaches_its_own_telephony(listens: str, reached: str) -> None:
    assert load(environment={"SAHAYATA_SIP_BIND": listens}).sip_host == reached


def test_two_instances_a_span_apart_share_no_port() -> None:
    def all_ports(ports: Ports) -> set[int]:
        return {ports.sip, ports.ami, ports.agi, ports.http, *ports.rtp}

    assert not all_ports(Ports(15000)) & all_ports(Ports(15000 + SPAN))


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = load_or_create(file, ["201"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = load_or_create(file, ["201", "202"])
    assert again.phone_key == first.phone_key
    assert again.extensions["201"] == first.extensions["201"]
    assert again.extensions["202"] != first.extensions["201"]
    assert load_or_create(file, []).extensions == again.extensions
    assert again.agi == first.agi
    assert first.extensions["201"] not in repr(first)
    assert first.agi not in repr(first)


def test_secrets_of_an_older_version_get_what_is_new(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = load_or_create(file, ["201"])
    older = json.loads(file.read_text())
    del older["agi"]
    file.write_text(json.dumps(older))
    now = load_or_create(file, ["201"])
    assert (now.phone_key, now.extensions) == (first.phone_key, first.extensions)
    assert now.agi not in ("", first.agi)
    assert load_or_create(file, ["201"]).agi == now.agi


@pytest.mark.parametrize("word", ["", "a,b" * 8, "a\nb" * 8, 7])
def test_a_password_that_asterisk_could_not_show_is_damage(tmp_path: Path, word: object) -> None:
    file = tmp_path / "secrets.json"
    load_or_create(file, [])
    file.write_text(json.dumps({**json.loads(file.read_text()), "agi": word}))
    with pytest.raises(SecretsUnreadable, match="restore it from a backup"):
        load_or_create(file, [])


@pytest.mark.parametrize(
    "content", ["", "[]", "{", "{}", '{"number_key": "12"}', '{"ami": {"a": 1}}']
)
def test_damaged_secrets_are_never_replaced(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(content)
    with pytest.raises(SecretsUnreadable, match="restore it from a backup"):
        load_or_create(file, [])
    assert file.read_text() == content
