"""Keeping a telephone known to the PBX: REGISTER, again and again, whatever happens to it."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Final

from aiosipua import Registration, RegistrationState, SipDigestAuth

from sahayata.telephone.outgoing import address
from sahayata.telephone.sip import USER_AGENT, SipLine

log = logging.getLogger(__name__)

EXPIRES_S: Final = 120
REFRESH_S: Final = 20.0
"""Well before the registration ends, so that a PBX that forgot us knows us again soon."""
ANSWER_S: Final = 3.0
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 15.0
SIGN_OFF_S: Final = 2.0
LOOK_EVERY_S: Final = 0.02


class SignOn:
    """One extension's registration."""

    def __init__(self, line: SipLine, extension: str, password: str, chance: random.Random) -> None:
        host, port = line.server
        self.extension = extension
        self.first = asyncio.Event()
        """Set when the PBX has accepted us for the first time."""
        self._chance = chance
        self._answered = asyncio.Event()
        self._refusal = ""
        self._said = ""
        """The last refusal that stands in the log: each is written once, not at every try."""
        self._absent = False
        line.on_absent.append(self._nobody)
        self._registration = Registration(
            line.uac,
            address(extension, host, port),
            line.server,
            expires=EXPIRES_S,
            auth=SipDigestAuth(extension, password),
            contact_uri=address(extension, *line.local),
            registrar_uri=address("", host, port),
            user_agent=USER_AGENT,
        )
        self._registration.on_registered = lambda _: self._answered.set()
        self._registration.on_failed = lambda _, status, reason: self._refused(status, reason)

    async def keep(self) -> None:
        """Stay registered until cancelled; a PBX that is away is asked again with back-off."""
        wait = FIRST_WAIT_S
        while True:
            if await self._register():
                self.first.set()
                wait = FIRST_WAIT_S
                await asyncio.sleep(REFRESH_S * self._chance.uniform(0.8, 1.0))
            else:
                await asyncio.sleep(wait * self._chance.uniform(0.5, 1.0))
                wait = min(wait * 2, LONGEST_WAIT_S)

    async def sign_off(self) -> bool:
        """Tell the PBX that we leave; false when it did not answer."""
        self._absent = False
        self._registration.unregister()
        try:
            async with asyncio.timeout(SIGN_OFF_S):
                # The library tells of a leaving by its state only.
                while not self._signed_off and not self._absent:  # noqa: ASYNC110 - it has no event
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            return False
        return self._signed_off

    @property
    def _signed_off(self) -> bool:
        return self._registration.state is RegistrationState.UNREGISTERED

    async def _register(self) -> bool:
        self._answered.clear()
        self._refusal = ""
        self._registration.register()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._answered.wait()
        except TimeoutError:
            self._refusal = f"no answer within {ANSWER_S:g} s"
        if self._refusal and self._refusal != self._said:
            log.warning("extension %s is not registered: %s", self.extension, self._refusal)
        elif self._said and not self._refusal:
            log.info("extension %s is registered again", self.extension)
        self._said = self._refusal
        return not self._refusal

    def _refused(self, status: int, reason: str) -> None:
        self._refusal = f"{status} {reason}"
        self._answered.set()

    def _nobody(self) -> None:
        self._absent = True
        self._refusal = "nobody listens there"
        self._answered.set()
