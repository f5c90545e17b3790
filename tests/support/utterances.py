"""Hears how loud it is: when somebody spoke and fell silent again."""

from __future__ import annotations

from array import array

LOUD = 300
"""Mean of the amplitude from which somebody speaks."""
PIECE = 1600
"""Bytes of a tenth of a second."""
SILENCE = 3
"""So many quiet pieces end an utterance."""


class Utterances:
    """Counts nothing and understands nothing."""

    def __init__(self) -> None:
        self._rest = b""
        self._quiet = 0
        self.going_on = False

    def ended(self, sound: bytes) -> bool:
        """Take sound; tell whether an utterance has ended. What follows it is kept for later."""
        self._rest += sound
        while len(self._rest) >= PIECE:
            piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
            samples = array("h", piece)
            loud = sum(map(abs, samples)) / len(samples) >= LOUD
            self._quiet = 0 if loud else self._quiet + 1
            self.going_on = self.going_on or loud
            if self.going_on and self._quiet >= SILENCE:
                self.going_on = False
                return True
        return False
