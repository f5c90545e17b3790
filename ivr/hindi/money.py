"""Sums of money: पाँच सौ रुपये, एक रुपया पचास पैसे."""

from __future__ import annotations

from typing import Final

from ivr.hindi.numbers import number
from ivr.phrase import Phrase

RUPAYA: Final = Phrase(("c_rupaya",), "रुपया")
RUPAYE: Final = Phrase(("c_rupaye",), "रुपये")
PAISA: Final = Phrase(("c_paisa",), "पैसा")
PAISE: Final = Phrase(("c_paise",), "पैसे")


def money(rupees: int, paise: int = 0) -> Phrase:
    """Say a sum: paise only when there are some, no rupees when there are only paise.

    Rupees above ``numbers.LARGEST``, and anything but 0 to 99 paise, are a ``ValueError``. Short
    cuts like डेढ़ सौ are not used: in a sum every word has to be sure.
    """
    if not 0 <= paise < 100:
        raise ValueError(f"not a number of paise: {paise}")
    whole = number(rupees) + (RUPAYA if rupees == 1 else RUPAYE)
    if not paise:
        return whole
    part = number(paise) + (PAISA if paise == 1 else PAISE)
    return whole + part if rupees else part
