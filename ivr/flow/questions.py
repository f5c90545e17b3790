"""Questions: what is played, and what the keys that come back mean. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ivr.call import KEYS, Collect, Digits, PromptId, Silence, TooShort
from ivr.flow.effects import Ask
from ivr.flow.model import CollectKeys, Menu, Prompts, Question, Reaction
from ivr.flow.session import Session
from ivr.flow.verdict import Verdict
from ivr.flow.view import DistrictView

MAX_TYPED: Final = 32
"""Keys kept that were pressed while something was said."""
MAX_READ: Final = 200
"""Keys looked at in one answer."""


def typed(session: Session, keys: str) -> str:
    """Return the keys typed ahead with these added, cleaned and bounded."""
    return (session.typed + _cleaned(keys))[:MAX_TYPED]


def ask(
    session: Session,
    node: Question,
    reaction: Reaction | None,
    say: Callable[[Prompts], tuple[PromptId, ...]],
) -> Ask:
    """Build the question, with what a reaction says before it."""
    prompts = (reaction.say if reaction else ()) + node.prompts
    if isinstance(node, CollectKeys):
        collect = Collect(
            min_keys=node.min_keys,
            max_keys=node.max_keys,
            first_wait_s=node.wait_s,
            gap_s=node.gap_s,
            finish_keys=node.finish_key,
            barge_in=node.barge_in,
            alone="".join(node.alone),
            typed_ahead=session.typed,
        )
    else:
        assert isinstance(node, Menu)
        prompts += tuple(option.prompt for option in node.options.values() if option.prompt)
        collect = Collect(first_wait_s=node.wait_s, barge_in=node.barge_in)
    return Ask(say(prompts), collect)


def pressed_ahead(session: Session) -> str:
    """Return the keys that count for the next question; sentences before it are not said."""
    return without_late_key(session, session.typed)


def typed_ahead(session: Session, node: Question) -> Verdict | None:
    """Answer a menu with a key that was pressed before it; ``None``: it has to be asked."""
    pressed = pressed_ahead(session)
    if not isinstance(node, Menu) or pressed[:1] not in node.options:
        return None
    return _chosen(session, node, pressed)


def judge(
    view: DistrictView, session: Session, node: Question, outcome: Digits | Silence | TooShort
) -> Verdict:
    """Judge what came back from a question."""
    late_key = session.late_key
    if late_key or session.typed:
        session = replace(session, late_key="", typed="")
    if isinstance(outcome, Silence):
        return _again(session, node, node.silence, "silence")
    keys = _cleaned(outcome.keys)
    if late_key and keys == late_key:
        return Verdict(session)
    keys = keys.removeprefix(late_key)
    if isinstance(node, CollectKeys):
        return _collected(view, session, node, keys, finished=isinstance(outcome, TooShort))
    assert isinstance(node, Menu)
    if keys[:1] in node.options:
        return _chosen(session, node, keys)
    return _again(session, node, node.wrong_key, f"wrong key {keys[:1]}".strip())


def without_late_key(session: Session, keys: str) -> str:
    """Leave out the finishing key of the question before, which had ended by its last digit."""
    return keys.removeprefix(session.late_key)


def _chosen(session: Session, node: Menu, keys: str) -> Verdict:
    key, rest = keys[0], keys[1:]
    option = node.options[key]
    if node.answer:
        session = stored(session, node.answer, option.value or key)
    if rest or session.typed or session.late_key:
        session = replace(session, typed=rest[:MAX_TYPED], late_key="")
    return Verdict(session, f"key {key}", option.goto)


def _collected(
    view: DistrictView, session: Session, node: CollectKeys, keys: str, *, finished: bool
) -> Verdict:
    if len(keys) == 1 and keys in node.alone:
        return Verdict(session, f"key {keys}", node.alone[keys])
    if not keys and finished and node.skip:
        return Verdict(session, "skipped", node.skip)
    keys = keys[: node.max_keys]
    if len(keys) < node.min_keys or not _fits(view, node, keys):
        return _again(session, node, node.wrong_key, "wrong keys")
    if len(keys) == node.max_keys:
        session = replace(session, late_key=node.finish_key)
    if node.answer:
        session = stored(session, node.answer, keys)
    return Verdict(session, f"answered {node.answer}" if node.answer else "answered", node.next)


def _again(session: Session, node: Question, reaction: Reaction, did: str) -> Verdict:
    session = replace(session, tries=session.tries + 1)
    if reaction.goto is not None:
        return Verdict(session, did, reaction.goto)
    if session.tries >= node.tries:
        return Verdict(session, did, node.exhausted)
    return Verdict(session, did, None, reaction)


def _fits(view: DistrictView, node: CollectKeys, keys: str) -> bool:
    match node.check:
        case "pin_code":
            return view.pin_code_fits(keys)
        case "ticket_number":
            # The check digit is for the desk to judge: it alone can tell a slip from a stranger.
            return len(keys) == 10 and keys.isdigit() and keys[0] != "0"
        case "any":
            return True


def stored(session: Session, name: str, value: str) -> Session:
    """Store an answer."""
    return replace(session, answers=tuple({**dict(session.answers), name: value}.items()))


def _cleaned(keys: str) -> str:
    return "".join(key for key in keys[:MAX_READ] if key in KEYS)
