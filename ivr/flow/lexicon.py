"""What ``callflows.yaml`` may say and ask that no flow defines: spoken values and facts."""

from __future__ import annotations

from typing import Final

SPOKEN_VALUES: Final = {
    "ticket_number": "the ten digits of the ticket number, 3-3-4",
    "category": "the name of the category the caller is speaking of",
    "limit": "the promise as a duration: two hours",
    "deadline": "when the promise falls due as a clock time with day: by 5:40 in the evening",
    "status": "what became of the ticket that was asked about",
    "status_details": "category, day opened and promise; silent for a stranger",
    "digits": "an answer digit by digit: {digits:pin}",
    "pin_code": "an answer as a PIN code, 3-3: {pin_code:pin}",
    "number": "an answer as a count: {number:persons}",
    "waiting": "how many callers wait in a queue a branch asked the load of: {waiting:food}",
    "room": "what the room answered last, to an operator or a supervisor",
}

FACTS: Final = {
    "hours": ("open", "closed", "holiday"),
    "part_of_day": ("night", "morning", "afternoon", "evening"),
    "open_ticket": ("yes", "no"),
    "caller_known": ("yes", "no"),
    "caller_number": ("shown", "withheld"),
    "queue_load": ("free", "busy", "long", "unstaffed"),
    "has_ticket": ("yes", "no"),
    "promised": ("yes", "no"),
    "may_record": ("yes", "no"),
    "answered": ("yes", "no"),
    "category": (),
    "entry": (),
}
"""Facts a branch may ask about and their values; any value may also be caught by ``otherwise``.

``queue_load`` and ``hours`` may take ``of: <queue>`` (left out: the queue of the category the
caller is speaking of); ``answered`` takes ``of: <answer name>``; ``category`` has the categories of
the district as values, ``entry`` the entries of this file: where the conversation began.
``has_ticket``: a ticket was issued in this call, came with it out of a queue, or is the caller's
own and its status was told. ``promised``: that ticket has a limit. ``may_record``: the category
(out of a queue: every category of that queue) may be recorded.
"""
