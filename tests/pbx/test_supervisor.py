"""Supervisors by telephone, on the real Asterisk: the room in twenty seconds, a talk, a notice."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from console.audit import Audit
from ivr.ear import listen
from ivr.ear.recordings import Sound, prepare
from ivr.keys import parse_keys
from ivr.voice.codecs import decode_alaw
from ivr.voice.names import read_names
from ivr.voice.studio_numbers import read_numbers
from sahayata import stores
from sahayata.settings import PROJECT
from sahayata.telephone.alaw import Samples
from sahayata.telephone.mouth import spoken_by_espeak
from sahayata.telephone.operator import Manner
from sahayata.telephone.wav import read_wav
from tests.pbx.citizens import hear
from tests.pbx.instance import Instance
from tests.pbx.staffed import TO_FOOD, WITH_PIN, Telephones
from tests.pbx.test_without_us import shows
from tests.support.waiting import hold_until, until

NOTICE_OF_FOOD = f"{WITH_PIN} h:supervisor_queues 7 h:main_menu_food 1"
"""The menu of queues is said in the words of the main menu: the ear knows them by its name."""
HINDI = PROJECT / "prompts" / "hi"
NAME, SAYS = "helpline_name", "यह_गुरुग्राम_ज़िला_हेल्पलाइन_है"
"""A sentence every caller hears, and what a supervisor says in its place, in another voice."""


async def test_a_supervisor_hears_the_room_and_listens_on_record(rostered: Instance) -> None:
    phones = Telephones(rostered)
    async with phones.on_duty("201", manner=Manner((0.2, 0.3), talk_for_s=(120, 120))):
        leave = asyncio.Event()
        citizen = asyncio.create_task(phones.citizen("9810000045", f"{TO_FOOD} w~ s60", leave))
        await phones.becomes("201", "talking", within_s=90.0)
        listen_for = "h:supervisor_queues 3 w:supervisor_whom 201#"
        keys = f"{WITH_PIN} {listen_for} w12 * h:supervisor_hear_room 9 {listen_for} w4 !"
        listening = asyncio.create_task(phones.call("301", "*19", keys))
        await shows(rostered, r"!ChanSpy!")
        heard = hear((call := await listening).samples)
        leave.set()
        await citizen
    prompts = [item.prompt for item in heard]
    assert prompts[:3] == ["staff_pin_ask", "room_nobody_waits", "n_0"], prompts
    asked = prompts.index("supervisor_whom")
    assert prompts[asked + 1] == "supervisor_hear_room", "back from the talk without the PIN"
    begin, end = heard[asked].end_s, heard[asked + 1].start_s
    between = call.samples[round(begin * 8000) : round(end * 8000)]
    assert loud_s(between) > 3, "the citizen was heard"
    # Left with a star, and by hanging up: both have their end on record.
    ends = [("301", "201", "confirmed")] * 2
    hold_until(lambda: ends_of_listening(rostered) == ends, "both are over, on record", 20.0)


async def test_a_supervisor_hears_the_operators_by_name(rostered: Instance) -> None:
    """The name that a voice said of this roster, between the state and the extension."""
    phones, names = Telephones(rostered), rostered.settings.state.names
    await until(lambda: "name_201" in read_names(names), "the name of 201 is spoken")
    async with phones.on_duty("201", manner=Manner((0.2, 0.3))):
        keys = f"{WITH_PIN} h:supervisor_queues 2 h:to_go_back !"
        call = await phones.call("301", "*19", keys)
    spoken = decode_alaw(read_names(names)["name_201"].path.with_suffix(".alaw").read_bytes())
    (name,) = listen(of_one(call.samples), prepare({"name_201": of_one(spoken)}))
    heard = hear(call.samples)
    before = [item.prompt for item in heard if item.end_s <= name.start_s + 0.1]
    after = [item.prompt for item in heard if item.start_s >= name.end_s - 0.1]
    assert before[-2:] == ["n_1", "room_available"], " ".join(before)
    assert after[:4] == ["n_2", "n_0", "n_1", "to_hear_again"], " ".join(after)


async def test_callers_of_a_queue_hear_a_supervisors_notice(rostered: Instance) -> None:
    """What the supervisor said is what the caller hears, before any operator."""
    phones = Telephones(rostered)
    notice = rostered.settings.state.notices / "food.wav"
    async with phones.on_duty("201", manner=Manner((0.2, 0.3), talk_for_s=(5, 6))):
        speak = f"{NOTICE_OF_FOOD} h:notice_speak 1 w:notice_ask s3 # w:notice_is_on !"
        heard = await phones.dial("301", "*19", speak)
        assert "notice_is_on" in heard, " ".join(heard)
        said = prepare({"notice": of_one(read_wav(notice))})
        call = await phones.citizen("9810000046", TO_FOOD)
        (told,) = listen(of_one(call.samples), said)
        hello = next(item for item in hear(call.samples) if item.prompt == "operator_hello")
        assert 2 < told.end_s - told.start_s < 4, "three seconds were spoken"
        assert told.end_s < hello.start_s
        clear = f"{NOTICE_OF_FOOD} h:notice_speak 2 w:notice_is_off !"
        heard = await phones.dial("301", "*19", clear)
        assert "notice_is_off" in heard, " ".join(heard)
        assert not notice.exists()


async def test_what_a_supervisor_records_is_what_callers_hear_until_it_is_put_back(
    rostered: Instance, tmp_path: Path
) -> None:
    phones = Telephones(rostered)
    number = read_numbers(HINDI)[NAME]
    # A key ends the words before the beep.
    keys = f"{WITH_PIN} h:studio_which {number}# h:{NAME} 5 w1.5 say:{SAYS} w0.3 #"
    keys += " h:studio_keep 1 h:studio_kept *"
    heard = await phones.dial("301", "*20", keys, mouth=spoken_by_espeak("hi"))
    assert heard[heard.index("studio_now") + 1] == NAME, heard
    assert [heard[-1], "studio_kept" in heard] == ["goodbye", True], heard
    # The ear that knows what was recorded hears it; the other one does not know this voice.
    assert await told(rostered, tmp_path) == ("greeting", NAME)
    assert NAME not in [item.prompt for item in hear(read_wav(tmp_path / "heard.wav"))]
    said = await command(rostered, "prompts", "put-back", NAME)
    assert said.returncode == 0, said.stderr
    end = asyncio.get_running_loop().time() + 20
    while NAME not in [item.prompt for item in hear(read_wav(tmp_path / "heard.wav"))]:
        assert asyncio.get_running_loop().time() < end, "the project's recording is back"
        await told(rostered, tmp_path)
    deeds = [(what, whom, outcome) for _, what, whom, outcome in on_record(rostered)]
    assert deeds[:2] == [
        ("put_back_prompt:0", NAME, "confirmed"),
        ("record_prompt", NAME, "confirmed"),
    ]


async def test_a_telephone_is_rung_for_the_studio(rostered: Instance) -> None:
    """Who answers gives the PIN, says it, and keeps it; who does not has kept nothing."""
    phones = Telephones(rostered)
    # Wherever in the words before the beep the 5 is pressed, it ends them.
    keys = parse_keys(f"{WITH_PIN} 5 w1.5 s2 # 1 *")
    speaks = Manner((0.2, 0.3), talk_for_s=(60, 61), keys=keys)
    async with phones.there("301", manner=speaks):
        done = await command(rostered, "prompts", "record", "goodbye", "--call", "301")
        assert done.returncode == 0, done.stderr
        assert "goodbye: take 1 is what callers hear" in done.stdout
        assert on_record(rostered)[0] == ("301", "record_prompt", "goodbye", "confirmed")
    async with phones.there("301", manner=Manner((0.2, 0.3), talk_for_s=(3, 4))):
        done = await command(rostered, "prompts", "record", "goodbye", "--call", "301")
        assert (done.returncode, done.stderr.count("nothing was kept")) == (1, 1), done.stderr
    done = await command(rostered, "prompts", "record", "goodbye", "--call", "302")
    assert (done.returncode, done.stderr.count("no telephone is registered as 302")) == (1, 1)
    assert (await command(rostered, "prompts", "put-back", "goodbye", "0")).returncode == 0


async def told(instance: Instance, folder: Path) -> tuple[str, ...]:
    """What a citizen is told first, as ``sahayata dial`` hears it."""
    record = ("--record", str(folder / "heard.wav"))
    keys = ("--keys", "h:greeting w5 !")
    done = await command(instance, "dial", "1950", "--from", "9810000047", *keys, *record, "--json")
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout)["heard"][:2])


async def command(instance: Instance, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``sahayata`` beside the instance."""
    return await asyncio.to_thread(
        subprocess.run,
        [
            sys.executable,
            "-m",
            "sahayata.cli",
            *words,
            "--state",
            str(instance.settings.state.root),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env={**os.environ, **instance.environment},
        timeout=120,
    )


def of_one(samples: Samples) -> Sound:
    """The same between -1 and 1, as the ear wants it."""
    return np.asarray(samples / 32768, np.float32)


def loud_s(samples: Samples) -> float:
    """For how many seconds somebody speaks, by twentieths."""
    parts = samples[: samples.size // 400 * 400].reshape(-1, 400).astype(np.float64)
    return float((np.sqrt(np.square(parts).mean(axis=1)) > 500).sum()) / 20


def ends_of_listening(instance: Instance) -> list[tuple[str, str, str]]:
    """Who listened to whom by telephone, and what became of it."""
    return [
        (who, whom, outcome) for who, what, whom, outcome in on_record(instance) if what == "listen"
    ]


def on_record(instance: Instance) -> list[tuple[str, str, str, str]]:
    """Who did what to whom, and what became of it, of all that is over; the newest first."""
    engine = stores.open_database(instance.settings)
    record = Audit(engine, stores.now).page()
    engine.dispose()
    return [
        (line.who, line.what, line.whom, line.outcome)
        for line in record
        if line.ended_at is not None
    ]
