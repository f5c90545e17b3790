"""The codes of the staff with no server of ours there: to come back, and no other, needs none."""

from __future__ import annotations

from collections.abc import Sequence

from ivr import names
from ivr.fallback.text import context, extension

CONTEXT = "staff-without-us"
NOT_NOW, IS_BACK, NOT_THERE = "staff_not_now_text", "staff_back", "staff_not_signed_on"


def codes(back: Sequence[str], language: str) -> str:
    """Write what a code does; ``back`` are those that end a pause or a wrap-up.

    The mark comes before the deed: a room that lives sees the deed at once, and would undo it.
    """
    asked = " | ".join(f'"${{{names.DIALLED}}}" = "{code}"' for code in back)
    who = f"${{{names.CALLER}}}"
    return context(
        CONTEXT,
        extension(
            "s",
            *((f"GotoIf($[{asked}]?back)",) if back else ()),
            f"Playback({language}/{NOT_NOW})",
            "Goto(farewell,s,1)",
            ("back", f"Set(FILE(${{{names.CAME_BACK}}}/{who})=${{EPOCH}})"),
            f"UnpauseQueueMember(,PJSIP/{who})",
            f'ExecIf($["${{UPQMSTATUS}}" = "UNPAUSED"]?Playback({language}/{IS_BACK})'
            f":Playback({language}/{NOT_THERE}))",
            "Goto(farewell,s,1)",
        ),
        about=(
            "---- The staff: what an operator dialled, with no server of ours there.",
            "Whoever is paused or in a wrap-up comes back: in all queues, without the PIN.",
        ),
        rescued=False,
    )
