"""What a single word is said with: a sentence of the helpline that it stands in.

Nobody hears रविवार alone: it is said after "यह लिखा गया" and before "इक्कीस नवंबर". A word is judged
there, by the errors in its own place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ivr.call import PromptId
from ivr.ear.recordings import Sound
from ivr.voice.codecs import TELEPHONE_RATE

JOINT_S: Final = 0.12
"""Silence between two recordings that are played one after the other."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is said before and after a prompt."""

    before: tuple[PromptId, ...]
    after: tuple[PromptId, ...]


ALONE: Final = Frame((), ())
_SENTENCES: Final = """
    n_[0-9]+: promise_is _ t_minute promise_within
    n_(sau|hazaar|lakh|karod): n_2 _ c_rupaye
    m_.*: status_opened n_21 _
    w_.*: status_opened _ n_21 m_11
    t_(aaj|kal|parson): status_promised _ t_shaam n_5 t_baje status_promised_until
    t_(beete|aane_waale): status_promised _ t_kal t_shaam n_5 t_baje status_promised_until
    t_(subah|dopahar|shaam|raat): status_promised t_aaj _ n_8 t_baje status_promised_until
    t_(savaa|saadhe|paune): status_promised t_shaam _ n_6 t_baje status_promised_until
    t_(dedh|dhaai): status_promised t_dopahar _ t_baje status_promised_until
    t_baje: status_promised t_shaam n_5 _ status_promised_until
    t_bajkar: status_promised t_shaam n_5 _ n_40 t_minute status_promised_until
    t_(second|minute|ghante|din): promise_is n_2 _ promise_within
    t_(aadhe|aadha|paun|chauthai): promise_is _ t_ghante promise_within
    o_(.*_m|vaan): q_thereare _ q_callswaiting
    o_(.*_f|veen): _ room_waiting room_answered
    o_(.*_o|ven): status_promised _ t_din status_promised_until
    c_rupay[ae]: n_1 _ n_50 c_paise
    c_pais[ae]: n_2 c_rupaye n_50 _
    l_[a-z]: room_operator _ n_12
    l_(k|kh|g|gh|ch)a: room_operator _ n_12
    l_.*: room_operator l_b _ n_12
    did_you_say: _ category_ration did_you_say_yes
    said_.*: did_you_say _ did_you_say_yes
    category_.*: status_about _
    queue_.*: _ n_7 room_waiting
    room_waiting: queue_food n_7 _
    room_longest: queue_food n_7 room_waiting _ n_4 t_minute
    room_elsewhere: queue_food n_7 room_waiting _ n_3 room_waiting
    room_elsewhere_nobody: queue_food n_7 room_waiting _
    room_(answered|abandoned): room_offered n_50 _ n_40
    room_percent: room_service_level n_80 _
    room_mean_wait: _ n_2 t_minute
    room_operator: n_3 room_talking _ n_2 n_0 n_1
    room_.*: n_3 _
    q_callswaiting: q_thereare n_3 _
    greeting: _ helpline_name
    welcome_text: helpline_name _
    goodbye: message_thanks _
"""
_FRAMES: Final = tuple(
    (re.compile(names), Frame(tuple(before.split()), tuple(after.split())))
    for names, _, sentence in (line.strip().partition(": ") for line in _SENTENCES.split("\n"))
    for before, _, after in [sentence.partition("_ " if sentence.startswith("_ ") else " _")]
    if names
)
"""Which prompts, and a sentence with ``_`` in their place; the first that fits."""


def frame(prompt: PromptId) -> Frame:
    """Return what a prompt of one or two words is said with; ``ALONE`` when that is not known."""
    return next((found for names, found in _FRAMES if names.fullmatch(prompt)), ALONE)


def joined(sounds: Iterable[Sound]) -> Sound:
    """Join sounds without silence at their ends as a call plays them one after the other."""
    joint = np.zeros(round(JOINT_S * TELEPHONE_RATE), np.float32)
    return np.concatenate([part for sound in sounds for part in (sound, joint)])
