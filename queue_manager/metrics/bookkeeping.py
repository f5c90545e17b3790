"""What is done behind the room's back: what was found out, the roll-ups, and the journal's end."""

from __future__ import annotations

import logging
import threading
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from database.engine import StoreUnavailable
from queue_manager.journal.aftermath import Aftermath
from queue_manager.metrics.pruning import Pruning
from queue_manager.metrics.rollup import TOGETHER, RollUps

log = logging.getLogger(__name__)

EVERY_S: Final = 10.0
BREATH_S: Final = 0.5
"""Between two batches of a long run: the thread shares a processor with the room."""


class Bookkeeping:
    """A thread that does all every ten seconds; ``start`` and ``stop`` are called once each."""

    def __init__(
        self, aftermath: Aftermath, rollups: RollUps, pruning: Pruning, every_s: float = EVERY_S
    ) -> None:
        self._aftermath, self._rollups, self._pruning = aftermath, rollups, pruning
        self._every_s = every_s
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bookkeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, limit_s: float = 5.0) -> None:
        """End after what is being done."""
        self._ending.set()
        self._thread.join(timeout=limit_s)

    def run_once(self) -> bool:
        """Do each once; tell whether more is waiting to be done."""
        try:
            self._aftermath.run_once()
            rolled = self._rollups.run_once()
            return self._pruning.run_once() or rolled == TOGETHER
        except StoreUnavailable as away:
            log.warning("the bookkeeping of the journal waits for its database: %s", away)
        except SQLAlchemyError:
            # A store of another version, most likely: the journal itself goes on.
            log.exception("the bookkeeping of the journal fails")
        return False

    def _run(self) -> None:
        while not self._ending.is_set():
            self._ending.wait(BREATH_S if self.run_once() else self._every_s)
