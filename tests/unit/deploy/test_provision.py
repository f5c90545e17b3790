"""Finding or making an Asterisk, with tools that only say what they were told."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.console import Console

from deploy import asterisk_home, debian_root, provision, sandbox, tools
from deploy.asterisk_home import AsteriskMissing, in_root, on_path, parse_version

STATUS = """\
Package: base-files
Version: 13

Package: asterisk
Status: install ok installed
Version: 1:22.10.1~dfsg+~cs6-1
Description: x
"""


def tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def root_of(folder: Path) -> Path:
    """Lay out what is looked for in a root file system."""
    (folder / "var/lib/dpkg").mkdir(parents=True)
    (folder / "var/lib/dpkg/status").write_text(STATUS)
    modules = folder / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    modules.mkdir(parents=True)
    (modules / "chan_pjsip.so").touch()
    (folder / "usr/share/asterisk/documentation").mkdir(parents=True)
    (folder / "bin").symlink_to("usr/bin")
    return folder


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of our own before the machine's, an apt that knows nothing, a cache of our own."""
    folder = tmp_path / "bin"
    tool(folder, "apt-get", "true")
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def no_asterisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.provision.on_path", lambda: None)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1~dfsg+~cs6.17", (22, 10, 1)),
        ("Asterisk 20.6", (20, 6, 0)),
        ("certified-20.7-cert5", (20, 7, 0)),
        ("nothing", (0, 0, 0)),
    ],
)
def test_versions_are_read_as_asterisk_writes_them(
    text: str, version: tuple[int, int, int]
) -> None:
    assert parse_version(text) == version


def test_one_on_path_is_used_when_it_is_new_enough(bin_folder: Path) -> None:
    tool(bin_folder, "asterisk", "echo Asterisk 18.1.0")
    assert on_path() is None
    tool(bin_folder, "asterisk", "exit 1")
    assert on_path() is None


@pytest.fixture
def modules_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let what an Asterisk on PATH needs lie in a folder of the test, seen from ``/``."""
    folder = tmp_path / "installed"
    (folder / "modules").mkdir(parents=True)
    (folder / "modules" / "chan_pjsip.so").touch()
    (folder / "data" / "documentation").mkdir(parents=True)
    inside = folder.relative_to("/")
    monkeypatch.setattr("deploy.asterisk_home.MODULE_FOLDERS", (f"{inside}/modules",))
    monkeypatch.setattr("deploy.asterisk_home.DATA_FOLDERS", (f"{inside}/data",))
    return folder


@pytest.mark.parametrize("version", ["22.10.1", "23.0.0"])
def test_one_on_path_as_new_as_we_ask_for_is_used(
    bin_folder: Path,
    modules_on_this_machine: Path,
    capsys: pytest.CaptureFixture[str],
    version: str,
) -> None:
    tool(bin_folder, "asterisk", f"echo Asterisk {version}")
    found = provision.find()
    assert found == provision.provision(Console(quiet=True)) == on_path()
    assert (found.version, found.root, found.old) == (version, None, False)
    assert found.binary == bin_folder / "asterisk"
    assert found.modules == modules_on_this_machine / "modules"
    assert found.data == modules_on_this_machine / "data"
    assert provision.main() == 0
    assert "Warning" not in capsys.readouterr().err


def test_an_older_one_on_path_is_used_with_a_warning(
    bin_folder: Path, modules_on_this_machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tool(bin_folder, "asterisk", "echo Asterisk 20.6.0")
    found = provision.find()
    assert found == provision.provision(Console(quiet=True))
    assert (found.version, found.root, found.old) == ("20.6.0", None, True)
    assert provision.main() == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "Asterisk 20.6.0 at" in said
    assert "Warning: it is older than 22.10.1" in said


def test_a_root_file_system_goes_before_an_older_one_on_path(
    bin_folder: Path, modules_on_this_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(bin_folder, "asterisk", "echo Asterisk 20.6.0")
    tool(bin_folder, "bwrap", "true")
    root_folders = ("usr/lib/*/asterisk/modules", "usr/share/asterisk")
    for name, folder in zip(("MODULE_FOLDERS", "DATA_FOLDERS"), root_folders, strict=True):
        ours = getattr(asterisk_home, name)
        monkeypatch.setattr(asterisk_home, name, (*ours, folder))
    root_of(debian_root.place())
    found = provision.find()
    assert found == provision.provision(Console(quiet=True))
    assert (found.version, found.root) == ("22.10.1", debian_root.place())


def test_one_on_path_that_lacks_its_modules_is_not_used(
    bin_folder: Path, modules_on_this_machine: Path
) -> None:
    tool(bin_folder, "asterisk", "echo Asterisk 22.10.1")
    (modules_on_this_machine / "modules" / "chan_pjsip.so").unlink()
    assert on_path() is None


def test_a_root_file_system_says_what_is_in_it(tmp_path: Path) -> None:
    asterisk = in_root(root_of(tmp_path / "root"))
    assert asterisk.version == "22.10.1"
    assert not asterisk.old
    assert asterisk.modules == Path("/usr/lib/x86_64-linux-gnu/asterisk/modules")
    assert asterisk.data == Path("/usr/share/asterisk")
    with pytest.raises(AsteriskMissing):
        in_root(tmp_path / "nothing")


MAKER = f"""
echo "$@" >>"$(dirname "$0")/asked"
for step in {" ".join(f"'{step}'" for step in debian_root.STEPS)}; do echo "I: $step..." >&2; done
"""


def test_it_is_made_once_and_found_again(
    bin_folder: Path, tmp_path: Path, no_asterisk: None
) -> None:
    made = root_of(tmp_path / "made")
    tool(bin_folder, "mmdebstrap", f"{MAKER}\ntar -c -C {made} .")
    with pytest.raises(AsteriskMissing, match="make setup"):
        provision.find()
    console = Console(quiet=True)
    first = provision.provision(console)
    second = provision.provision(console)
    assert first == second == provision.find()
    assert first.root == debian_root.place()
    asked = (bin_folder / "asked").read_text().splitlines()
    assert len(asked) == 1
    assert 'Acquire::Check-Valid-Until "false"' in asked[0]
    assert [p.name for p in debian_root.cache().iterdir() if p.is_dir()] == [
        debian_root.place().name
    ]


def test_a_damaged_one_is_made_anew(bin_folder: Path, tmp_path: Path, no_asterisk: None) -> None:
    tool(bin_folder, "mmdebstrap", f"{MAKER}\ntar -c -C {root_of(tmp_path / 'made')} .")
    debian_root.place().mkdir(parents=True)
    with pytest.raises(AsteriskMissing, match=r"is damaged .* run make setup"):
        provision.find()
    assert provision.provision(Console(quiet=True)) == provision.find()


def test_two_at_once_do_the_work_once(bin_folder: Path, tmp_path: Path, no_asterisk: None) -> None:
    tool(bin_folder, "mmdebstrap", f"{MAKER}\ntar -c -C {root_of(tmp_path / 'made')} .")
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda _: provision.provision(Console(quiet=True)), range(3)))
    assert found == [found[0]] * 3
    assert len((bin_folder / "asked").read_text().splitlines()) == 1


def test_what_failed_half_way_leaves_nothing(
    bin_folder: Path, tmp_path: Path, no_asterisk: None
) -> None:
    tool(bin_folder, "mmdebstrap", f"{MAKER}\necho 'E: no such mirror' >&2\nexit 25")
    with pytest.raises(debian_root.BuildFailed, match="no such mirror"):
        provision.provision(Console(quiet=True))
    assert [p for p in debian_root.cache().iterdir() if p.is_dir()] == []


def test_progress_counts_the_steps(bin_folder: Path, tmp_path: Path) -> None:
    tool(bin_folder, "mmdebstrap", f"{MAKER}\ntar -c -C {root_of(tmp_path / 'made')} .")
    seen: list[tuple[int, str]] = []
    debian_root.build(tmp_path / "cache" / "root", lambda done, what: seen.append((done, what)))
    assert seen == list(enumerate(debian_root.STEPS))


def test_the_mirror_is_the_one_of_this_machine_and_written_nowhere(bin_folder: Path) -> None:
    tool(
        bin_folder,
        "apt-get",
        'echo "http://sec.test Debian Debian-Security"; echo "http://m.test/debian Debian Debian"',
    )
    assert debian_root.mirror() == ["http://m.test/debian"]
    tool(bin_folder, "apt-get", 'echo "http://u.test Ubuntu Ubuntu"')
    assert debian_root.mirror() == [], "mmdebstrap knows one itself"


def test_only_missing_tools_are_installed(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(bin_folder, "mmdebstrap", "true")
    tool(bin_folder, "bwrap", "true")
    tools.install(("mmdebstrap", "bwrap"), pytest.fail)


def test_apt_is_asked_again_after_an_update(
    bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("env", "dirname", "touch", "sh"):
        (bin_folder / name).symlink_to(f"/usr/bin/{name}")
    script = f"""case "$1" in
update) touch {tmp_path}/updated ;;
install)
  [ -e {tmp_path}/updated ] || exit 100
  echo '#!/bin/sh' >{bin_folder}/bwrap
  /usr/bin/chmod +x {bin_folder}/bwrap ;;
esac"""
    tool(bin_folder, "apt-get", script)
    tool(bin_folder, "sudo", 'exec "$@"')
    monkeypatch.setenv("PATH", str(bin_folder))
    said: list[str] = []
    tools.install(("bwrap",), said.append)
    assert len(said) == 1
    assert "bubblewrap" in said[0]


def test_without_root_and_sudo_the_message_says_what_to_do(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(bin_folder, "apt-get", "exit 1")
    monkeypatch.setenv("PATH", str(bin_folder))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(tools.ToolMissing, match="sudo apt-get install bubblewrap"):
        tools.install(("bwrap",), lambda line: None)


def test_inside_there_is_the_root_file_system_and_what_we_show(
    bin_folder: Path, tmp_path: Path
) -> None:
    tool(bin_folder, "bwrap", "true")
    asterisk = in_root(root_of(tmp_path / "root"))
    sight = sandbox.Sight((Path("/srv/state"),), (Path("/srv"),), run=Path("/srv/state/run"))
    words = " ".join(sandbox.command(asterisk, sight, ["/usr/sbin/asterisk", "-f"]))
    assert words.startswith("bwrap --ro-bind")
    assert words.endswith("-- /usr/sbin/asterisk -f")
    assert words.index("--ro-bind /srv /srv") < words.index("--bind /srv/state /srv/state")
    assert "--bind /srv/state/run /run/sahayata --" in words
    assert "--symlink usr/bin /bin" in words
    assert "--die-with-parent" not in words, "Asterisk outlives us"


@pytest.mark.parametrize("path", ["/usr/local/x", "/etc/sahayata", "/dev/shm/x"])
def test_a_folder_that_would_be_hidden_is_refused(tmp_path: Path, path: str) -> None:
    asterisk = in_root(root_of(tmp_path / "root"))
    with pytest.raises(AsteriskMissing, match="choose another place"):
        sandbox.command(asterisk, sandbox.Sight((Path(path),)), ["true"])


def test_without_bubblewrap_root_uses_chroot_and_others_are_told(
    bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(bin_folder, "bwrap", "exit 1")
    asterisk = in_root(root_of(tmp_path / "root"))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    argv = sandbox.command(asterisk, sandbox.Sight((Path("/srv/state"),)), ["true"])
    assert argv[:4] == ["unshare", "--mount", "--propagation", "private"]
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(AsteriskMissing, match="run as root, or install asterisk"):
        sandbox.command(asterisk, sandbox.Sight((Path("/srv/state"),)), ["true"])
