"""Every name that the dialplan and our server share, spelt once.

How the dialplan calls our server
---------------------------------
``AGI(agi://127.0.0.1:PORT/ROUTE?key=value&key=value…,PASSWORD)``. Values travel in the query string
and not in further variables: Asterisk writes ``agi_network_script`` before anything a
stranger can influence, so that a forged line comes later, as a duplicate, and ends the session.
The password shows that Asterisk speaks, and no other program of this machine; it is an argument
(``agi_arg_1``), as Asterisk logs the address when nobody answers there, and no arguments.

Nothing is percent-coded. The dialplan passes each value through ``FILTER()`` with the characters
below (a hyphen first: FILTER drops one that stands last), none of which means anything in a
query string, a dialplan or an AGI header; the server
checks each value again and takes one that does not fit as empty. A key may be empty or left out.

================  ===========================================  ====================================
key               characters after ``FILTER``                  value
================  ===========================================  ====================================
``call_id``       ``A-Za-z0-9.-``          (1-128, required)   ``${SAHAYATA_CALL_ID}``
``dialled``       ``0-9*#``                (0-20)              ``${SAHAYATA_DIALLED}``
``language``      ``a-z``                  (2-8)               ``${SAHAYATA_LANGUAGE}``
``sip``           ``A-Za-z0-9.@_-``        (0-128)             ``${SAHAYATA_SIP}``
``ticket``        ``0-9``                  (0 or 10)           ``${SAHAYATA_TICKET}``
``queue``         ``a-z0-9_``              (0-32)              ``${SAHAYATA_QUEUE}``
``entry``         ``a-z_``                 (0-48)              ``queue_key`` or ``queue_limit``
``recorded``      ``01``                   (0-1)               ``${SAHAYATA_RECORDED}``
``status``        ``A-Z``                  (0-16)              ``${QUEUESTATUS}``
``abandoned``     ``A-Z``                  (0-8)               ``${ABANDONED}``
``operator``      ``A-Za-z0-9/_.@-``       (0-64)              ``${MEMBERINTERFACE}``
``wait``          ``0-9``                  (0-6)               ``${QEHOLDTIME}``, seconds
``total``         ``-0-9``                 (0-6)               ``$[${EPOCH} - ${SAHAYATA_JOINED}]``
``since``         ``0-9``                  (0-10)              ``${SAHAYATA_HANDED}``
``staff``         ``0-9``                  (0-8)               ``${SAHAYATA_STAFF}``
``prompt``        ``0-9``                  (0-4)               ``${SAHAYATA_PROMPT}``
================  ===========================================  ====================================

The caller's number is not among them: Asterisk logs the whole address when nobody answers there. It
comes in the header ``agi_callerid``, into which the dialplan has put ``${SAHAYATA_CALLER}``.

Routes and what they take besides ``call_id``, ``dialled``, ``language`` and ``sip``:

- ``/inbound``      the conversation with a citizen who dials in: nothing more.
- ``/from_queue``   a caller who left a queue alive: ``ticket``, ``queue``, ``recorded`` and
  ``entry=queue_key`` (a key was pressed while waiting) or ``entry=queue_limit`` (the wait passed
  its limit, or nobody sits there). The answer is the same as of ``/inbound``: the done-flag.
- ``/staff``        a code that an operator's telephone dialled: ``entry`` is ``staff``, or
  ``after_listening`` with ``staff=`` who gave the PIN in this call, or ``studio`` with ``prompt=``
  the sentence that a command at the machine had this telephone called for.
- ``/after_listening``  who listened in by telephone hung up there, from ``h``: nothing more. Sets
  nothing, sends no command and works on a dead channel.
- ``/after_queue``  how ``Queue()`` ended, from ``h`` or after it: ``ticket``, ``queue``,
  ``status``, ``abandoned``, ``operator``, ``wait``, ``total``, ``since``. Sets nothing, sends no
  command and works on a dead channel. Called once per ``Queue()``; once more does no harm.

``queues.conf`` needs ``setinterfacevar=yes`` and ``setqueueentryvar=yes`` for the operator and the
wait. ``/after_queue`` takes a call with an operator for served, with ``status=TIMEOUT`` for let go
at the limit (Asterisk sets ``abandoned`` then, too), else with ``abandoned`` for abandoned.
"""

from typing import Final

ROUTE_INBOUND: Final = "inbound"
ROUTE_FROM_QUEUE: Final = "from_queue"
ROUTE_AFTER_QUEUE: Final = "after_queue"
ROUTE_STAFF: Final = "staff"
ROUTE_AFTER_LISTENING: Final = "after_listening"
ENTRY_AFTER_LISTENING: Final = "after_listening"

CALL_ID: Final = "SAHAYATA_CALL_ID"
"""``system-boot-uniqueid``; inherited by every later leg (set with ``__``)."""
CALLER: Final = "SAHAYATA_CALLER"
"""The caller's number after FILTER: only ``[0-9+]``."""
FROM: Final = "SAHAYATA_FROM"
"""Who calls as SIP has it, a URI of printable characters; gone when the number was read."""
DIALLED: Final = "SAHAYATA_DIALLED"
"""The dialled extension after FILTER: only ``[0-9*#]``."""
LANGUAGE: Final = "SAHAYATA_LANGUAGE"
"""The folder of prompts."""
SIP: Final = "SAHAYATA_SIP"
"""The SIP Call-ID after FILTER, to find a call again from the other end."""
JOINED: Final = "SAHAYATA_JOINED"
"""``${EPOCH}`` when ``Queue()`` began."""
HANDED: Final = "SAHAYATA_HANDED"
"""When our server handed the caller to a queue, in whole seconds on the steady clock: what Asterisk
counts with the wall clock is held against it."""
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

STAFF: Final = "SAHAYATA_STAFF"
"""Who gave their PIN in this call: set by our server and by nothing else."""
PROMPT: Final = "SAHAYATA_PROMPT"
"""The number of the sentence that somebody at the machine wants recorded anew by telephone."""
STUDIO_CALLED: Final = "studio-called"
"""The context a telephone comes to that was called for it; the extension is that number."""
ENTRY_STUDIO: Final = "studio"
LISTENED: Final = "SAHAYATA_LISTENED"
"""The extension a supervisor listens to."""
MANNER: Final = "SAHAYATA_MANNER"
"""``listen``, ``whisper``, ``barge``, or ``call``: ring a supervisor for an operator."""
DONE_QUEUE: Final = "queue"
DONE_TALK: Final = "talk"
DONE_END: Final = "end"

# Global variables of the generated configuration (deploy.asterisk_config.dialplan writes them).
SYSTEM: Final = "SAHAYATA_SYSTEM"
"""This machine and instance, the first part of a call id: ``[A-Za-z0-9.]``."""
BOOT: Final = "SAHAYATA_BOOT"
"""This start of Asterisk, the second part of a call id: hexadecimal."""
AGI: Final = "SAHAYATA_AGI"
"""``agi://127.0.0.1:PORT``: a route follows after a slash."""
AGI_PASSWORD: Final = "SAHAYATA_AGI_PASSWORD"  # noqa: S105 - a name
"""What our server asks of whoever calls it; from the secrets of the instance."""
AGI_PASSWORD_KEY: Final = "arg_1"  # noqa: S105 - a name
"""Where it stands in the AGI header, without ``agi_``."""
FALLBACK_AGI: Final = "SAHAYATA_FALLBACK_AGI"
"""What ``AGI()`` runs for a ticket number without our server: a program that sets up the search
path and hands its arguments to ``agi_scripts/fallback_ticket.py``; ``SAHAYATA_STATE`` is in its
environment, its standard error is closed."""
FIRST_LANGUAGE: Final = "SAHAYATA_FIRST_LANGUAGE"
"""The language of a caller who chose none."""
SHORT_CODE: Final = "SAHAYATA_SHORT_CODE"
"""What a citizen dials, and an operator to try it."""
MESSAGES: Final = "SAHAYATA_MESSAGES"
"""The folder of spoken messages."""
SOUNDS: Final = "SAHAYATA_SOUNDS"
"""The folder of recordings, a folder a language in it."""
TALKS: Final = "SAHAYATA_TALKS"
"""The folder of recorded talks."""
FIRST_QUEUE: Final = "SAHAYATA_FIRST_QUEUE"
"""The queue of a caller whose queue is unknown: ``general``, or the first of the district."""
WAIT: Final = "SAHAYATA_WAIT_"
"""Begins the wait limit of a queue in seconds; its name follows."""
RECORDABLE: Final = "SAHAYATA_RECORDABLE_"
"""Begins ``1`` or ``0``: whether talks of a queue may ever be recorded; its name follows. ``0``
where a confidential category goes to it."""
DRAINING: Final = "SAHAYATA_DRAINING"
"""``1`` while the instance goes down: no new call is taken, those running go on."""

QUEUE_PREFIX: Final = "q_"
"""Stands before the name of a queue inside Asterisk, ``q_food``: in Queue(), QUEUE_MEMBER(),
``queues.conf`` and AMI, nowhere else. ``queues.conf`` has a section ``general`` of its own, so a
queue of the district's with that name could not be told from it."""

NOTICES: Final = "SAHAYATA_NOTICES"
"""The folder of what supervisors said to the callers of a queue: ``food.wav``."""
WINGS: Final = "SAHAYATA_WING_"
"""Begins the queue an operator hands a caller over to; the digit to be pressed follows."""

CAME_BACK: Final = "SAHAYATA_CAME_BACK"
"""The folder of who came back from a pause or a wrap-up with our server dead: a file an extension
with the moment in it, for the room to read (``queue_manager.room.came_back``)."""

# The dialplan's own, beside those it shares.
ROUND: Final = "SAHAYATA_ROUND"
"""How often the caller came back into the queue: each time moves the caller before later ones."""
ENTRY: Final = "SAHAYATA_ENTRY"
"""Which conversation runs, ours or the fall-back: ``inbound``, or ``queue_key`` or ``queue_limit``
for a caller who left a queue alive."""
WING: Final = "SAHAYATA_WING"
"""The queue a caller is being handed over to by an operator."""
TOLD: Final = "SAHAYATA_TOLD"
"""``1`` when the end of this stay in the queue has been told."""

SPEECH_ENGINE: Final = "sahayata"
"""Our recogniser, as Asterisk knows it: a section of ``aeap.conf``."""

ABSOLUTE_LIMIT: Final = "TIMEOUT(absolute)"
"""The dialplan gives a new session a few seconds only; the server sets it by its first command, and
again as it goes on, some tens of seconds ahead each time (``ivr.fastagi.agi_call``). So a server
that hangs, at whatever step, costs a caller seconds, not minutes. ``T`` takes the caller on."""
