"""Every name that the dialplan and our server share, spelt once.

How the dialplan calls our server
---------------------------------
``AGI(agi://127.0.0.1:PORT/ROUTE?key=value&key=value…)``. Values travel in the query string and not
in ``agi_arg_N`` or further variables: Asterisk writes ``agi_network_script`` before anything a
stranger can influence, so that a forged line comes later, as a duplicate, and ends the session.

Nothing is percent-coded. The dialplan passes each value through ``FILTER()`` with the characters
below, none of which means anything in a query string, a dialplan or an AGI header; the server
checks each value again and takes one that does not fit as empty. A key may be empty or left out.

================  ===========================================  ====================================
key               characters after ``FILTER``                  value
================  ===========================================  ====================================
``call_id``       ``A-Za-z0-9.-``          (1-128, required)   ``${SAHAYATA_CALL_ID}``
``caller``        ``0-9+``                 (0-20)              ``${SAHAYATA_CALLER}``
``dialled``       ``0-9*#``                (0-20)              ``${SAHAYATA_DIALLED}``
``language``      ``a-z``                  (2-8)               ``${SAHAYATA_LANGUAGE}``
``sip``           ``A-Za-z0-9.@_-``        (0-128)             ``${SAHAYATA_SIP}``
``ticket``        ``0-9``                  (0 or 10)           ``${SAHAYATA_TICKET}``
``queue``         ``a-z0-9_``              (0-32)              ``${SAHAYATA_QUEUE}``
``entry``         ``a-z_``                 (0-48)              ``queue_key`` or ``queue_limit``
``status``        ``A-Z``                  (0-16)              ``${QUEUESTATUS}``
``abandoned``     ``A-Z``                  (0-8)               ``${ABANDONED}``
``operator``      ``A-Za-z0-9/_.@-``       (0-64)              ``${MEMBERINTERFACE}``
``wait``          ``0-9``                  (0-6)               ``${QEHOLDTIME}``, seconds
``total``         ``0-9``                  (0-6)               ``$[${EPOCH} - ${SAHAYATA_JOINED}]``
================  ===========================================  ====================================

Routes and what they take besides ``call_id``, ``caller``, ``dialled``, ``language`` and ``sip``:

- ``/inbound``      the conversation with a citizen who dials in: nothing more.
- ``/from_queue``   a caller who left a queue alive: ``ticket``, ``queue`` and
  ``entry=queue_key`` (a key was pressed while waiting) or ``entry=queue_limit`` (the wait passed
  its limit, or nobody sits there). The answer is the same as of ``/inbound``: the done-flag.
- ``/after_queue``  how ``Queue()`` ended, from ``h`` or after it: ``ticket``, ``queue``,
  ``status``, ``abandoned``, ``operator``, ``wait``, ``total``. Sets nothing, sends no command and
  works on a dead channel. Called once per ``Queue()``; once more does no harm.

``queues.conf`` needs ``setinterfacevar=yes`` and ``setqueueentryvar=yes`` for the operator and the
wait. ``/after_queue`` takes a call with an operator for served, with ``abandoned`` for abandoned.
"""

from typing import Final

ROUTE_INBOUND: Final = "inbound"
ROUTE_FROM_QUEUE: Final = "from_queue"
ROUTE_AFTER_QUEUE: Final = "after_queue"

CALL_ID: Final = "SAHAYATA_CALL_ID"
"""``system-boot-uniqueid``; inherited by every later leg (set with ``__``)."""
CALLER: Final = "SAHAYATA_CALLER"
"""The caller's number after FILTER: only ``[0-9+]``."""
DIALLED: Final = "SAHAYATA_DIALLED"
"""The dialled extension after FILTER: only ``[0-9*#]``."""
LANGUAGE: Final = "SAHAYATA_LANGUAGE"
"""The folder of prompts."""
SIP: Final = "SAHAYATA_SIP"
"""The SIP Call-ID after FILTER, to find a call again from the other end."""
JOINED: Final = "SAHAYATA_JOINED"
"""``${EPOCH}`` when ``Queue()`` began."""
TICKET: Final = "SAHAYATA_TICKET"
"""The ticket number, set as soon as it is durable and before it is spoken."""
QUEUE: Final = "SAHAYATA_QUEUE"
"""The queue to join, set by the conversation."""
PRIORITY: Final = "SAHAYATA_PRIORITY"
"""Queue priority, a whole number."""
RECORDED: Final = "SAHAYATA_RECORDED"
"""``1`` when the talk with the operator may be recorded."""
DONE: Final = "SAHAYATA_DONE"
"""The done-flag: set LAST. ``queue`` = run Queue(), ``end`` = hang up. Absent: run the fall-back.

The dialplan clears it (``Set(SAHAYATA_DONE=)``) before each AGI, so that a second conversation of
one call cannot be taken for done because the first was."""
FALLBACK_TRIED: Final = "SAHAYATA_FALLBACK"
"""``1`` once the fall-back flow has begun, so that it is begun once."""

DONE_QUEUE: Final = "queue"
DONE_END: Final = "end"
