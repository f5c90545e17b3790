"""Our recordings under the names that Asterisk itself asks for.

``Queue()``, ``SayNumber()``, ``SayDigits()`` and ``RECORD FILE`` play files of fixed names. With
these in the folder of a language, and ``say_conf()`` as ``say.conf``, they speak that language.
"""

from __future__ import annotations

from typing import Final

from ivr.call import PromptId

BEEP: Final = "beep"
"""What RECORD FILE plays when it is asked for a beep."""

QUEUE_SOUNDS: Final[dict[str, PromptId]] = {
    "queue-youarenext": "q_youarenext",
    "queue-thereare": "q_thereare",
    "queue-callswaiting": "q_callswaiting",
    "queue-quantity1": "q_quantity1",
    "queue-quantity2": "q_quantity2",
    "queue-holdtime": "q_holdtime",
    "queue-minutes": "t_minute",
    "queue-minute": "t_minute",
    "queue-seconds": "t_second",
    "queue-thankyou": "q_thankyou",
    "queue-periodic-announce": "q_periodic",
    "queue-reporthold": "q_reporthold",
}
"""app_queue (say_position) says: thereare N callswaiting, holdtime N minutes, thankyou; or
youarenext, thankyou; or, beyond a limit, quantity1 N quantity2. N is the caller's position."""

TRANSFER_SOUNDS: Final[dict[str, PromptId]] = {
    "pbx-transfer": "transfer_ask",
    "pbx-invalid": "transfer_wrong",
}
"""What an operator hears who hands a caller over; without the first there is no handing over."""

ASTERISK_NAMES: Final[dict[str, PromptId]] = {
    **{f"digits/{n}": f"n_{n}" for n in range(100)},
    "digits/hundred": "n_sau",
    "digits/thousand": "n_hazaar",
    "digits/lakh": "n_lakh",
    "digits/crore": "n_karod",
    **QUEUE_SOUNDS,
    **TRANSFER_SOUNDS,
}
"""File name, without folder of the language and ending, and the prompt it is a copy of. Asterisk's
own languages know neither lakh nor crore: those two names are ours, and say.conf uses them."""

_RULES: Final = """\
; Numbers in Hindi, from 0 to 99,99,99,999. The first rule that fits is used; X is any digit, and n
; and e in brackets are themselves. ${SAY} is the number.
[general]
mode=new

[hi]
    _[n]um:0[0-9]. => num:${SAY:1}
    _[n]um:0X => digits/${SAY:1}
    _[n]um:X => digits/${SAY}
    _[n]um:XX => digits/${SAY}
"""


def say_conf() -> str:
    """Return a whole ``say.conf`` with which SayNumber and Queue() count in Hindi."""
    lines = [_RULES]
    for zeros, unit in ((2, "hundred"), (3, "thousand"), (5, "lakh"), (7, "crore")):
        # Above a hundred each unit is counted by one or two digits.
        for head in (1, 2) if zeros > 2 else (1,):
            pattern, count = "X" * head, f"${{SAY:0:{head}}}"
            lines.append(f"    _[n]um:{pattern}{'0' * zeros} => num:{count}, digits/{unit}\n")
            rest = f"digits/{unit}, num:${{SAY:{head}}}"
            lines.append(f"    _[n]um:{pattern}{'X' * zeros} => num:{count}, {rest}\n")
    lines.append("    _[e][n]um:. => num:${SAY}\n")
    return "".join(lines)
