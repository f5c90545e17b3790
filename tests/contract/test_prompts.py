"""The catalogue, the recordings, the reading sheet and the words of ``ivr.hindi`` agree."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from ivr.asterisk_sounds import HELPLINE
from ivr.hindi.grouped import PAUSE
from ivr.hindi.plain import PLAIN_WORDS
from ivr.hindi.vocabulary import VOCABULARY
from ivr.voice.catalogue import FILE_NAME, load_with_lines
from ivr.voice.choice import choose
from ivr.voice.masters import FOLDER, read_master, read_masters, stale
from ivr.voice.next_best import FALLBACK, LEADS
from ivr.voice.processing import LEVEL_DB, MASTER_RATE, active_level_db
from ivr.voice.respelling import ENDINGS, RESPELLINGS
from ivr.voice.script import FILE_NAME as SHEET
from ivr.voice.script import reading_sheet
from ivr.voice.studio_numbers import read_numbers, with_new
from ivr.voice.wording import known_words, wording, words
from sahayata.district.file import load_district

PROJECT = Path(__file__).parents[2]
HINDI = PROJECT / "prompts" / "hi"
RECORDINGS = HINDI / FOLDER
LOADED = load_with_lines(HINDI / FILE_NAME)
CATALOGUE = LOADED.catalogue
MASTERS = read_masters(RECORDINGS)
VOICE = "kokoro"

# What the voice must have read, as espeak-ng writes it: no vowel too many, none missing.
PHONEMES = {
    "तिरपन": "tˈɪɾpən",
    "पचपन": "pˈʌcpən",
    "उनसठ": "ˈʊnsəʈʰ",
    "इकसठ": "ˈɪksəʈʰ",
    "तिरसठ": "tˈɪrsəʈʰ",
    "सड़सठ": "sˈʌr.səʈʰ",
    "अड़सठ": "ˈʌr.səʈʰ",
    "उनहत्तर": "ʊnhˈʌtːəɾ",
    "इकहत्तर": "ɪkhˈʌtːəɾ",
    "पचहत्तर": "pəchˈʌtːəɾ",
    "सतहत्तर": "səthˈʌtːəɾ",
    "अठहत्तर": "ʌʈʰhˈʌtːəɾ",
    "जनवरी": "ɟˈʌnʋəɾ",
    "डब्ल्यू": "ɖˈʌbluː",
    "दर्ज": "dˈʌɾəɟ",
    "ढककर": "ɖʰˈʌkːəɾ",
    "पहचान": "pəhcˈaːn",
    "पहले": "pˈʌhleː",
    "फ़रवरी": "fˈʌrʋəɾ",
    "बजकर": "bˈʌɟkəɾ",
    "रखकर": "ɾˈʌkʰkəɾ",
    "लगभग": "lˈʌɡbʰəɡ",
    "लिखकर": "lˈɪkʰkəɾ",
    "हेल्पलाइन": "hˈeːlp lˈaːɪn",
    "दबाएँ": "dəbˈaːẽː",
    "पाएँगे": "paːˈẽːɡeː",
}


def test_every_word_of_hindi_is_in_the_catalogue_as_it_is_said() -> None:
    said = {name: prompt.text for name, prompt in CATALOGUE.prompts.items()}
    assert {name: said.get(name) for name in VOCABULARY} == VOCABULARY


def test_no_other_recording_says_the_same_word_as_a_value() -> None:
    # The ear could not tell them apart.
    others = {p.text for name, p in CATALOGUE.prompts.items() if name not in VOCABULARY}
    assert not others & set(VOCABULARY.values())


def test_the_verb_after_a_day_tells_which_side_of_today_it_is() -> None:
    # कल and परसों look both ways.
    assert CATALOGUE.prompts["promise_until"].text.endswith("होगी।")
    assert CATALOGUE.prompts["status_promised_until"].text.endswith("जाएगा।")
    assert CATALOGUE.prompts["status_opened"].text.endswith("गया")


def test_every_sentence_is_in_words_that_people_use() -> None:
    remarks = wording(LOADED, known_words(HINDI), lambda _: "")
    assert not remarks, "\n".join(map(str, remarks))


def test_a_wing_and_a_matter_have_one_name_on_the_line_on_the_wall_and_on_tickets() -> None:
    said = {name: prompt.text for name, prompt in CATALOGUE.prompts.items()}
    district = load_district(PROJECT / "district.yaml")
    for name, category in district.categories.items():
        assert said[f"category_{name}"] == f"{category.name['hi']}।"
    for name, queue in district.queues.items():
        assert said[f"queue_{name}"] == f"{queue.name['hi']} में"
        assert said[f"notice_{name}"].startswith(f"{queue.name['hi']} ")


def test_what_the_staff_reads_is_in_words_that_people_use() -> None:
    district = load_district(PROJECT / "district.yaml")
    read = {
        *(category.name["hi"] for category in district.categories.values()),
        *(queue.name["hi"] for queue in district.queues.values()),
        *(reason.name["hi"] for reason in district.roster.pauses.values()),
    }
    assert not {word for name in read for word in words(name)} & PLAIN_WORDS.keys()


def test_prompts_that_code_names_are_in_the_catalogue() -> None:
    named = {PAUSE, FALLBACK, *LEADS, *HELPLINE.values()}
    assert not named - CATALOGUE.prompts.keys()


def test_every_recording_is_made_from_the_text_of_today() -> None:
    outdated = list(stale(CATALOGUE, RECORDINGS, choose(HINDI, "hi", VOICE, HINDI)))
    assert not outdated, "run `sahayata prompts build` and commit the recordings"
    assert MASTERS.keys() == CATALOGUE.prompts.keys()


def test_every_recording_is_whole_and_equally_loud() -> None:
    for name, master in MASTERS.items():
        pcm = read_master(RECORDINGS, name)
        assert pcm.size == master.frames, name
        if CATALOGUE.prompts[name].text:
            level = active_level_db(pcm / 32768, MASTER_RATE)
            assert level == pytest.approx(LEVEL_DB, abs=0.5), name


def test_recordings_stay_small() -> None:
    assert sum(file.stat().st_size for file in RECORDINGS.iterdir()) < 10_000_000
    assert {file.stem for file in RECORDINGS.glob("*.flac")} == MASTERS.keys()


def test_the_reading_sheet_is_of_today() -> None:
    sheet = (HINDI / SHEET).read_text(encoding="utf-8")
    numbers = read_numbers(HINDI)
    assert numbers == with_new(numbers, CATALOGUE), "run `sahayata prompts script`"
    assert sheet == reading_sheet(CATALOGUE, numbers), "run `sahayata prompts script` and commit it"


def test_every_respelling_is_held_by_its_phonemes() -> None:
    assert RESPELLINGS.keys() < PHONEMES.keys()
    endings = PHONEMES.keys() - RESPELLINGS.keys()
    assert all(any(word.endswith(ending) for ending in ENDINGS) for word in endings)


@pytest.mark.parametrize("word", PHONEMES)
def test_a_word_is_read_as_people_say_it(word: str) -> None:
    def sounds(phonemes: str) -> str:
        return re.sub("[ˈˌ]", "", unicodedata.normalize("NFC", phonemes))  # stress moves

    whole_word = re.compile(rf"(?<![\u0900-\u097f]){word}(?![\u0900-\u0963])")
    saying = [name for name, prompt in CATALOGUE.prompts.items() if whole_word.search(prompt.text)]
    assert saying, f"no prompt says {word}: drop it from the table"
    for name in saying:
        assert sounds(PHONEMES[word]) in sounds(MASTERS[name].phonemes), name
