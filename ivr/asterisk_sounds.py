"""File names that Asterisk plays, each with the prompt it is a copy of.

``digits/``, ``letters/`` and ``queue-`` names are those of Asterisk's own sounds (main/say.c,
apps/app_queue.c). Hindi needs words that no other language of Asterisk has: those have names of our
own, below ``digits/`` too, and only our ``say.conf`` asks for them.
"""

from __future__ import annotations

from typing import Final

from ivr.call import PromptId
from ivr.hindi.days import MONTHS, NEAR_DAYS, WEEKDAYS
from ivr.hindi.grouped import PAUSE
from ivr.hindi.letters import LETTERS, MINUS, SIGNS, SPACE
from ivr.hindi.money import PAISA, PAISE, RUPAYA, RUPAYE
from ivr.hindi.ordinals import RECORDED_WHOLE, SUFFIXES, Form, ordinal
from ivr.hindi.quarters import DEDH, DHAAI, PAUNE, SAADHE, SAVAA
from ivr.hindi.times import BAJE, BAJKAR, GHANTE, MINUTE, PARTS_OF_DAY, SECOND
from ivr.phrase import Phrase

FileName = str
"""A path below the folder of the language, without ending: ``digits/21``."""


def _one(phrase: Phrase) -> PromptId:
    (prompt,) = phrase.prompts
    return prompt


NUMBERS: Final[dict[FileName, PromptId]] = {
    **{f"digits/{n}": f"n_{n}" for n in range(100)},
    "digits/hundred": "n_sau",
    "digits/thousand": "n_hazaar",
    "digits/lakh": "n_lakh",
    "digits/crore": "n_karod",
    "digits/minus": _one(MINUS),
    "digits/star": _one(SIGNS["*"]),
    "digits/pound": _one(SIGNS["#"]),
    "digits/pause": PAUSE,
}
"""Asterisk's own languages know neither lakh nor crore."""

ORDINALS: Final[dict[FileName, PromptId]] = {
    **{f"digits/h-{n}": _one(ordinal(n)) for n in range(1, RECORDED_WHOLE + 1)},
    "digits/h-vaan": _one(SUFFIXES[Form.MASCULINE]),
}

TIMES: Final[dict[FileName, PromptId]] = {
    # Sunday is 0 and January is 0 there.
    **{f"digits/day-{day % 7}": _one(said) for day, said in WEEKDAYS.items()},
    **{f"digits/mon-{month - 1}": _one(said) for month, said in MONTHS.items()},
    "digits/today": _one(NEAR_DAYS[0]),
    "digits/yesterday": _one(NEAR_DAYS[-1]),
    "digits/tomorrow": _one(NEAR_DAYS[1]),
    "digits/oclock": _one(BAJE),
    "digits/bajkar": _one(BAJKAR),
    "digits/savaa": _one(SAVAA),
    "digits/saadhe": _one(SAADHE),
    "digits/paune": _one(PAUNE),
    "digits/dedh": _one(DEDH),
    "digits/dhaai": _one(DHAAI),
    **{_one(part).replace("t_", "digits/"): _one(part) for _, part in PARTS_OF_DAY},
    **dict.fromkeys(("second", "seconds"), _one(SECOND)),
    **dict.fromkeys(("minute", "minutes"), _one(MINUTE)),
    "hours": _one(GHANTE),
}

MONEY: Final[dict[FileName, PromptId]] = {
    "digits/rupaya": _one(RUPAYA),
    "digits/rupaye": _one(RUPAYE),
    "digits/paisa": _one(PAISA),
    "digits/paise": _one(PAISE),
}

_SIGN_FILES: Final = {
    **{"+": "plus", "-": "dash", ".": "dot", "/": "slash", "@": "at", "=": "equals", "$": "dollar"},
    # As Asterisk spells it.
    "!": "exclaimation-point",
    **{"*": "asterisk", "_": "ascii95", ",": "ascii44", ":": "ascii58", "%": "ascii37"},
    **{"&": "ascii38", "?": "ascii63"},
}
ALPHABET: Final[dict[FileName, PromptId]] = {
    **{f"letters/{letter}": _one(said) for letter, said in LETTERS.items()},
    **{f"letters/{file}": _one(SIGNS[sign]) for sign, file in _SIGN_FILES.items()},
    "letters/space": _one(SPACE),
}

QUEUE: Final[dict[FileName, PromptId]] = {
    "queue-youarenext": "q_youarenext",
    "queue-thereare": "q_thereare",
    "queue-callswaiting": "q_callswaiting",
    "queue-quantity1": "q_quantity1",
    "queue-quantity2": "q_quantity2",
    "queue-holdtime": "q_holdtime",
    "queue-minutes": _one(MINUTE),
    "queue-minute": _one(MINUTE),
    "queue-seconds": _one(SECOND),
    "queue-thankyou": "q_thankyou",
    "queue-periodic-announce": "q_hold",
    "queue-reporthold": "q_reporthold",
}
"""app_queue (say_position) says: thereare N callswaiting, holdtime N minutes, thankyou; or
youarenext, thankyou; or, beyond a limit, quantity1 N quantity2. N is the caller's position."""

PACK: Final[dict[FileName, PromptId]] = {
    **NUMBERS,
    **ORDINALS,
    **TIMES,
    **MONEY,
    **ALPHABET,
    **QUEUE,
}
"""Everything in the pack."""

HELPLINE: Final[dict[FileName, PromptId]] = {
    **PACK,
    # Here a key leaves the queue, and the caller is told so.
    "queue-periodic-announce": "q_periodic",
    "pbx-transfer": "transfer_ask",
    "pbx-invalid": "transfer_wrong",
}
"""What our own Asterisk plays. ``pbx-transfer`` is heard by an operator who hands a caller over;
without it there is no handing over."""
