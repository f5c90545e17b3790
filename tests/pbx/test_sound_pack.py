"""The sound pack on an Asterisk without anything else of ours: which files it plays, and the ear.

Hundreds of numbers would last an hour. So most are said in ``hi_quick``, the same recordings cut to
a fiftieth of a second; Asterisk takes the rules of ``hi`` for it, as it does for any region.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

import pytest
import soundfile

from ivr import hindi
from ivr.asterisk_sounds import PACK
from ivr.hindi.numbers import LARGEST
from ivr.soundpack.__main__ import PROJECT, papers
from ivr.soundpack.pack import write_pack
from tests.pbx.citizens import hear
from tests.pbx.plain_asterisk import Done, PlainAsterisk, plain_asterisk

ZONE: Final = "Asia/Kolkata"
LINES: Final = 24
"""So many calls say the sentences, side by side."""
QUICK: Final = {"sln16": 640, "alaw": 160, "ulaw": 160, "g722": 160}
"""Bytes of a fiftieth of a second."""

Said = tuple[str, str]
"""An application and what it is given."""


def numbers() -> dict[Said, tuple[str, ...]]:
    some = random.Random(1950)
    large = [some.randrange(10 ** some.randint(3, 9)) for _ in range(400)]
    edges = [1_000, 1_00_000, 1_00_00_000, 1_00_00_001, 10_00_00_001, 90_00_00_000, LARGEST]
    plain = {n: hindi.number(n).prompts for n in (*range(200), *large, *edges)}
    below = {-n: ("l_minus", *hindi.number(n).prompts) for n in (1, 40, 105, 12_34_567)}
    crores = (*hindi.number(214).prompts, "n_karod", *hindi.number(74_83_647).prompts)
    said = {**plain, **below, 2_147_483_647: crores}
    return {("SayNumber", str(n)): prompts for n, prompts in said.items()}


def times() -> dict[Said, tuple[str, ...]]:
    some = random.Random(1077)
    begin = dt.datetime(2026, 11, 21, tzinfo=ZoneInfo(ZONE))
    quarters = [begin + dt.timedelta(minutes=15 * quarter) for quarter in range(96)]
    anywhen = [
        begin + dt.timedelta(minutes=some.randint(-50_000_000, 5_000_000)) for _ in range(60)
    ]
    said: dict[Said, tuple[str, ...]] = {}
    for when in (*quarters, *anywhen):
        asked = f"{int(when.timestamp())},{ZONE}"
        day = hindi.date(when.date(), weekday=True, year=True).prompts
        clock = hindi.clock_time(when.time()).prompts
        said["SayUnixTime", asked] = day + clock
        said["SayUnixTime", f"{asked},IMp"] = clock
        said["SayUnixTime", f"{asked},ABdY 'digits/at' IMp"] = day + clock
        said["SayUnixTime", f"{asked},AdB"] = hindi.date(when.date(), weekday=True).prompts
        said["SayUnixTime", f"{asked},'vm-received' q 'digits/at' HM"] = day + clock
    return said


def values() -> dict[Said, tuple[str, ...]]:
    letters = tuple(f"l_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    return {
        ("SayDigits", "0123456789"): hindi.digits("0123456789").prompts,
        ("SayDigits", "12*3#"): ("n_1", "n_2", "l_star", "n_3", "l_hash"),
        ("SayAlpha", "abcdefghijklmnopqrstuvwxyz"): letters,
        ("SayAlpha", "B-7 x@y.z"): (
            *("l_b", "l_dash", "n_7", "l_space", "l_x", "l_at", "l_y", "l_dot", "l_z"),
        ),
        **{("Playback", f"enum:{n},say"): hindi.ordinal(n).prompts for n in (1, 6, 10, 11, 125)},
        **{("Playback", f"money:{n},say"): hindi.money(n).prompts for n in (0, 1, 1_250)},
        **{("Playback", f"year:{n},say"): hindi.year(n).prompts for n in (1900, 1947, 2026)},
        ("Playback", "ticket:4710923456,say"): hindi.ticket_number("4710923456").prompts,
        ("Playback", "pin:122001,say"): hindi.pin_code("122001").prompts,
        **{
            ("Playback", f"phone:{number},say"): hindi.telephone(number).prompts
            for number in ("112", "9810000101", "09810000101", "01242345678", "18001801950")
        },
    }


EXPECTED: Final = {**numbers(), **times(), **values()}
ALOUD: Final = (("SayNumber", "1234567"), ("Playback", "ticket:4710923456,say"))
"""Listened to, with the recordings at their full length."""
QUEUES: Final = """
[general]
[line]
strategy = ringall
joinempty = yes
announce-to-first-user = yes
announce-position = yes
announce-frequency = 30
min-announce-frequency = 1
announce-holdtime = yes
announce-round-seconds = 5
periodic-announce-frequency = 2
"""


def dialplan() -> str:
    """Every sentence in one of ``LINES`` extensions, and the others."""
    lines: list[list[str]] = [[] for _ in range(LINES)]
    for line, (app, given) in zip(_around(LINES), EXPECTED, strict=False):
        lines[line].append(f"{app}({given})")
    extensions = {f"quick{n}": ("hi_quick", steps) for n, steps in enumerate(lines)}
    extensions["aloud"] = ("hi", [f"{app}({given})" for app, given in ALOUD])
    extensions |= {f"wait{n}": ("hi_quick", ["Queue(line,,,,6)"]) for n in (1, 2)}
    return "[say]\n" + "".join(
        f"exten => {name},1,Answer()\n same => n,Set(CHANNEL(language)={language})\n"
        + "".join(f" same => n,{step}\n" for step in (*steps, "Hangup()"))
        for name, (language, steps) in extensions.items()
    )


def _around(size: int) -> Iterator[int]:
    return (n % size for n in count())


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainAsterisk]:
    folder = tmp_path_factory.mktemp("plain")
    pack = write_pack(PROJECT / "prompts" / "hi", papers(), folder)
    with tarfile.open(pack) as tar:
        tar.extractall(folder, filter="data")
    unpacked = folder / pack.name.removesuffix(".tar.gz")
    sounds = folder / "data" / "sounds"
    sounds.parent.mkdir()
    (unpacked / "sounds").rename(sounds)
    shutil.copytree(sounds / "hi", sounds / "hi_quick")
    for file in (sounds / "hi_quick").rglob("*.*"):
        file.write_bytes(bytes(QUICK[file.suffix[1:]]))
    files = {
        "say.conf": (unpacked / "say.conf").read_text(encoding="utf-8"),
        "extensions.conf": dialplan(),
        "queues.conf": QUEUES,
    }
    with plain_asterisk(folder, files) as one:
        yield one


@pytest.fixture(scope="module")
def done(asterisk: PlainAsterisk) -> Mapping[str, list[Done]]:
    """Let every extension run, and return what each has done."""
    recording = asterisk.folder / "spool" / "aloud.wav"
    asterisk.call("aloud", f"Record {recording},0,60,kq")
    for waiting in ("wait1", "wait2"):
        asterisk.call(waiting)
        # The first is to be the first in line.
        asterisk.wait_done(waiting, "Queue")
    for line in range(LINES):
        asterisk.call(f"quick{line}")
    extensions = (*(f"quick{line}" for line in range(LINES)), "wait1", "wait2", "aloud")
    for exten in extensions:
        asterisk.wait_done(exten)
    return asterisk.done()


def prompts(one: Done) -> tuple[str, ...]:
    return tuple(PACK[file] for file in one.files)


@pytest.mark.parametrize("app", ["SayNumber", "SayUnixTime", "SayDigits", "SayAlpha", "Playback"])
def test_asterisk_says_what_ivr_hindi_says(done: Mapping[str, list[Done]], app: str) -> None:
    heard = {
        (one.app, one.data): prompts(one)
        for exten, deeds in done.items()
        if exten.startswith("quick")
        for one in deeds
        if one.app == app
    }
    expected = {said: files for said, files in EXPECTED.items() if said[0] == app}
    assert heard == expected


def test_the_queue_speaks_by_itself(done: Mapping[str, list[Done]]) -> None:
    (first,) = (prompts(one) for one in done["wait1"] if one.app == "Queue")
    (second,) = (prompts(one) for one in done["wait2"] if one.app == "Queue")
    assert first[:2] == ("q_youarenext", "q_thankyou")
    assert second[:4] == ("q_thereare", "n_2", "q_callswaiting", "q_holdtime")
    # Half a minute, less what was waited already, in steps of five seconds.
    assert second[4] in ("n_30", "n_25")
    assert second[5:7] == ("t_second", "q_thankyou")
    assert "q_hold" in first


def test_nothing_is_missing(asterisk: PlainAsterisk, done: Mapping[str, list[Done]]) -> None:
    assert done
    complains = re.compile(r"(WARNING|ERROR)\[.* (file|say|app_playback|pbx_builtins)\.c: ")
    assert not [line for line in asterisk.log().splitlines() if complains.search(line)]


def test_what_is_played_is_heard(asterisk: PlainAsterisk, done: Mapping[str, list[Done]]) -> None:
    played = [prompt for one in done["aloud"] for prompt in prompts(one) if prompt != "pause_short"]
    samples, rate = soundfile.read(asterisk.folder / "spool" / "aloud.wav", dtype="int16")
    assert rate == 8_000
    assert [item.prompt for item in hear(samples)] == played
