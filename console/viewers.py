"""Tells every browser what changed: encoded once, bounded for each, no browser waits for another.

A browser that reads too slowly gets the whole board in place of what it missed.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Final

from console.board import Board, Document, View
from queue_manager.room.wire import Beat

MOST_FRAMES: Final = 32
"""Frames kept for one browser; then it gets a fresh whole."""
MOST_VIEWERS: Final = 500
GATHER_S: Final = 0.01
"""Between two changes that are told; what comes meanwhile is told together."""
GATHER_MANY_S: Final = 0.03
MANY: Final = 200
"""With more operators than this they are further apart."""
BEAT_S: Final = 1.0


class Full(Exception):
    """As many browsers look as can be served."""


class Viewer:
    """One browser's share: take frames with ``next``."""

    def __init__(self, view: View, whole: Callable[[View], bytes]) -> None:
        self.view = view
        self._whole = whole
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(MOST_FRAMES)
        self.behind = True
        """The next frame is the whole board."""

    def offer(self, frame: bytes) -> None:
        """Keep a frame, or note that this browser has to begin anew."""
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.behind = True

    async def next(self) -> bytes:
        """Wait for the next frame."""
        if self.behind:
            return self._fresh()
        frame = await self._frames.get()
        return self._fresh() if self.behind else frame

    def _fresh(self) -> bytes:
        while not self._frames.empty():
            self._frames.get_nowait()
        self.behind = False
        return self._whole(self.view)


class Viewers:
    """All browsers that look."""

    def __init__(self, board: Board, clock: Callable[[], float] = time.monotonic) -> None:
        self._board, self._clock = board, clock
        self._all: set[Viewer] = set()
        self._extra: dict[str, Document] = {}
        self._wholes: dict[View, bytes] = {}
        """As they were made since anything was told: many may join at once."""
        self._wake = asyncio.Event()
        self.fresh_wholes = 0
        """How often a browser was so slow that it got the whole board again."""

    def __len__(self) -> int:
        return len(self._all)

    def join(self, view: View) -> Viewer:
        """Let one in. Raises ``Full``."""
        if len(self._all) >= MOST_VIEWERS:
            raise Full
        viewer = Viewer(view, self._whole)
        self._all.add(viewer)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """One has gone."""
        self._all.discard(viewer)

    def heard(self, said: Beat) -> None:
        """Take in what the room said, and wake whoever tells it."""
        was = self._board.live
        self._board.apply(said, self._clock())
        if self._board.dirty or was != self._board.live:
            self._wake.set()

    def lost(self) -> None:
        """Grey, at once."""
        self._board.room_lost()
        self._publish("beat", self._board.pulse(self._clock()))

    def extra(self, kind: str, document: Document) -> None:
        """Tell something beside the picture (``figures``, ``crew``), and keep it for who joins."""
        if self._extra.get(kind) != document:
            self._extra[kind] = document
            self._publish(kind, document)

    async def tell(self) -> None:
        """Tell changes for ever, at once where none was told just before; a beat each second."""
        told_at = float("-inf")
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), BEAT_S)
            except TimeoutError:
                self._publish("beat", self._board.pulse(self._clock()))
                continue
            apart = GATHER_MANY_S if self._board.size > MANY else GATHER_S
            await asyncio.sleep(max(0.0, told_at + apart - self._clock()))
            told_at = self._clock()
            self._wake.clear()
            self._flush()

    def _flush(self) -> None:
        at = self._clock()
        for view in {viewer.view for viewer in self._all}:
            frame = encode("change", self._board.change(at, view))
            self._give(frame, view)
        self._board.told()
        self._wholes.clear()

    def _publish(self, kind: str, document: Document) -> None:
        self._wholes.clear()
        frame = encode(kind, document)
        for view in View:
            self._give(frame, view)

    def _give(self, frame: bytes, view: View) -> None:
        for viewer in self._all:
            if viewer.view is view:
                was = viewer.behind
                viewer.offer(frame)
                self.fresh_wholes += viewer.behind and not was

    def _whole(self, view: View) -> bytes:
        if view not in self._wholes:
            whole = encode("board", self._board.whole(self._clock(), view))
            extra = (encode(kind, document) for kind, document in self._extra.items())
            self._wholes[view] = b"".join((whole, *extra))
        return self._wholes[view]


def encode(kind: str, document: Document) -> bytes:
    """Write one server-sent event."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return f"event: {kind}\ndata: {text}\n\n".encode()
