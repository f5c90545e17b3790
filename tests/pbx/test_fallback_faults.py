"""All of ours is dead, and something else is broken too: callers reach an operator all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from sahayata.telephone.call import HeardCall
from tests.pbx.alone import SEATS, dial, dial_all, left_alone, prompts, records
from tests.pbx.citizens import Caller, recordings
from tests.pbx.instance import Instance
from tests.pbx.test_operators import room
from tests.pbx.test_without_us import shows
from tickets.number import number_at
from tickets.spool import SpoolKind

NUMBERS = (number_at(b"a key of its own", place) for place in range(1000))
NUMBER = next(number for number in NUMBERS if {"0", "5"} <= set(number))
# What our server may have done before it died, as extensions to be dialled.
BEFORE = {
    "7101": [f"Set,SAHAYATA_TICKET={NUMBER}"],
    "7102": [f"Set,SAHAYATA_TICKET={NUMBER}", "Set,SAHAYATA_QUEUE=ration"],
    "7103": ["Set,SAHAYATA_TICKET=12x45", "Set,SAHAYATA_PRIORITY=9x"],
}
CALLS = {
    "with_a_number": Caller("w:greeting w0 1 w2 # w3 0", "9810000301", dials="7101"),
    "with_a_queue": Caller("", "9810000302", dials="7102"),
    "with_rubbish": Caller("w2 0", "9810000303", dials="7103"),
}
SPOILT = {
    "with_a_number": Caller("w:greeting w0 1 w2 # w30", "9810000313", dials="7101"),
    "with_a_queue": Caller("", "9810000314", dials="7102"),
    "with_a_pin": Caller("w2 1 w2 122050 w:pin_right 1", "9810000315"),
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with left_alone(tmp_path_factory.mktemp("faults")) as instance:
        for extension, steps in BEFORE.items():
            for place, step in enumerate([*steps, "Goto,arrive,s,1"], start=1):
                add = f"dialplan add extension {extension},{place},{step} into citizens"
                assert "added" in instance.asterisk_rx(add)
        yield instance


@pytest.fixture(scope="module")
def calls(alone: Instance) -> dict[str, HeardCall]:
    return asyncio.run(dial_all(alone, CALLS))


def conversation(call: HeardCall) -> tuple[str, ...]:
    """Say what was heard, without what the queue says to one who waits."""
    return tuple(prompt for prompt in prompts(call.samples) if not prompt.startswith("q_"))


def test_a_number_that_we_had_given_is_told_and_no_new_one_issued(
    alone: Instance, calls: dict[str, HeardCall]
) -> None:
    heard = prompts(calls["with_a_number"].samples)
    assert heard[:2] == ("number_is", f"n_{NUMBER[0]}")
    assert heard[2:11] == tuple(f"n_{digit}" for digit in NUMBER[1:])
    written = records(alone, calls["with_a_number"])
    assert {record.number for record in written} == {NUMBER}
    assert [r.category for r in written if r.kind is SpoolKind.TICKET] == ["food"]
    assert heard[-1] == "operator_hello"


def test_a_caller_who_was_on_the_way_to_a_queue_is_asked_nothing(
    alone: Instance, calls: dict[str, HeardCall]
) -> None:
    digits = tuple(f"n_{digit}" for digit in NUMBER)
    assert conversation(calls["with_a_queue"]) == ("number_is", *digits, "operator_hello")
    ended = records(alone, calls["with_a_queue"])[-1]
    assert (ended.ending, ended.queue, ended.number) == ("to_queue", "ration", NUMBER)


def test_what_is_no_number_is_not_told(alone: Instance, calls: dict[str, HeardCall]) -> None:
    heard = prompts(calls["with_rubbish"].samples)
    assert heard[0] == "greeting"
    assert heard[-1] == "operator_hello"
    ticket = records(alone, calls["with_rubbish"])[0]
    assert (ticket.kind, ticket.category) == (SpoolKind.TICKET, "other")


def one_call(alone: Instance, keys: str = "w2 0") -> HeardCall:
    return asyncio.run(dial_all(alone, {"one": Caller(keys, "9810000310")}))["one"]


@contextmanager
def moved(path: Path) -> Iterator[None]:
    """Without a file or a folder."""
    away = path.rename(path.with_name(f"{path.name}.away"))
    try:
        yield
    finally:
        away.rename(path)


@contextmanager
def in_the_way(path: Path) -> Iterator[None]:
    """With a file where a folder should be: it cannot be written, by root neither."""
    with moved(path):
        path.write_text("in the way")
        try:
            yield
        finally:
            path.unlink()


def script(alone: Instance) -> Path:
    (found,) = (alone.settings.state.root / "asterisk").rglob("fallback-ticket")
    return found


@contextmanager
def other_script(alone: Instance, text: str) -> Iterator[None]:
    path = script(alone)
    with moved(path):
        path.write_text(text)
        path.chmod(0o700)
        try:
            yield
        finally:
            path.unlink()


BREAKS: dict[str, Callable[[Instance], AbstractContextManager[None]]] = {
    "the pool is empty": lambda alone: moved(alone.settings.state.pool),
    "the spool cannot be written": lambda alone: in_the_way(alone.settings.state.spool),
    "the script is killed": lambda alone: other_script(alone, "#!/bin/sh\nkill -9 $$\n"),
    "the script hangs": lambda alone: other_script(alone, "#!/bin/sh\nexec sleep 11\n"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_without_a_number_the_caller_is_told_so_and_joined(alone: Instance, what: str) -> None:
    with BREAKS[what](alone):
        call = one_call(alone)
    heard = prompts(call.samples)
    assert "no_number_now" in heard
    assert "number_is" not in heard
    assert heard[-1] == "operator_hello"


def test_without_recordings_the_keys_still_work(alone: Instance) -> None:
    async def live() -> HeardCall:
        async with room(alone, *SEATS):
            with moved(alone.settings.state.sounds / "hi"):
                return await dial(alone, Caller("w1 1 w1 122001 w1 1", "9810000312"))

    recordings()
    call = asyncio.run(live())
    assert prompts(call.samples) == ("operator_hello",)
    ticket = records(alone, call)[0]
    assert (ticket.category, ticket.answers) == ("food", {"pin": "122001"})


@contextmanager
def emptied(path: Path) -> Iterator[None]:
    """With nothing in a file, as a full disk leaves it."""
    with moved(path):
        path.write_bytes(b"")
        try:
            yield
        finally:
            path.unlink()


@contextmanager
def halved(path: Path) -> Iterator[None]:
    """With the first half of a file only: it would be cut in the middle of a word."""
    with moved(path):
        whole = path.with_name(f"{path.name}.away").read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        try:
            yield
        finally:
            path.unlink()


Spoil = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def spoilt(alone: Instance, how: Spoil, *patterns: str) -> Iterator[None]:
    """With these recordings spoilt in every format."""
    folder = alone.settings.state.sounds / "hi"
    with ExitStack() as all_of_them:
        for pattern in patterns:
            files = list(folder.glob(f"{pattern}.*"))
            assert len(files) >= 3, pattern
            for file in files:
                all_of_them.enter_context(how(file))
        yield


def did(alone: Instance, call: HeardCall) -> list[str]:
    """Give each step of a call as it was written down."""
    return [f"{step.node}: {step.did}" for step in records(alone, call)[-1].steps]


def test_who_cannot_hear_a_menu_is_not_asked_again_and_comes_to_an_operator(
    alone: Instance,
) -> None:
    with (
        spoilt(alone, moved, "needs_law"),
        spoilt(alone, emptied, "needs_essentials"),
        spoilt(alone, halved, "to_*"),
    ):
        call = one_call(alone, "w2 7")
    heard = conversation(call)
    said = heard.index("recording_missing")
    assert heard[said : said + 2] == ("recording_missing", "help_is_near")
    assert not [prompt for prompt in heard if prompt.startswith(("needs_", "to_"))]
    assert heard[-1] == "operator_hello"
    path = ["main_menu: key 7", "needs: silence", "ticket_at_once: ticket issued"]
    assert did(alone, call) == path
    assert records(alone, call)[-1].queue == "general"


def test_what_is_left_of_a_menu_is_said_and_its_keys_work(alone: Instance) -> None:
    with spoilt(alone, halved, "main_menu_ration", "pin_ask", "medical_now"):
        keys = "w:main_menu_needs 2 w:pin_skip # w:number_go_on 0"
        ration, lost = asyncio.run(
            dial_all(
                alone,
                {
                    "ration": Caller(keys, "9810000316"),
                    "silent": Caller("w2 1", "9810000317", 30.0),
                },
            )
        ).values()
    heard = prompts(ration.samples)
    menu = heard.index("main_menu_food")
    assert heard[menu : menu + 3] == ("main_menu_food", "recording_missing", "main_menu_medical")
    assert heard[heard.index("pin_skip") - 1] == "recording_missing"
    assert not {"main_menu_ration", "pin_ask"} & set(heard)
    # Who listens to the end of a menu may press when it is being asked again.
    path = did(alone, ration)
    chosen, skipped = path[path.index("pin: skipped") - 1 :][:2]
    assert (chosen[-7:], skipped) == (": key 2", "pin: skipped")
    assert heard[-1] == "operator_hello"
    # Nobody is asked three times for what cannot be asked: the ticket is issued without it.
    assert did(alone, lost)[:3] == ["main_menu: key 1", "pin: silence", "ticket: ticket issued"]


def outside_the_promise(heard: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the promise: it has numbers of its own."""
    begin, end = heard.index("promise_is"), heard.index("promise_until")
    return heard[:begin] + heard[end + 1 :]


@pytest.mark.parametrize(("digit", "how"), [("5", moved), ("0", halved)])
def test_a_number_is_said_whole_or_not_at_all(alone: Instance, digit: str, how: Spoil) -> None:
    with spoilt(alone, how, f"n_{digit}"):
        calls = asyncio.run(dial_all(alone, SPOILT))

    on_the_way = calls["with_a_queue"]
    assert conversation(on_the_way) == ("recording_missing", "operator_hello")
    assert records(alone, on_the_way)[-1].number == NUMBER

    given = prompts(calls["with_a_number"].samples)
    assert given[0] == "recording_missing"
    assert given[-1] == "operator_hello"
    assert "recording_missing" in given[given.index("promise_until") :]
    assert not [said for said in outside_the_promise(given) if said.startswith("n_")]
    assert not {"number_is", "number_again"} & set(given)
    assert {record.number for record in records(alone, calls["with_a_number"])} == {NUMBER}

    pin = prompts(calls["with_a_pin"].samples)
    assert pin[pin.index("pin_right") - 1] == "recording_missing"
    assert "pin_is" not in pin
    assert pin[-1] == "operator_hello"
    (ticket,) = (r for r in records(alone, calls["with_a_pin"]) if r.kind is SpoolKind.TICKET)
    assert ticket.answers == {"pin": "122050"}
    assert ticket.number is not None
    assert ("number_is" in pin) == (digit not in ticket.number)


def test_without_a_module_nothing_is_asked_and_the_queue_is_joined(alone: Instance) -> None:
    assert "Unloaded" in alone.asterisk_rx("module unload app_read.so")
    try:
        call = one_call(alone, "")
    finally:
        alone.asterisk_rx("module load app_read.so")
    assert conversation(call) == ("operator_hello",)


async def _changed(alone: Instance, caller: Caller, variable: str, value: int) -> HeardCall:
    """Change a variable of a call while it stands at the main menu."""
    call = asyncio.create_task(dial(alone, caller))
    await shows(alone, rf"!sub-fallback-ask!.*!{caller.number}!")
    said = await asyncio.to_thread(alone.asterisk_rx, "core show channels concise")
    (channel,) = [line.split("!")[0] for line in said.splitlines() if f"!{caller.number}!" in line]
    change = f"dialplan set chanvar {channel} {variable} {value}"
    await asyncio.to_thread(alone.asterisk_rx, change)
    return await call


def test_a_conversation_without_an_end_ends_with_an_operator(alone: Instance) -> None:
    """One goes in a circle, as if it had done so ninety times; one is past its time."""

    async def live() -> tuple[HeardCall, HeardCall]:
        async with room(alone, *SEATS):
            return await asyncio.gather(
                _changed(alone, Caller(f"w2 {'9' * 20}", "9810000321"), "SAHAYATA_TURNS", 90),
                _changed(alone, Caller("", "9810000322"), "TIMEOUT(absolute)", 1),
            )

    recordings()
    circle, endless = asyncio.run(live())
    for call in (circle, endless):
        assert prompts(call.samples)[-1] == "operator_hello"
        ended = records(alone, call)[-1]
        assert (ended.last_node, ended.queue) == ("straight_to_operator", "general")
    assert [step.did for step in records(alone, circle)[-1].steps][-1] == "key 9"
    assert "connecting" in prompts(endless.samples)
