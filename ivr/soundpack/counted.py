"""Rules of ``say.conf`` for numbers, digits, ordinals, money, and numbers in groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivr.asterisk_sounds import NUMBERS
from ivr.hindi.grouped import AT_ONCE, LONGEST_TELEPHONE, MOBILE, PIN_CODE, TICKET, even_groups
from ivr.hindi.numbers import SCALES
from ivr.hindi.ordinals import RECORDED_WHOLE

Rule = tuple[str, str]
"""A pattern without its underscore, and what is said: see ``ivr.soundpack.say_conf``."""

_SPECIAL: Final = {letter: f"[{letter}]" for letter in "nxzNXZ."}


def counted() -> Iterator[Rule]:
    """Yield the rules, in the order in which they are to be tried."""
    yield from _numbers()
    yield from _digits()
    yield from _values()


def _prefix(name: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in name) + ":"


def _numbers() -> Iterator[Rule]:
    # A minus is a hyphen, which patterns do not see: the sign is found by reckoning.
    yield _prefix("num") + ".", "sg$[${SAY} < 0]:${SAY}"
    yield "sg1:.", "digits/minus, pos:${SAY:1}"
    yield "sg0:.", "pos:$[${SAY} + 0]"
    yield "pos:X", "digits/${SAY}"
    yield "pos:XX", "digits/${SAY}"
    files = {prompt: file for file, prompt in NUMBERS.items()}
    for ones, unit in reversed(SCALES):
        zeros = len(str(ones)) - 1
        longest = 1 if zeros == 2 else 3 if ones == SCALES[0][0] else 2
        for head in range(1, longest + 1):
            count, word = f"pos:${{SAY:0:{head}}}", files[unit.prompts[0]]
            yield f"pos:{'X' * head}{'0' * zeros}", f"{count}, {word}"
            yield f"pos:{'X' * (head + zeros)}", f"{count}, {word}, pos:$[${{SAY:{head}}} + 0]"


def _digits() -> Iterator[Rule]:
    yield "digit:[*]", "digits/star"
    yield "digit:[#]", "digits/pound"
    # By four, as ten steps are the deepest that Asterisk goes.
    for length in range(1, 5):
        yield "digit:" + "X" * length, _one_by_one(length)
    yield "digit:XXXX.", f"{_one_by_one(4)}, digit:${{SAY:4}}"


def _one_by_one(length: int) -> str:
    return ", ".join(f"digits/${{SAY:{at}:1}}" for at in range(length))


def _grouped(sizes: tuple[int, ...], begin: int = 0) -> str:
    groups = []
    for size in sizes:
        groups.append(f"digit:${{SAY:{begin}:{size}}}")
        begin += size
    return ", digits/pause, ".join(groups)


def _values() -> Iterator[Rule]:
    ordinal = _prefix("enum")
    yield ordinal + "[1-9]", "digits/h-${SAY}"
    yield f"{ordinal}{RECORDED_WHOLE}", "digits/h-${SAY}"
    yield ordinal + ".", "num:${SAY}, digits/h-vaan"
    yield _prefix("money") + "1", "digits/1, digits/rupaya"
    yield _prefix("money") + ".", "num:${SAY}, digits/rupaye"
    yield "ticket:" + "X" * sum(TICKET), _grouped(TICKET)
    yield _prefix("pin") + "X" * sum(PIN_CODE), _grouped(PIN_CODE)
    phone = _prefix("phone")
    mobile = "[6-9]" + "X" * (sum(MOBILE) - 1)
    yield phone + mobile, _grouped(MOBILE)
    yield f"{phone}0{mobile}", _grouped(MOBILE, begin=1)
    for length in range(AT_ONCE + 1, LONGEST_TELEPHONE + 1):
        yield phone + "X" * length, _grouped(even_groups(length))
    yield phone + ".", "digit:${SAY}"
    yield "year:1[1-9]00", "digits/${SAY:0:2}, digits/hundred"
    yield "year:1[1-9]XX", "digits/${SAY:0:2}, digits/hundred, num:${SAY:2}"
    yield "year:.", "num:${SAY}"
