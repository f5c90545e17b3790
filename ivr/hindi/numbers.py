"""Whole numbers, years and single digits in Hindi.

Hindi numbers below one hundred follow no rule that could be computed, so they are a table. Above,
numbers are counted in hundreds (सौ), thousands (हज़ार), lakhs (लाख) and crores (करोड़).
"""

from __future__ import annotations

from typing import Final

from ivr.phrase import Phrase, joined

LARGEST: Final = 99_99_99_999
"""The largest number that can be said: ninety-nine crore and so on."""

_TABLE: Final = """
शून्य एक दो तीन चार पाँच छह सात आठ नौ
दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस
बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस
तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस
चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास
पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ
साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर
सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी
अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी
नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे
"""
WORDS: Final = tuple(_TABLE.split())
"""The words for 0 to 99, one common spelling of each."""

HUNDRED: Final = Phrase(("n_sau",), "सौ")
SCALES: Final = (
    (1_00_00_000, Phrase(("n_karod",), "करोड़")),
    (1_00_000, Phrase(("n_lakh",), "लाख")),
    (1_000, Phrase(("n_hazaar",), "हज़ार")),
    (1_00, HUNDRED),
)
"""The larger units, largest first, each with how many ones it stands for."""


def small_number(n: int) -> Phrase:
    """Say ``n`` from 0 to 99: one recording, ``n_<n>``."""
    if not 0 <= n < 100:
        raise ValueError(f"not a number below one hundred: {n}")
    return Phrase((f"n_{n}",), WORDS[n])


def number(n: int) -> Phrase:
    """Say a count from 0 to 99,99,99,999; anything else is a ``ValueError``."""
    if not 0 <= n <= LARGEST:
        raise ValueError(f"not a number that can be said: {n}")
    if n == 0:
        return small_number(0)
    parts: list[Phrase] = []
    for ones, unit in SCALES:
        count, n = divmod(n, ones)
        if count:
            parts += [small_number(count), unit]
    if n:
        parts.append(small_number(n))
    return joined(parts)


def year(n: int) -> Phrase:
    """Say a year: those of 1100 to 1999 by hundreds (उन्नीस सौ सैंतालीस), others as a number."""
    hundreds, rest = divmod(n, 100)
    if not 11 <= hundreds <= 19:
        return number(n)
    begin = small_number(hundreds) + HUNDRED
    return begin + small_number(rest) if rest else begin


def digits(text: str) -> Phrase:
    """Say ``text`` digit by digit; only ``0``-``9`` may stand in it, else ``ValueError``."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("only the digits 0-9 can be said one by one")
    return joined(small_number(int(digit)) for digit in text)
