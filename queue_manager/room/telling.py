"""Telling readers of every change: gathered for a moment, put into bytes once for all of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final

from queue_manager.live.picture import Picture
from queue_manager.room.document import (
    beat_document,
    change_document,
    encoded,
    picture_document,
)
from queue_manager.room.ports import Steady
from queue_manager.room.room import Room

GATHER_S: Final = 0.02
"""Changes within this time are told together."""
REST: Final = 4.0
"""The time between two changes is at least this often the time it took to put one into bytes."""
BEAT_S: Final = 1.0
MOST_KEPT: Final = 32
"""Messages kept for a reader; one who is further behind gets a picture in their place."""
SAME_S: Final = 0.1
"""For so long the spans of a picture that does not change are still right."""
MOST_READERS: Final = 200


class TooManyReaders(Exception):
    """Nobody more is told; who reads already is not disturbed."""


class Reader:
    """One who is told, at the reader's own pace."""

    def __init__(self, fresh: Callable[[], bytes]) -> None:
        self._fresh = fresh
        self._kept: deque[bytes] = deque()
        self._behind = True
        self._something = asyncio.Event()
        self._something.set()

    def put(self, message: bytes) -> None:
        """Keep a message for the reader; too many become one picture."""
        if self._behind:
            return
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
            self._behind = True
        else:
            self._kept.append(message)
        self._something.set()

    async def messages(self) -> AsyncIterator[bytes]:
        """Give what is to be sent: first a picture, then changes and beats, without end."""
        while True:
            await self._something.wait()
            self._something.clear()
            if self._behind:
                self._behind = False
                yield self._fresh()
            while self._kept:
                yield b"".join(self._taken())

    def _taken(self) -> tuple[bytes, ...]:
        taken = tuple(self._kept)
        self._kept.clear()
        return taken


class Telling:
    """Tells every reader; used by one event loop."""

    def __init__(self, room: Room, steady: Steady) -> None:
        self._room, self._steady = room, steady
        self._readers: set[Reader] = set()
        self._told = room.picture
        self._whole: tuple[Picture, float, bytes] | None = None

    @property
    def readers(self) -> int:
        """How many are told."""
        return len(self._readers)

    def begin(self) -> Reader:
        """Take one more reader, who is told until ``end``. Raises ``TooManyReaders``."""
        if len(self._readers) >= MOST_READERS:
            raise TooManyReaders
        reader = Reader(self._fresh)
        self._readers.add(reader)
        return reader

    def end(self, reader: Reader) -> None:
        """Tell this one no more."""
        self._readers.discard(reader)

    async def run(self) -> None:
        """Look for changes until cancelled."""
        beat_at = self._steady()
        while True:
            began = self._steady()
            if self._room.picture is not self._told:
                self._tell_change(began)
            if began >= beat_at:
                beat_at = began + BEAT_S
                self._put(encoded("beat", beat_document(self._told, began, self._room.age_s)))
            took = self._steady() - began
            await asyncio.sleep(max(GATHER_S, REST * took))

    def _tell_change(self, now: float) -> None:
        before, self._told = self._told, self._room.picture
        if not self._readers:
            return
        change = change_document(before, self._told, now, self._room.age_s)
        turned = (before.live, before.gap_since) != (self._told.live, self._told.gap_since)
        if turned or change["operators"] or change["queues"] or change["gone"]:
            self._put(encoded("change", change))

    def _put(self, message: bytes) -> None:
        for reader in self._readers:
            reader.put(message)

    def _fresh(self) -> bytes:
        """Return the picture up to which changes were told, once in bytes for all who need it."""
        now = self._steady()
        if self._whole is not None:
            picture, made_at, whole = self._whole
            if picture is self._told and now - made_at <= SAME_S:
                return whole
        whole = encoded("picture", picture_document(self._told, now, self._room.age_s))
        self._whole = self._told, now, whole
        return whole
