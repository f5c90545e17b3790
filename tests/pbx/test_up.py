"""``sahayata up`` on a real Asterisk: it starts, keeps, drains and ends what it says it does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from sahayata.ports import SPAN
from sahayata.stores import open_database
from sahayata.supervisor.instance import InstanceState
from sahayata.supervisor.keeper import PartState
from sahayata.supervisor.preparation import LONGEST_DIR
from sahayata.supervisor.probes import answers_agi, answers_sip
from sahayata.telephone.call import HeardCall
from tests.pbx.citizens import Caller, dial, recordings, told
from tests.pbx.instance import READY_S, Instance, free_ports, of_folder
from tests.support.waiting import hold_until
from tickets.queries import find_ticket

PARTS = ("asterisk", "ticketing", "answering", "room", "console")


@pytest.fixture
def own(tmp_path: Path, port_base: int) -> Iterator[Instance]:
    """An instance that a test starts and ends itself."""
    instance = of_folder(tmp_path / "state", port_base)
    try:
        yield instance
    finally:
        instance.clear()


def answers(instance: Instance) -> bool:
    """Tell whether the short code can be called."""
    return asyncio.run(answers_sip(instance.settings))


def test_ready_means_that_a_call_can_be_taken(instance: Instance) -> None:
    ready = next(line for line in instance.said if line.startswith("ready"))
    ports = instance.settings.ports
    assert f"sip:1950@127.0.0.1:{ports.sip}" in ready
    assert answers(instance)
    assert asyncio.run(answers_agi(ports.agi))
    assert "fully booted" in instance.asterisk_rx("core waitfullybooted")
    status = instance.status
    assert status.running
    assert status.state is InstanceState.READY
    parts = {part.name: part.state for part in status.parts}
    assert parts == dict.fromkeys(PARTS, PartState.RUNNING)
    assert status.asterisk_version.startswith("22.")


def test_asterisk_starts_without_a_word_of_warning(instance: Instance) -> None:
    faults = [
        line
        for line in instance.log("asterisk").splitlines()
        if " WARNING[" in line or " ERROR[" in line
    ]
    assert faults == []


def test_everything_lies_in_the_folder_and_is_the_owners_alone(instance: Instance) -> None:
    etc = instance.settings.state.asterisk_etc
    assert {path.stat().st_mode & 0o077 for path in etc.rglob("*")} == {0}
    assert instance.settings.state.secrets.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", [name for name in PARTS if name != "asterisk"])
def test_what_dies_is_started_again(instance: Instance, name: str) -> None:
    before = instance.process_of(name)
    before.send(signal.SIGKILL)
    after = instance.wait_runs(name, other_than=before.pid)
    assert after != before
    assert instance.part(name).restarts >= 1
    assert "SIGKILL" in instance.part(name).last_error


def test_an_asterisk_that_dies_is_started_again(instance: Instance) -> None:
    before = instance.process_of("asterisk")
    boot = instance.asterisk_rx("dialplan show globals")
    before.send(signal.SIGKILL)
    instance.wait_runs("asterisk", other_than=before.pid)
    hold_until(lambda: answers(instance), "calls are taken again")
    assert instance.asterisk_rx("dialplan show globals") != boot, "a boot id of its own"


def test_a_server_that_hangs_is_replaced(instance: Instance) -> None:
    hung = instance.wait_runs("answering")
    hung.send(signal.SIGSTOP)
    instance.wait_runs("answering", other_than=hung.pid, limit_s=60)
    assert asyncio.run(answers_agi(instance.settings.ports.agi))


def test_a_second_instance_in_the_same_folder_is_refused(instance: Instance) -> None:
    second = of_folder(instance.settings.state.root, instance.settings.ports.base)
    assert second.start(ready=False).ended() == 1
    said = "\n".join(second.said)
    assert "an instance runs there already" in said
    assert instance.process is not None
    assert f"process {instance.process.pid}" in said
    assert instance.status.running


def test_a_taken_port_is_named_with_who_has_it(own: Instance) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taker:
        taker.bind(("127.0.0.1", own.settings.ports.sip))
        assert own.start(ready=False).ended() == 1
    said = "\n".join(own.said)
    assert f"UDP port {own.settings.ports.sip} on 127.0.0.1 is taken by" in said
    assert f"(process {os.getpid()})" in said


def test_a_folder_may_lie_deep_and_be_bare(tmp_path: Path, port_base: int) -> None:
    room = LONGEST_DIR - len(os.fsencode(tmp_path)) - 1
    deep = tmp_path / ("d" * (room - 41)) / ("e" * 40)
    assert len(os.fsencode(deep)) == LONGEST_DIR
    own = of_folder(deep, port_base)
    own.bare = True
    try:
        own.start()
        recordings()
        keys = "h:main_menu_food 3 h:q_youarenext 1 h:wait_leave_message 1 w:message_ask s3 #"
        call = asyncio.run(dial(own, Caller(keys, "9810000007")))
        one = told(own, call)
        assert one.file is not None
        assert "message_thanks" in one.heard
        assert len(list(own.settings.state.messages.iterdir())) == 1
        assert own.stop() == 0
    finally:
        own.clear()


def test_stopping_ends_every_process(own: Instance) -> None:
    own.start()
    parts = [part.process for part in own.status.parts]
    assert own.stop() == 0
    assert [process.alive for process in parts if process] == [False] * len(PARTS)
    assert own.status.state is InstanceState.STOPPED
    assert own.said[-1] == "stopped"


def test_one_that_is_stopped_while_it_starts_leaves_nothing(own: Instance) -> None:
    own.start(ready=False)
    hold_until(
        lambda: any(p.name == "asterisk" for p in own.status.parts), "Asterisk is being started"
    )
    assert own.stop() == 0
    assert not [line for line in own.said if line.startswith("ready")]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            words = cmdline(entry)
            assert str(own.settings.state.root).encode() not in words, words


def cmdline(entry: Path) -> bytes:
    """Give the words a process was started with; none when it has gone meanwhile."""
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def test_asterisk_answers_alone_and_the_next_up_takes_it_over(own: Instance) -> None:
    own.start()
    assert own.process is not None
    ours = [own.process_of(name) for name in PARTS if name != "asterisk"]
    asterisk = own.process_of("asterisk")
    own.process.kill()
    own.ended()
    hold_until(lambda: not any(process.alive for process in ours), "our processes ended with it")
    assert asterisk.alive
    assert answers(own)
    assert own.status.state is InstanceState.ALONE

    again = of_folder(own.settings.state.root, own.settings.ports.base)
    try:
        again.start()
        assert again.process_of("asterisk") == asterisk
        assert "Asterisk runs already, from an earlier run; its calls go on" in again.said
        assert again.stop() == 0
        assert not asterisk.alive
    finally:
        again.clear()


def test_an_asterisk_with_other_settings_is_replaced(own: Instance) -> None:
    own.start()
    assert own.process is not None
    asterisk = own.process_of("asterisk")
    own.process.kill()
    own.ended()

    again = of_folder(own.settings.state.root, own.settings.ports.base)
    again.environment = {**again.environment, "SAHAYATA_TRUNKS": "192.0.2.1"}
    try:
        again.start()
        assert again.process_of("asterisk") != asterisk
        assert not asterisk.alive
        assert "192.0.2.1" in again.asterisk_rx("pjsip show identifies")
    finally:
        again.clear()


async def call_each(instances: list[Instance]) -> list[HeardCall]:
    """Call all at once; each caller hears a number on the way to a queue, and hangs up there."""

    async def call(instance: Instance, number: str) -> HeardCall:
        hang_up = asyncio.Event()
        calling = asyncio.create_task(dial(instance, Caller("h:main_menu_food 3", number), hang_up))
        channels = partial(instance.asterisk_rx, "core show channels concise")
        await asyncio.to_thread(hold_until, lambda: "!Queue!" in channels(), "queued")
        hang_up.set()
        return await calling

    recordings()  # before the calls: it takes a second of all the attention there is
    numbers = (f"981000000{place}" for place in range(len(instances)))
    return await asyncio.gather(*map(call, instances, numbers))


def test_two_instances_a_span_apart_run_beside_each_other(tmp_path: Path) -> None:
    with contextlib.ExitStack() as left:
        # Far from all other tests: the voices of their calls use the ports a span above them.
        base = left.enter_context(free_ports(range(23010, 26000, 20)))
        beside = left.enter_context(free_ports([base + SPAN]))
        both = [of_folder(tmp_path / str(at), at) for at in (base, beside)]
        for one in both:
            left.callback(one.clear)
            one.start(ready=False)
        for one in both:
            one.wait_said("ready", READY_S)
        calls = asyncio.run(call_each(both))
        for one, other, call in zip(both, reversed(both), calls, strict=True):
            found = told(one, call)
            assert found.numbers
            assert found.file is not None
            assert set(found.numbers) == {found.file.ticket.number}
            assert found.found.queue == "medical"
            engine = open_database(other.settings)
            assert find_ticket(engine, found.numbers[0]) is None, "the other knows nothing of it"
            engine.dispose()
