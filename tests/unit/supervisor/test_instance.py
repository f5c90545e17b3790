"""One instance in a place: the file that tells of it, its ports, its logs, its faults in words."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.asterisk_home import Asterisk
from sahayata.state import StateFolder
from sahayata.supervisor.faults import AlreadyRuns, CannotStart, in_words, require_room
from sahayata.supervisor.instance import (
    Instance,
    InstanceState,
    instance_status,
    only_one,
    read_instance,
)
from sahayata.supervisor.keeper import Part, PartState
from sahayata.supervisor.log_file import LogFile, turn_over
from sahayata.supervisor.preparation import require_short_path
from sahayata.supervisor.process_id import ProcessId
from sahayata.supervisor.taken_ports import Address, asterisk_addresses, require_free
from tests.unit.supervisor.places import settings_of


class TestInstance:
    @staticmethod
    def instance(up: ProcessId, part: ProcessId | None) -> Instance:
        now = datetime(2026, 6, 1, tzinfo=UTC)
        return Instance(
            up=up,
            state=InstanceState.READY,
            since=now,
            asterisk_version="22.10.1",
            port_base=20000,
            demo=True,
            configuration="abc",
            parts=(Part("asterisk", PartState.RUNNING, part, now, 3, "ended with 1"),),
            last_error="आग",
        )

    def test_it_is_read_back_as_it_was_written(self, tmp_path: Path) -> None:
        state = settings_of(tmp_path).state
        kept = self.instance(ProcessId(1, 2), ProcessId(3, 4))
        kept.write(state)
        assert read_instance(state) == kept
        assert [p.name for p in tmp_path.glob(".instance*")] == []

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', '{"format": 1}', "null"])
    def test_a_damaged_file_is_no_instance(self, tmp_path: Path, text: str) -> None:
        settings = settings_of(tmp_path)
        settings.state.instance.write_text(text)
        assert read_instance(settings.state) is None
        assert instance_status(settings).state is InstanceState.STOPPED

    def test_the_status_is_looked_up_and_not_believed(self, tmp_path: Path) -> None:
        settings = settings_of(tmp_path)
        own = ProcessId.of(os.getpid())
        assert own is not None
        gone = ProcessId(own.pid, own.started - 1)
        self.instance(own, own).write(settings.state)
        assert instance_status(settings).running
        self.instance(gone, own).write(settings.state)
        alone = instance_status(settings)
        assert (alone.running, alone.state) == (False, InstanceState.ALONE)
        self.instance(gone, gone).write(settings.state)
        stopped = instance_status(settings)
        assert (stopped.running, stopped.state) == (False, InstanceState.STOPPED)
        assert stopped.parts[0].state is PartState.ENDED
        assert stopped.last_error == "आग"

    def test_one_folder_has_one_instance(self, tmp_path: Path) -> None:
        state = settings_of(tmp_path).state
        second = only_one(state)
        with only_one(state), pytest.raises(AlreadyRuns, match="choose another --state"):
            second.__enter__()
        with only_one(state):
            pass


class TestPorts:
    def test_every_taken_port_is_named_with_who_has_it(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taker:
            taker.bind(("127.0.0.1", 0))
            taker.listen()
            port = taker.getsockname()[1]
            address = Address("the console", "127.0.0.1", port, socket.SOCK_STREAM)
            with pytest.raises(CannotStart) as refused:
                require_free((address, address))
        said = str(refused.value)
        assert said.count(f"the console: TCP port {port} on 127.0.0.1 is taken by ") == 2
        assert f"(process {os.getpid()})" in said
        assert said.endswith("Stop that program, or choose another --port-base")
        require_free((address,))

    def test_an_address_this_machine_has_not_is_said(self, tmp_path: Path) -> None:
        settings = replace(settings_of(tmp_path), sip_bind="192.0.2.1")
        with pytest.raises(CannotStart, match="no such address; set SAHAYATA_SIP_BIND"):
            require_free(asterisk_addresses(settings))


class TestLogFile:
    def test_it_turns_over_and_forgets_the_oldest(self, tmp_path: Path) -> None:
        log = LogFile(tmp_path / "a.log", most_bytes=10, kept=2)
        for number in range(8):
            log.write(b"%07d\n" % number)
        log.close()
        kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert kept == {"a.log": b"0000007\n", "a.log.1": b"0000006\n", "a.log.2": b"0000005\n"}

    def test_a_full_disk_costs_lines_and_nothing_else(self) -> None:
        log = LogFile(Path("/dev/full"))
        log.write(b"a line\n")
        assert log.lost > 0
        log.close()

    def test_what_is_not_there_is_not_turned_over(self, tmp_path: Path) -> None:
        turn_over(tmp_path / "nothing.log")
        assert list(tmp_path.iterdir()) == []


class TestPlainWords:
    @pytest.mark.parametrize(
        ("number", "says"),
        [
            (errno.ENOSPC, "the disk is full; make room"),
            (errno.EACCES, "may not; change its owner"),
            (errno.EROFS, "can only be read"),
            (errno.ENOTDIR, "a file lies where a folder should be"),
            (errno.EIO, "Input/output error"),
        ],
    )
    def test_a_fault_of_a_file_says_what_to_do(self, number: int, says: str) -> None:
        said = in_words(OSError(number, os.strerror(number), "/srv/x"), "the tickets")
        assert said.startswith("the tickets: /srv/x: ")
        assert says in said

    def test_a_nearly_full_disk_is_refused_with_how_much_there_is(self, tmp_path: Path) -> None:
        with pytest.raises(CannotStart, match=r"\d+ MB are free, 999999999999 MB are needed"):
            require_room(tmp_path, 999_999_999_999)
        require_room(tmp_path, 1)

    @pytest.mark.parametrize(("root", "most"), [(Path("/r"), 150), (None, 81)])
    def test_a_folder_too_deep_for_asterisk_is_refused(self, root: Path | None, most: int) -> None:
        asterisk = Asterisk("22.10.1", root, Path("/a"), Path("/m"), Path("/d"))
        require_short_path(StateFolder(Path("/" + "d" * (most - 1))), asterisk)
        with pytest.raises(CannotStart, match=f"too long .* at most {most} bytes"):
            require_short_path(StateFolder(Path("/" + "d" * most)), asterisk)
