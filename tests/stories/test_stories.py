"""Plays every story, the session written down and read again between every two steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.call import QueueLoad
from ivr.conversation import converse
from ivr.flow import engine, model
from ivr.flow.session import from_json
from ivr.flow.view import DistrictView
from tests.stories.story import Given, OwnTicket, Story, matches, read_stories
from tests.support.fake_call import ARRIVED, FakeCall, make_facts
from tests.support.fake_desk import FakeDesk
from tests.support.fake_room import FakeRoom
from tests.support.helpline import flows, view

STORIES = read_stories(Path(__file__).parent)


@pytest.fixture(autouse=True)
def reloaded_sessions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Write every session down and read it again before the next step."""
    step = engine.step

    def reloading(flows: Any, view: Any, session: Any, outcome: Any, now: datetime) -> engine.Turn:
        again = from_json(session.to_json())
        assert again == session
        return step(flows, view, again, outcome, now)

    monkeypatch.setattr(engine, "step", reloading)
    yield


@pytest.mark.parametrize(
    ("file", "story"), STORIES, ids=[f"{file}: {story.story}" for file, story in STORIES]
)
async def test_story(file: str, story: Story, tmp_path: Path) -> None:
    then = story.then
    call, desk = line_and_desk(story.given, story, tmp_path)

    room = FakeRoom(story.given.room, story.given.room_down)
    record = await converse(call, desk, flows(), district(story.given), lambda: ARRIVED, room=room)

    assert matches(call.heard, then.heard), f"heard {' '.join(call.heard)}"
    assert not set(then.never_heard) & set(call.heard)
    assert record.ending.value == then.ending
    assert then.last_node in (None, record.last_node)
    issued = desk.tickets.get(call.facts.call_id)
    assert (issued.category if issued else None) == then.ticket
    joined = call.joined
    assert (joined.queue if joined else "") == then.queue
    if joined:
        assert joined.priority == then.priority
        assert joined.recorded == then.recorded
        assert joined.ticket == (then.joined_with or (issued.number if issued else ""))
    assert tuple(room.deeds) == then.deeds
    assert " ".join(call.talk) == then.talk
    if story.given.entry in flows().staff:
        assert (desk.arrived, desk.records) == ([], []), "no citizen's call"
        return
    assert dict(record.answers) == then.answers
    kinds = ["recording" if message.recording else "wish" for message in desk.messages]
    assert kinds == ([then.message] if then.message else [])


async def test_every_key_of_every_menu_has_a_story(tmp_path: Path) -> None:
    pressed: set[tuple[str, str]] = set()
    for _, story in STORIES:
        call, desk = line_and_desk(story.given, story, tmp_path)
        room = FakeRoom(story.given.room, story.given.room_down)
        record = await converse(
            call, desk, flows(), district(story.given), lambda: ARRIVED, room=room
        )
        pressed |= {(step.node, step.did) for step in record.steps}
    keys = {
        (name, f"key {key}")
        for name, node in flows().nodes.items()
        if isinstance(node, model.Menu)
        for key in node.options
    }
    assert keys - pressed == set()


def district(given: Given) -> DistrictView:
    match given.hours:
        case "open":
            return view()
        case "closed":
            return replace(view(), hours={"default": ()})
        case "holiday":
            return replace(view(), holidays=frozenset({ARRIVED.astimezone(view().timezone).date()}))


def line_and_desk(given: Given, story: Story, recordings: Path) -> tuple[FakeCall, FakeDesk]:
    desk = FakeDesk(
        now=ARRIVED,
        down=frozenset(given.down),
        known=given.known,
        own_open=given.open_ticket.status("4821399999") if given.open_ticket else None,
        others={
            number: ticket.status(number) if isinstance(ticket, OwnTicket) else ticket
            for number, ticket in given.tickets.items()
        },
        promises=given.promises,
    )
    facts = make_facts(
        entry=given.entry,
        caller="" if given.withheld else "+919876543210",
        ticket=given.ticket,
        queue=given.queue,
        recorded=given.recorded,
    )
    if given.entry in flows().staff:
        brought = {"staff": "201"} | ({"prompt": given.prompt} if given.prompt else {})
        facts = replace(facts, caller="201", dialled=given.code, parameters=brought)
    load = QueueLoad(waiting=3, operators=0 if given.unstaffed else 4, free=1)
    call = FakeCall(
        facts,
        story.keys,
        recordings,
        load=load,
        then_hang_up=story.then_hang_up,
        listens=story.listens,
    )
    return call, desk
