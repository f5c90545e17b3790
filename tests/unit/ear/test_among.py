"""A single word is judged in a sentence of the helpline."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ivr.ear.among import ALONE, JOINT_S, frame, joined
from ivr.ear.recordings import Recording, Sound, load_each
from ivr.ear.understanding import understand
from ivr.ear.understood import Kind, kind
from ivr.voice.catalogue import Catalogue, load_catalogue
from tests.unit.ear.calls import FOLDER

CATALOGUE = load_catalogue(FOLDER.parent / "catalogue.yaml")
SAID = {name: prompt.text for name, prompt in CATALOGUE.prompts.items() if prompt.text}


def test_every_word_of_the_catalogue_has_a_sentence_to_stand_in() -> None:
    short = [name for name, text in SAID.items() if kind(name, text) is not Kind.SENTENCES]
    assert len(short) > 200
    assert [name for name in short if frame(name) == ALONE] == []
    used = {prompt for name in short for prompt in (*frame(name).before, *frame(name).after)}
    assert not used - SAID.keys()


def test_a_word_stands_where_it_is_said() -> None:
    around = frame("w_7")
    words = (CATALOGUE.text_of(around.before), SAID["w_7"], CATALOGUE.text_of(around.after))
    assert " ".join(words) == "यह लिखा गया रविवार इक्कीस नवंबर"
    assert frame("greeting").before == ()
    assert frame("goodbye").after == ()
    assert frame("pin_ask") == ALONE


class Listening:
    """An ear that keeps what it was given and writes what it was told to."""

    def __init__(self, *writes: str) -> None:
        self.heard: list[Sound] = []
        self._writes = list(writes)

    def write(self, sound: Sound) -> str:
        self.heard.append(sound)
        return self._writes.pop(0)


def test_a_word_is_heard_among_others_and_a_sentence_alone() -> None:
    names = ("pin_is", "status_opened", "w_7", "n_21", "m_11")
    known: Mapping[str, Recording] = {
        name: recording for name, recording in load_each(FOLDER).items() if name in names
    }
    few = Catalogue("hi", MappingProxyType({name: CATALOGUE.prompts[name] for name in names}))
    quiet = np.zeros(4000, np.float32)
    sounds = {n: np.concatenate((quiet, known[n].speech, quiet)) for n in ("pin_is", "w_7")}
    ear = Listening("آپ نے یہ پن کوڈ دبایا ہے", "یہ لکھا گیا اکیس نومبر")
    alone, among = understand(ear, sounds, known, few)
    assert (alone.error, among.error) == (0.0, 1.0)
    joint = round(JOINT_S * 8000)
    assert ear.heard[0].size == known["pin_is"].speech.size + joint
    spoken = sum(known[name].speech.size + joint for name in names[1:])
    assert ear.heard[1].size == spoken
    assert joined([quiet]).size == quiet.size + joint
