"""Hundreds of calls of a small app_queue, with the link cut and our process killed again and again.

After each fault a snapshot says what is so. Nobody is counted twice; whoever was answered where
somebody listened, or still talked when somebody listened again, is counted as answered.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from queue_manager.events import LinkLoss, LinkLost, RoomEvent
from queue_manager.journal.derive import Ledger
from queue_manager.journal.entry import Entry
from queue_manager.journal.unfinished import unfinished_among
from queue_manager.live.apply import apply
from queue_manager.live.picture import Picture
from queue_manager.metrics.formulas import balanced
from queue_manager.metrics.tally import tally
from queue_manager.metrics.terms import MetricTerms
from queue_manager.metrics.visits import Outcome, VisitRecord, visits
from tests.support.app_queue import AppQueue
from tests.support.journals import CLOCK, moment

QUEUES = ["food", "medical"]
STEPS = 400


@dataclass
class Truth:
    """One stay as it really was."""

    joined: float
    ended: float | None = None
    outcome: Outcome = Outcome.WAITING
    over: float | None = None
    """When the talk ended."""


@dataclass
class Story:
    """A room, and somebody who listens to it some of the time."""

    chance: random.Random
    at: float = 10.0
    deaf: bool = False
    deaf_spans: list[tuple[float, float]] = field(default_factory=list)
    truths: dict[tuple[str, str], Truth] = field(default_factory=dict)
    kept: dict[str, Entry] = field(default_factory=dict)
    picture: Picture = field(default_factory=Picture)
    ledger: Ledger = field(default_factory=lambda: Ledger(CLOCK))

    def __post_init__(self) -> None:
        self.room = AppQueue(QUEUES)
        for extension in ("201", "202", "203"):
            for queue in QUEUES:
                self.room.sit(0.0, extension, queue, 0)
        self.hear(self.room.snapshot(self.at))

    def hear(self, *events: RoomEvent) -> None:
        if self.deaf:
            return
        for event in events:
            after = apply(self.picture, event)
            for entry in self.ledger.entries(self.picture, event, after):
                self.kept.setdefault(entry.key, entry)
            self.picture = after

    def go_deaf(self) -> None:
        if self.chance.random() < 0.5:
            self.hear(LinkLost(self.at, self.at, LinkLoss.ENDED))
        else:  # killed: nobody says anything any more, and who comes next knows the journal only
            entries = list(self.kept.values())
            last = max(entry.at for entry in entries)
            self.ledger = Ledger(CLOCK, unfinished_among(entries), last)
            self.picture = Picture()
        self.deaf_spans.append((self.at, float("inf")))
        self.deaf = True

    def listen_again(self) -> None:
        self.deaf = False
        self.deaf_spans[-1] = (self.deaf_spans[-1][0], self.at)
        self.hear(self.room.snapshot(self.at))

    def step(self) -> None:
        self.at += self.chance.uniform(3.0, 12.0)
        if self.chance.random() < 0.06:
            self.listen_again() if self.deaf else self.go_deaf()
            return
        waiting = [(q, line.caller) for q, lines in self.room.lines.items() for line in lines]
        idle = [one for one in self.room.operators.values() if one.idle and not one.paused]
        ringing = [one for one in self.room.operators.values() if one.ringing]
        talking = [one for one in self.room.operators.values() if one.talk]
        match self.chance.choice(["join", "join", "ring", "connect", "miss", "complete", "go"]):
            case "join":
                queue, caller = self.chance.choice(QUEUES), self.room.new_caller()
                place = len(self.room.lines[queue]) + 1
                self.truths[queue, caller.channel] = Truth(self.at)
                self.hear(*self.room.join(self.at, queue, caller, place))
            case "ring" if idle and waiting:
                queue, caller = self.chance.choice(waiting)
                self.hear(
                    *self.room.ring(
                        self.at, queue, self.chance.choice(idle).extension, caller.channel
                    )
                )
            case "connect" if ringing:
                one = self.chance.choice(ringing)
                assert one.ringing is not None
                self._ended(one.ringing, Outcome.ANSWERED)
                self.hear(*self.room.connect(self.at, one.extension))
            case "miss" if ringing:
                self.hear(*self.room.miss(self.at, self.chance.choice(ringing).extension))
            case "complete" if talking:
                one = self.chance.choice(talking)
                assert one.talk is not None
                self.truths[one.talk.queue, one.talk.caller.channel].over = self.at
                self.hear(*self.room.complete(self.at, one.extension, "caller"))
            case "go" if waiting:
                queue, caller = self.chance.choice(waiting)
                abandons = self.chance.random() < 0.5
                end = Outcome.ABANDONED if abandons else Outcome.TIMED_OUT
                self._ended((queue, caller.channel), end)
                leave = self.room.abandon if abandons else self.room.leave
                self.hear(*leave(self.at, queue, caller.channel))

    def _ended(self, who: tuple[str, str], outcome: Outcome) -> None:
        truth = self.truths[who]
        truth.ended, truth.outcome = self.at, outcome

    def unheard(self, since: float, until: float) -> bool:
        return any(began < until and since < ended for began, ended in self.deaf_spans)

    def heard_at(self, at: float) -> bool:
        return not any(began <= at < ended for began, ended in self.deaf_spans)


def told_of(story: Story) -> dict[tuple[str, str], list[VisitRecord]]:
    found: dict[tuple[str, str], list[VisitRecord]] = {}
    for visit in visits(story.kept.values()):
        found.setdefault((visit.queue, visit.visit.rpartition("@")[0]), []).append(visit)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_nobody_is_counted_twice_and_nothing_heard_is_lost(seed: int) -> None:
    story = Story(random.Random(seed))
    for _ in range(STEPS):
        story.step()
    if story.deaf:
        story.at += 5.0
        story.listen_again()
    told, now = told_of(story), moment(story.at)
    assert set(told) <= set(story.truths)
    for who, truth in story.truths.items():
        found = told.get(who, [])
        assert len(found) <= 1, f"{who} is counted {len(found)} times"
        ended = story.at if truth.ended is None else truth.ended
        if not story.unheard(truth.joined, ended + 0.1):
            (visit,) = found
            assert visit.outcome is truth.outcome
        elif truth.outcome is Outcome.ANSWERED and _seen_talking(story, truth):
            (visit,) = found
            assert visit.outcome is Outcome.ANSWERED
        elif truth.outcome is Outcome.WAITING:
            (visit,) = found
            assert visit.outcome is Outcome.WAITING
        elif found:
            assert found[0].outcome in (truth.outcome, Outcome.VANISHED)
    counted = tally(visits(story.kept.values()), MetricTerms(), now)
    assert balanced(counted)
    assert len(story.deaf_spans) > 3
    assert counted.answered > 5


def _seen_talking(story: Story, truth: Truth) -> bool:
    """Whether somebody listened at the answer, or again while the two still talked."""
    assert truth.ended is not None
    over = story.at if truth.over is None else truth.over
    again = any(truth.ended < ended < over for _, ended in story.deaf_spans)
    return story.heard_at(truth.ended) or again
