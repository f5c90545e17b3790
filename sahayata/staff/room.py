"""``ivr.room.Room`` for real: each deed checked once more here, whatever the flow says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from ivr import briefing
from ivr.call import CallFacts
from ivr.languages import Numbers
from ivr.room import (
    DEEDS,
    DONE,
    OF_A_SUPERVISOR,
    OF_THE_STUDIO,
    REFUSED,
    RoomAnswer,
    RoomUnavailable,
)
from queue_manager.duty.door import Admitted, TooManyTrials
from queue_manager.room.orders import Deed, Order, Outcome
from queue_manager.room.wire import OperatorSaid
from sahayata.staff.cost_of_a_break import CostOfABreak
from sahayata.staff.listening import ListeningIn
from sahayata.staff.notices import Notices
from sahayata.staff.on_record import on_record, within_limit
from sahayata.staff.ports import Crew, Door, IfAway, LiveRoom, Records, Today
from sahayata.staff.report import IN_A_TALK, figures_today, room_now, state_of, whom_to_call
from sahayata.staff.studio import StudioByTelephone

log = logging.getLogger(__name__)

DISPOSITIONS: Final = ("helped", "to_officer", "informed", "call_again", "cut_off")
MARKS: Final = ("blank", "abusive")
BY_TELEPHONE: Final = "by telephone"
"""Why a deed is done whose reason nobody was asked."""
_WITH_PIN: Final = {
    "sign_on": Deed.SIGN_ON,
    "sign_off": Deed.SIGN_OFF,
    "pause": Deed.PAUSE,
    "resume": Deed.RESUME,
}
"""An operator's deeds that need the PIN in the same call."""


class StaffRoom:
    """What operators and supervisors ask by telephone."""

    def __init__(
        self,
        live: LiveRoom,
        door: Door,
        crew: Crew,
        records: Records,
        *,
        today: Today,
        if_away: IfAway,
        notices: Notices,
        studio: StudioByTelephone,
        numbers: Numbers,
        queues: Iterable[str],
        pause_reasons: Iterable[str],
        named: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """``named`` tells the extensions of the operators whose names can be said."""
        self._live, self._door, self._crew, self._records = live, door, crew, records
        self._today, self._notices, self._numbers = today, notices, numbers
        self._studio = studio
        self._cost = CostOfABreak(live, records, if_away)
        self._listening = ListeningIn(records)
        self._named = named
        self._queues, self._pause_reasons = tuple(queues), frozenset(pause_reasons)

    async def ask(
        self, facts: CallFacts, who: str, do: str, given: Mapping[str, str]
    ) -> RoomAnswer:
        """Ask something of the room, or do something in it."""
        if do in OF_A_SUPERVISOR:
            if not await self._is_supervisor(who):
                return RoomAnswer(REFUSED)
            if do in OF_THE_STUDIO:
                return await self._studio.ask(facts, who, do, given)
            return await self._of_supervisor(facts.call_id, who, do, given)
        return await self._of_operator(facts, who, do, given)

    async def notice(self, facts: CallFacts, who: str, queue: str, recording: Path) -> None:
        """Let callers of a queue hear this recording from now on."""
        if queue not in self._queues or not await self._is_supervisor(who):
            raise RoomUnavailable("not a queue, or not a supervisor")
        async with on_record(self._records, who, "notice", queue=queue):
            try:
                await asyncio.to_thread(self._notices.put, queue, recording)
            except OSError as fault:
                raise RoomUnavailable(f"the notice cannot be kept: {fault.strerror}") from fault

    async def take(self, facts: CallFacts, who: str, number: str, recording: Path) -> RoomAnswer:
        """Judge what a supervisor recorded in the place of a prompt."""
        if not await self._is_supervisor(who):
            raise RoomUnavailable("not a supervisor")
        return await self._studio.take(facts, number, recording)

    async def talk_left(self, facts: CallFacts, *, heard: bool = True) -> None:
        """Put on record that listening in is over in this call."""
        await self._studio.leave(facts.call_id)
        await self._listening.ends(facts.call_id, heard=heard)

    async def close(self) -> None:
        """Close the line to the room."""
        await self._live.close()

    async def _of_operator(
        self, facts: CallFacts, who: str, do: str, given: Mapping[str, str]
    ) -> RoomAnswer:
        # The telephone registered with a password of its own: it says who presses, except where
        # the PIN has to be pressed as well.
        own = facts.caller
        match do:
            case "telephone":
                rostered = own in await within_limit(self._crew.supervisors)
                return RoomAnswer("rostered" if rostered else "seat")
            case "identify":
                return await self._identify(own, given["pin"])
            case "my_state":
                return RoomAnswer(state_of(await self._operator(own)))
            case "pause" if given["reason"] not in self._pause_reasons:
                return RoomAnswer("unknown_reason")
            case "sign_on" | "sign_off" | "pause" | "resume":
                if not who:
                    return RoomAnswer(REFUSED)
                return await self._do(_WITH_PIN[do], who, who, given.get("reason", ""))
            case "outlook" | "chose_break" | "chose_work":
                return await self._before_a_break(facts.call_id, who, do, given)
            case "ready":
                return await self._do(Deed.READY, own, own)
            case "disposition":
                return await self._note(own, do, given["code"], DISPOSITIONS)
            case "mark":
                return await self._note(own, do, given["mark"], MARKS)
            case "call_supervisor":
                return await self._call_supervisor(own)
        raise RoomUnavailable(f"nobody does {do}")

    async def _of_supervisor(
        self, call: str, who: str, do: str, given: Mapping[str, str]
    ) -> RoomAnswer:
        match do:
            case "briefing" | "queues" | "operators":
                speak = {
                    "briefing": briefing.briefing,
                    "queues": briefing.every_queue,
                    "operators": briefing.every_operator,
                }[do]
                now = room_now(await self._live.picture(), self._queues, self._named())
                return RoomAnswer(DONE, speak(now, self._numbers))
            case "figures":
                tally = await within_limit(self._today)
                return RoomAnswer(DONE, briefing.figures(figures_today(tally), self._numbers))
            case "may_listen" | "may_whisper" | "may_barge":
                return await self._may_join(call, who, do.removeprefix("may_"), given["operator"])
            case "bring_back" | "send_off":
                operator = given["operator"]
                if await self._operator(operator) is None:
                    return RoomAnswer("no_such_operator")
                deed = Deed.RESUME if do == "bring_back" else Deed.SIGN_OFF
                async with on_record(self._records, who, do, operator) as end:
                    answer = await self._do(deed, operator, who)
                    end.outcome = Outcome.CONFIRMED if answer.outcome == DONE else Outcome.REFUSED
                return answer
            case "clear_notice" if given["queue"] in self._queues:
                queue = given["queue"]
                async with on_record(self._records, who, do, queue=queue):
                    await asyncio.to_thread(self._notices.clear, queue)
                return RoomAnswer(DONE)
        return RoomAnswer(REFUSED)

    async def _before_a_break(
        self, call: str, who: str, do: str, given: Mapping[str, str]
    ) -> RoomAnswer:
        if not who:
            return RoomAnswer(DEEDS[do].outcomes[0])
        if do == "outlook":
            return await self._cost.ask(call, who, given["reason"])
        return await self._cost.chose(call, who, went=do == "chose_break")

    async def _identify(self, extension: str, pin: str) -> RoomAnswer:
        match await within_limit(self._door.admit, extension, extension, pin):
            case Admitted(extension, supervisor):
                return RoomAnswer("supervisor" if supervisor else "operator", who=extension)
            case TooManyTrials():
                return RoomAnswer("too_many")
            case _:
                return RoomAnswer("wrong")

    async def _may_join(self, call: str, who: str, manner: str, operator: str) -> RoomAnswer:
        found = await self._operator(operator)
        if found is None:
            return RoomAnswer("no_such_operator")
        if found.state not in IN_A_TALK:
            return RoomAnswer("not_talking")
        # On record before anything is heard: without the record nobody listens.
        await self._listening.begins(call, who, manner, operator, found.queue or "")
        return RoomAnswer(DONE)

    async def _note(
        self, operator: str, kind: str, code: str, known: Collection[str]
    ) -> RoomAnswer:
        if code not in known:
            return RoomAnswer("unknown_code")
        call = await within_limit(self._records.last_call, operator)
        if call is None:
            return RoomAnswer("no_call")
        await within_limit(self._records.note, call, operator, kind, code)
        return RoomAnswer(DONE)

    async def _call_supervisor(self, operator: str) -> RoomAnswer:
        supervisors = [
            extension
            for extension, supervisor in (await within_limit(self._crew.supervisors)).items()
            if supervisor and extension != operator
        ]
        called = whom_to_call(supervisors, await self._live.picture())
        return RoomAnswer(DONE, value=called) if called else RoomAnswer("nobody")

    async def _do(self, deed: Deed, operator: str, by: str, reason: str = "") -> RoomAnswer:
        result = await self._live.do(
            Order(deed=deed, operator=operator, by=by, why=BY_TELEPHONE, reason=reason)
        )
        match result.outcome:
            case Outcome.CONFIRMED:
                return RoomAnswer(DONE)
            case Outcome.REFUSED:
                log.info("refused: %s", result.said, extra={"deed": deed.value})
                return RoomAnswer(REFUSED)
            case _:
                raise RoomUnavailable(f"not seen to happen: {result.said}")

    async def _operator(self, extension: str) -> OperatorSaid | None:
        whole = await self._live.picture()
        if not whole.live:
            raise RoomUnavailable("Asterisk is not heard now")
        return next((o for o in whole.operators if o.extension == extension), None)

    async def _is_supervisor(self, who: str) -> bool:
        if not who:
            return False
        return (await within_limit(self._crew.supervisors)).get(who, False)
