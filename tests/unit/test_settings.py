"""Settings are read once, checked, and shown with their origin; secrets are made, never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sahayata.ports import SPAN, Ports
from sahayata.secrets import SecretsUnreadable, load_or_create
from sahayata.settings import BadSetting, load


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
        "database_url": "default",
    }


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
        ("SAHAYATA_LOG_LEVEL", "loud", "SAHAYATA_LOG_LEVEL: 'loud' is not"),
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
    assert first.extensions["201"] not in repr(first)


@pytest.mark.parametrize("content", ["", "[]", "{", "{}", '{"number_key": "12"}', '{"ami": {"a": 1}}'])
def test_damaged_secrets_are_never_replaced(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(content)
    with pytest.raises(SecretsUnreadable, match="restore it from a backup"):
        load_or_create(file, [])
    assert file.read_text() == content
