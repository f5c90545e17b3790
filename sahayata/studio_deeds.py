"""What somebody at the machine does in the studio: on record before it is done, and after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from console.audit import Audit
from database.engine import StoreUnavailable
from database.upgrade import NewerStore, upgrade
from ivr.call import PromptId
from ivr.voice.processing import Pcm
from ivr.voice.studio import NoSuchTake, TakeUnfit
from ivr.voice.studio_booth import NOT_DONE, Booth
from queue_manager.room.orders import Outcome
from sahayata.settings import Settings
from sahayata.stores import now, open_database
from sahayata.studio import PUT_BACK, RECORDED


class NotDone(Exception):
    """It was not done, or is not known to be done; the message says why."""


def keep(
    settings: Settings, booth: Booth, prompt: PromptId, pcm: Pcm, *, who: str, how: str
) -> int:
    """Keep a recording, and return the number of the take. Raises ``NotDone``."""
    with _on_record(settings, who, RECORDED, prompt):
        return booth.keep(prompt, pcm, who=who, how=how, at=now()).number


def put_back(settings: Settings, booth: Booth, prompt: PromptId, number: int, *, who: str) -> None:
    """Put an earlier take, or with 0 the project's recording, in use. Raises ``NotDone``."""
    with _on_record(settings, who, f"{PUT_BACK}:{number}", prompt):
        booth.put_back(prompt, number)


@contextmanager
def _on_record(settings: Settings, who: str, what: str, prompt: PromptId) -> Iterator[None]:
    engine = open_database(settings)
    audit = Audit(engine, now)
    try:
        upgrade(engine)
        number = audit.at_the_machine(who, what, prompt)
        outcome = Outcome.UNKNOWN
        try:
            yield
            outcome = Outcome.CONFIRMED
        except (NoSuchTake, TakeUnfit):
            outcome = Outcome.REFUSED
            raise
        finally:
            audit.ended(number, who, what, outcome.value)
    except (StoreUnavailable, NewerStore) as away:
        raise NotDone(f"the database cannot be used, and it must be on record: {away}") from away
    except NOT_DONE as fault:
        raise NotDone(str(fault)) from fault
    finally:
        engine.dispose()
