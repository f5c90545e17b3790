"""The sound pack says what ``ivr.hindi`` says, under names that Asterisk asks for."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import hindi
from ivr.asterisk_sounds import PACK
from ivr.hindi.numbers import LARGEST
from ivr.hindi.times import MINUTE, SECOND, part_of_day
from ivr.phrase import Phrase
from ivr.soundpack.__main__ import PROJECT, main, papers
from ivr.soundpack.pack import write_pack
from ivr.soundpack.say_conf import say_conf
from ivr.voice.catalogue import FILE_NAME, load_catalogue
from ivr.voice.codecs import ENCODERS
from tests.support.say_conf import SayConf

HINDI = PROJECT / "prompts" / "hi"
RULES = SayConf.read(say_conf())


def said(what: str) -> tuple[str, ...]:
    """The prompts that Asterisk plays for ``num:21`` with the rules of the pack."""
    return tuple(PACK[file] for file in RULES.files(what))


def moment(when: dt.datetime) -> str:
    """A time as app_playback hands it to the rules."""
    sunday_first = when.isoweekday() % 7
    return f"{when:%Y%m%d%H%M.%S}-{sunday_first}-{when.timetuple().tm_yday - 1:3}"


def in_words(when: dt.datetime, *, weekday: bool = True, year: bool = True) -> Phrase:
    return hindi.date(when.date(), weekday=weekday, year=year)


def numbers_to_say() -> list[int]:
    some = random.Random(1950)
    large = [some.randrange(10 ** some.randint(3, 9)) for _ in range(2_000)]
    round_ones = [count * 10**zeros for count in (1, 9, 10, 99) for zeros in range(8)]
    numbers = [*range(1_200), *large, *round_ones, 1_00_00_001, 10_00_00_001, LARGEST]
    return [n for n in numbers if n <= LARGEST]


def test_numbers_are_counted_as_ivr_hindi_counts_them() -> None:
    for n in numbers_to_say():
        assert said(f"num:{n}") == hindi.number(n).prompts, n
        if n:
            assert said(f"num:-{n}") == ("l_minus", *hindi.number(n).prompts), n


def test_what_is_larger_than_our_numbers_is_said_in_crores() -> None:
    hundreds, rest = divmod(2_147_483_647, 1_00_00_000)
    expected = (*hindi.number(hundreds).prompts, "n_karod", *hindi.number(rest).prompts)
    assert said("num:2147483647") == expected


@given(st.integers(1, LARGEST))
def test_ordinals(n: int) -> None:
    assert said(f"enum:{n}") == hindi.ordinal(n).prompts


@given(st.integers(0, LARGEST))
def test_money(n: int) -> None:
    assert said(f"money:{n}") == hindi.money(n).prompts


@given(st.text("0123456789", min_size=1, max_size=30))
def test_digits(text: str) -> None:
    assert said(f"digit:{text}") == hindi.digits(text).prompts


@given(st.text("0123456789", min_size=10, max_size=10))
def test_ticket_numbers(number: str) -> None:
    assert said(f"ticket:{number}") == hindi.ticket_number(number).prompts
    assert said(f"pin:{number[:6]}") == hindi.pin_code(number[:6]).prompts


@given(st.text("0123456789", min_size=2, max_size=15))
def test_telephone_numbers(number: str) -> None:
    assert said(f"phone:{number}") == hindi.telephone(number).prompts


@given(st.integers(1, 9999))
def test_years(n: int) -> None:
    assert said(f"year:{n:04}") == hindi.year(n).prompts


DAYS = st.dates(dt.date(1901, 1, 1), dt.date(2037, 12, 31))
TIMES = st.builds(dt.datetime.combine, DAYS, st.times(), st.just(dt.UTC))


@given(TIMES)
def test_dates_and_times(when: dt.datetime) -> None:
    clock = hindi.clock_time(when.time()).prompts
    whole = in_words(when).prompts
    data = moment(when)
    assert said(f"datetime::{data}") == whole + clock
    assert said(f"date::{data}") == in_words(when, weekday=False).prompts
    assert said(f"time::{data}") == clock
    for written in ("ABdY 'digits/at' IMp", "AdBY HM", "'vm-received' q 'digits/at' IMp", "?"):
        assert said(f"datetime:{written}:{data}") == whole + clock, written
    for written in ("IMp", "HM", "kM", "R", "IM", "lMP"):
        assert said(f"datetime:{written}:{data}") == clock, written
    for written in ("AdB", "ABd", "Q", "q"):
        assert said(f"datetime:{written}:{data}") == in_words(when, year=False).prompts, written
        assert said(f"datetime:{written} 'digits/at' HM:{data}")[-len(clock) :] == clock, written
    assert said(f"datetime:dBY:{data}") == in_words(when, weekday=False).prompts
    assert said(f"datetime:Bd:{data}") == hindi.date(when.date()).prompts
    assert said(f"datetime:A:{data}") == (f"w_{when.isoweekday()}",)
    assert said(f"datetime:B:{data}") == (f"m_{when.month}",)
    assert said(f"datetime:Y:{data}") == hindi.year(when.year).prompts
    assert said(f"datetime:p:{data}") == part_of_day(when.time()).prompts


def test_seconds_leave_no_room_for_quarters() -> None:
    data = moment(dt.datetime(2026, 11, 21, 17, 30, 5, tzinfo=dt.UTC))
    expected = ("t_shaam", "n_5", "t_bajkar", "n_30", *MINUTE.prompts, "n_5", *SECOND.prompts)
    for written in ("IMSp", "HMS", "T"):
        assert said(f"datetime:{written}:{data}") == expected


def test_every_name_has_its_prompt() -> None:
    assert not set(PACK.values()) - load_catalogue(HINDI / FILE_NAME).prompts.keys()


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(HINDI, papers(), tmp_path_factory.mktemp("pack"))


def test_the_pack_holds_everything(pack: Path) -> None:
    with tarfile.open(pack) as tar:
        top = pack.name.removesuffix(".tar.gz")
        names = {name.removeprefix(f"{top}/") for name in tar.getnames()}
        sounds = {f"sounds/hi/{name}.{ending}" for name in PACK for ending in ENCODERS}
        assert names == sounds | {"README.md", "LICENSE", "say.conf", "hi.txt"}
        listed = tar.extractfile(f"{top}/hi.txt")
        assert listed is not None
        assert "digits/21: इक्कीस" in listed.read().decode().splitlines()


def test_two_packs_are_the_same_bytes(pack: Path, tmp_path: Path) -> None:
    again = write_pack(HINDI, papers(), tmp_path)
    assert again.read_bytes() == pack.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [again.name]


def test_a_recording_that_is_missing_leaves_the_old_pack(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = tmp_path / "hi"
    shutil.copytree(HINDI, prompts)
    (prompts / "recordings" / "n_21.flac").unlink()
    old = tmp_path / "build" / pack.name
    old.parent.mkdir()
    shutil.copy(pack, old)
    assert main([str(old.parent), "--prompts", str(prompts)]) == 1
    assert "n_21.flac cannot be read" in capsys.readouterr().err
    assert [file.name for file in old.parent.iterdir()] == [pack.name]
    assert old.read_bytes() == pack.read_bytes()
