"""All of ours is dead, and something else is broken too: callers reach an operator all the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.voice.espeak import Espeak
from ivr.voice.masters import FOLDER, read_masters
from ivr.voice.processing import process
from sahayata.studio import open_booth
from sahayata.telephone.call import HeardCall
from sahayata.telephone.listener import Listener
from tests.pbx.alone import SEATS, channel_of, dial_all, left_alone, prompts, records
from tests.pbx.citizens import Caller, dial, recordings
from tests.pbx.instance import Instance
from tests.pbx.test_operators import room
from tests.pbx.test_without_us import shows
from tickets.number import number_at
from tickets.spool import SpoolKind

NUMBERS = [number_at(b"a key of its own", place) for place in range(1000)]
FIVE = next(number for number in NUMBERS if "5" in number and "0" not in number)
ZERO = next(number for number in NUMBERS if "0" in number and "5" not in number)
NAMED = "helpline_name"
"""A sentence every caller hears."""
NO_NUMBER = {
    "the pool is empty": "7111",
    "the spool cannot be written": "7112",
    "the script is killed": "7113",
    "the script hangs": "7114",
}
SLOW = "7115"
"""Here the script takes too long to write how the first stay in a queue ended."""
CALLS = {
    "slow": Caller("w2 0", "9810000326", dials=SLOW),
    "with_a_number": Caller("h:greeting 1 w2 # h:number_is 0", "9810000301", dials="7101"),
    "with_a_queue": Caller("", "9810000302", dials="7102"),
    "with_rubbish": Caller("w2 0", "9810000303", dials="7103"),
} | {
    what: Caller("w2 0", f"981000{extension}", dials=extension)
    for what, extension in NO_NUMBER.items()
}
SPOILT = {
    "five_given": Caller("h:greeting 1 w2 #", "9810000313", dials="7101"),
    "five_to_queue": Caller("", "9810000314", dials="7102"),
    "five_in_pin": Caller("w2 1 w2 122055 h:pin_right 1", "9810000315"),
    "zero_given": Caller("h:greeting 1 w2 #", "9810000323", dials="7104"),
    "zero_to_queue": Caller("", "9810000324", dials="7105"),
    "zero_in_pin": Caller("w2 1 w2 122000 h:pin_right 1", "9810000325"),
    "needs": Caller("w2 7", "9810000318"),
    "ration": Caller("h:main_menu_needs 2 h:pin_skip # h:number_go_on 0", "9810000316"),
    "silent": Caller("w2 1 h:promise_is !", "9810000317"),
}


def before(extension: str, alone: Instance) -> list[str]:
    """What our server may have done before it died, or what is wrong with the script."""
    program = f"SAHAYATA_FALLBACK_AGI={script(alone).parent}"
    return {
        "7101": [f"Set,SAHAYATA_TICKET={FIVE}"],
        "7102": [f"Set,SAHAYATA_TICKET={FIVE}", "Set,SAHAYATA_QUEUE=ration"],
        "7103": ["Set,SAHAYATA_TICKET=12x45", "Set,SAHAYATA_PRIORITY=9x"],
        "7104": [f"Set,SAHAYATA_TICKET={ZERO}"],
        "7105": [f"Set,SAHAYATA_TICKET={ZERO}", "Set,SAHAYATA_QUEUE=ration"],
    }.get(extension, [f"Set,{program}/{extension}"])


def script(alone: Instance) -> Path:
    (found,) = (alone.settings.state.root / "asterisk").rglob("fallback-ticket")
    return found


def break_scripts(alone: Instance) -> None:
    """Write scripts that give no number, each named as the extension whose calls use it."""
    state = alone.settings.state
    whole = script(alone).read_text(encoding="utf-8")
    without_pool, without_spool = state.root / "without_pool", state.root / "without_spool"
    without_pool.mkdir()
    without_spool.mkdir()
    (without_spool / "pool").symlink_to(state.pool.parent)
    # With a file where a folder should be it cannot be written, by root neither.
    (without_spool / "spool").write_text("in the way")
    texts = {
        "the pool is empty": whole.replace(f"={state.root} ", f"={without_pool} "),
        "the spool cannot be written": whole.replace(f"={state.root} ", f"={without_spool} "),
        "the script is killed": "#!/bin/sh\nkill -9 $$\n",
        "the script hangs": "#!/bin/sh\nexec sleep 11\n",
    }
    once = state.root / "slow_once"
    slow = f'[ "$1" = queue_ended ] && mkdir {once} && exec sleep 11\n'
    named = {NO_NUMBER[what]: text for what, text in texts.items()}
    for name, text in (named | {SLOW: whole.replace("\n", f"\n{slow}", 1)}).items():
        assert text != whole
        path = script(alone).with_name(name)
        path.write_text(text)
        path.chmod(0o700)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with left_alone(tmp_path_factory.mktemp("faults")) as instance:
        break_scripts(instance)
        for extension in {caller.dials for caller in (CALLS | SPOILT).values()} - {"1950"}:
            steps = [*before(extension, instance), "Goto,arrive,s,1"]
            for place, step in enumerate(steps, start=1):
                add = f"dialplan add extension {extension},{place},{step} into citizens"
                assert "added" in instance.asterisk_rx(add)
        yield instance


async def _changed(alone: Instance, caller: Caller, variable: str, value: int) -> HeardCall:
    """Change a variable of a call while it stands at the main menu."""
    call = asyncio.create_task(dial(alone, caller))
    await shows(alone, rf"!sub-fallback-ask!.*!{caller.number}!")
    channel = await channel_of(alone, caller.number)
    change = f"dialplan set chanvar {channel} {variable} {value}"
    await asyncio.to_thread(alone.asterisk_rx, change)
    return await call


async def _all_at_once(alone: Instance) -> dict[str, HeardCall]:
    in_a_circle, without_end = Caller(f"w2 {'9' * 20}", "9810000321"), Caller("", "9810000322")
    async with asyncio.TaskGroup() as group:
        all_others = group.create_task(dial_all(alone, CALLS))
        circle = group.create_task(_changed(alone, in_a_circle, "SAHAYATA_TURNS", 90))
        endless = group.create_task(_changed(alone, without_end, "TIMEOUT(absolute)", 1))
    return all_others.result() | {"circle": circle.result(), "endless": endless.result()}


@pytest.fixture(scope="module")
def calls(alone: Instance) -> dict[str, HeardCall]:
    return asyncio.run(_all_at_once(alone))


def conversation(call: HeardCall) -> tuple[str, ...]:
    """Say what was heard, without what the queue says to one who waits: how many there are."""
    heard = " ".join(prompts(call.samples))
    return tuple(re.sub(r"\bq_\w+( n_\w+ q_\w+)?", "", heard).split())


def test_a_number_that_we_had_given_is_told_and_no_new_one_issued(
    alone: Instance, calls: dict[str, HeardCall]
) -> None:
    heard = prompts(calls["with_a_number"].samples)
    assert heard[:2] == ("number_is", f"n_{FIVE[0]}")
    assert heard[2:11] == tuple(f"n_{digit}" for digit in FIVE[1:])
    written = records(alone, calls["with_a_number"])
    assert {record.number for record in written} == {FIVE}
    assert [r.category for r in written if r.kind is SpoolKind.TICKET] == ["food"]
    assert heard[-1] == "operator_hello"


def test_a_caller_who_was_on_the_way_to_a_queue_is_asked_nothing(
    alone: Instance, calls: dict[str, HeardCall]
) -> None:
    digits = tuple(f"n_{digit}" for digit in FIVE)
    assert conversation(calls["with_a_queue"]) == ("number_is", *digits, "operator_hello")
    ended = records(alone, calls["with_a_queue"])[-1]
    assert (ended.ending, ended.queue, ended.number) == ("to_queue", "ration", FIVE)


def test_a_pen_that_is_slow_keeps_nobody_waiting_and_writes_after_the_hang_up(
    alone: Instance, calls: dict[str, HeardCall]
) -> None:
    assert (alone.settings.state.root / "slow_once").exists()
    written = records(alone, calls["slow"])
    (visit,) = (record for record in written if record.kind is SpoolKind.QUEUE_ENDED)
    assert (visit.how, visit.queue) == ("served", "general")
    assert visit.talk_s < 10.0


def test_what_is_no_number_is_not_told(alone: Instance, calls: dict[str, HeardCall]) -> None:
    heard = prompts(calls["with_rubbish"].samples)
    assert heard[0] == "greeting"
    assert heard[-1] == "operator_hello"
    ticket = records(alone, calls["with_rubbish"])[0]
    assert (ticket.kind, ticket.category) == (SpoolKind.TICKET, "other")


@contextmanager
def moved(path: Path) -> Iterator[None]:
    """Without a file or a folder."""
    away = path.rename(path.with_name(f"{path.name}.away"))
    try:
        yield
    finally:
        away.rename(path)


@pytest.mark.parametrize("what", NO_NUMBER)
def test_without_a_number_the_caller_is_told_so_and_joined(
    calls: dict[str, HeardCall], what: str
) -> None:
    heard = prompts(calls[what].samples)
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


def test_what_an_official_recorded_is_said_though_it_is_shorter(alone: Instance) -> None:
    """The dialplan was made with the project's lengths, and nobody of ours is there to tell it."""
    booth = open_booth(alone.settings, "hi")
    said = Espeak("hi").speak("यह हेल्पलाइन है", 1.0)
    pcm = process(said.samples, said.rate, sentence=True)
    assert pcm.size < 0.8 * read_masters(booth.prompts / FOLDER)[NAMED].frames
    booth.keep(NAMED, pcm, who="asha", how="file", at=datetime.now(UTC))
    try:
        call = asyncio.run(dial(alone, Caller("w6 !", "9810000331")))
        ear = Listener(booth.prompts / FOLDER, booth.sounds / "hi")
        assert [item.prompt for item in ear.hear(call.samples)][:2] == ["greeting", NAMED]
        assert NAMED not in prompts(call.samples), "not the project's recording"
    finally:
        booth.put_back(NAMED, 0)
    call = asyncio.run(dial(alone, Caller("w6 !", "9810000332")))
    assert prompts(call.samples)[:2] == ("greeting", NAMED)


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


@pytest.fixture(scope="module")
def spoilt_calls(alone: Instance) -> dict[str, HeardCall]:
    """Calls with all of these recordings spoilt at once: each meets its own."""
    with (
        spoilt(alone, moved, "needs_law", "n_5"),
        spoilt(alone, emptied, "needs_essentials"),
        spoilt(alone, halved, "to_*", "main_menu_ration", "pin_ask", "medical_now", "n_0"),
    ):
        return asyncio.run(dial_all(alone, SPOILT))


def did(alone: Instance, call: HeardCall) -> list[str]:
    """Give each step of a call as it was written down."""
    return [f"{step.node}: {step.did}" for step in records(alone, call)[-1].steps]


def test_who_cannot_hear_a_menu_is_not_asked_again_and_comes_to_an_operator(
    alone: Instance, spoilt_calls: dict[str, HeardCall]
) -> None:
    heard = conversation(spoilt_calls["needs"])
    said = heard.index("recording_missing")
    assert heard[said : said + 2] == ("recording_missing", "help_is_near")
    assert not [prompt for prompt in heard if prompt.startswith(("needs_", "to_"))]
    assert heard[-1] == "operator_hello"
    path = ["main_menu: key 7", "needs: silence", "ticket_at_once: ticket issued"]
    assert did(alone, spoilt_calls["needs"]) == path
    assert records(alone, spoilt_calls["needs"])[-1].queue == "general"


def test_what_is_left_of_a_menu_is_said_and_its_keys_work(
    alone: Instance, spoilt_calls: dict[str, HeardCall]
) -> None:
    heard = prompts(spoilt_calls["ration"].samples)
    menu = heard.index("main_menu_food")
    assert heard[menu : menu + 3] == ("main_menu_food", "recording_missing", "main_menu_medical")
    assert heard[heard.index("pin_skip") - 1] == "recording_missing"
    assert not {"main_menu_ration", "pin_ask"} & set(heard)
    assert did(alone, spoilt_calls["ration"])[:2] == ["main_menu: key 2", "pin: skipped"]
    assert heard[-1] == "operator_hello"
    # Nobody is asked three times for what cannot be asked: the ticket is issued without it.
    path = ["main_menu: key 1", "pin: silence", "ticket: ticket issued"]
    assert did(alone, spoilt_calls["silent"])[:3] == path


def outside_the_promise(heard: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the promise: it has numbers of its own."""
    begin, end = heard.index("promise_is"), heard.index("promise_until")
    return heard[:begin] + heard[end + 1 :]


@pytest.mark.parametrize(("missing", "given"), [("five", FIVE), ("zero", ZERO)])
def test_a_number_is_said_whole_or_not_at_all(
    alone: Instance, spoilt_calls: dict[str, HeardCall], missing: str, given: str
) -> None:
    """The recording of five is not there, that of zero is cut."""
    on_the_way = spoilt_calls[f"{missing}_to_queue"]
    assert conversation(on_the_way) == ("recording_missing", "operator_hello")
    assert records(alone, on_the_way)[-1].number == given

    heard = conversation(spoilt_calls[f"{missing}_given"])
    assert heard[0] == "recording_missing"
    assert heard[-1] == "operator_hello"
    assert "recording_missing" in heard[heard.index("promise_until") :]
    assert not [said for said in outside_the_promise(heard) if said.startswith("n_")]
    assert not {"number_is", "number_again"} & set(heard)
    written = records(alone, spoilt_calls[f"{missing}_given"])
    assert {record.number for record in written} == {given}

    pin = spoilt_calls[f"{missing}_in_pin"]
    heard = prompts(pin.samples)
    assert heard[heard.index("pin_right") - 1] == "recording_missing"
    assert "pin_is" not in heard
    assert heard[-1] == "operator_hello"
    (ticket,) = (r for r in records(alone, pin) if r.kind is SpoolKind.TICKET)
    assert ticket.answers == {"pin": {"five": "122055", "zero": "122000"}[missing]}
    assert ticket.number is not None
    assert ("number_is" in heard) == (not {"5", "0"} & set(ticket.number))


def test_without_a_module_nothing_is_asked_and_the_queue_is_joined(alone: Instance) -> None:
    assert "Unloaded" in alone.asterisk_rx("module unload app_read.so")
    try:
        call = asyncio.run(dial_all(alone, {"one": Caller("", "9810000310")}))["one"]
    finally:
        alone.asterisk_rx("module load app_read.so")
    assert conversation(call) == ("operator_hello",)


def test_a_conversation_without_an_end_ends_with_an_operator(
    alone: Instance, calls: dict[str, HeardCall]
) -> None:
    """One goes in a circle, as if it had done so ninety times; one is past its time."""
    circle, endless = calls["circle"], calls["endless"]
    for call in (circle, endless):
        assert prompts(call.samples)[-1] == "operator_hello"
        ended = records(alone, call)[-1]
        assert (ended.last_node, ended.queue) == ("straight_to_operator", "general")
    assert [step.did for step in records(alone, circle)[-1].steps][-1] == "key 9"
    assert "connecting" in prompts(endless.samples)
