"""The section ``wallboard`` of ``district.yaml``: when something turns red."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from sahayata.district.values import Duration, Strict, lasting

Limit = Annotated[Duration, lasting("5 s", "12 h")]


class RedRules(Strict):
    """How long an operator may be in a state, and a caller wait, before it turns red."""

    talking: Limit = timedelta(minutes=10)
    holding: Limit = timedelta(minutes=2)
    ringing: Limit = timedelta(seconds=20)
    wrap_up: Limit = timedelta(minutes=2)
    paused: Limit = timedelta(minutes=30)
    waiting: Limit = timedelta(minutes=2)


class WallboardRules(Strict):
    """The whole section."""

    red: RedRules = RedRules()
