"""Questions: what is played, and what the keys that come back mean. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ivr.call import KEYS, Collect, Digits, PromptId, Said, Silence, TooShort
from ivr.flow import vocabulary
from ivr.flow.effects import Ask
from ivr.flow.model import CollectKeys, Menu, Question
from ivr.flow.node import Prompts, Reaction
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


SURE: Final = 0.8
"""A word counts at once from here on; below, the caller is asked whether that was it."""


def ask(
    view: DistrictView,
    session: Session,
    node: Question,
    reaction: Reaction | None,
    say: Callable[[Prompts], tuple[PromptId, ...]],
) -> Ask:
    """Build the question, with what a reaction says before it."""
    if session.unsure_of and isinstance(node, Menu):
        return _ask_whether(view, session, node, say)
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
        if node.listens:
            words = vocabulary.of_menu(node, view.language, view.numbers)
            collect = replace(
                collect,
                phrases=words.phrases,
                decoys=words.decoys,
                invitation=say(node.invite),
            )
    return Ask(say(prompts), collect)


def _ask_whether(
    view: DistrictView,
    session: Session,
    node: Menu,
    say: Callable[[Prompts], tuple[PromptId, ...]],
) -> Ask:
    """Ask whether the caller said what was not heard clearly."""
    before, after = vocabulary.UNSURE_PROMPTS
    words = vocabulary.of_yes_or_no(view.language, view.numbers)
    collect = Collect(
        first_wait_s=node.wait_s,
        barge_in=node.barge_in,
        phrases=words.phrases,
        decoys=words.decoys,
    )
    return Ask((before, *_said(view, session, node, say), after), collect)


def _said(
    view: DistrictView,
    session: Session,
    node: Menu,
    say: Callable[[Prompts], tuple[PromptId, ...]],
) -> tuple[PromptId, ...]:
    """Give the recordings of the word the caller may have said: a number, or the option's word."""
    key = vocabulary.of_menu(node, view.language, view.numbers).keys[session.unsure_of]
    if key.isdigit() and session.unsure_of == view.numbers.number(int(key)).text:
        return view.numbers.number(int(key)).prompts
    option = node.options[key]
    return say((option.said,)) if option.said else ()


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
    view: DistrictView,
    session: Session,
    node: Question,
    outcome: Digits | Silence | TooShort | Said,
) -> Verdict:
    """Judge what came back from a question."""
    late_key = session.late_key
    if late_key or session.typed:
        session = replace(session, late_key="", typed="")
    unsure_of = session.unsure_of
    if unsure_of:
        session = replace(session, unsure_of="")
    if isinstance(outcome, Said):
        return _heard(view, session, node, outcome, unsure_of)
    if isinstance(outcome, Silence):
        return _again(session, node, node.silence, "silence")
    keys = _cleaned(outcome.keys)
    if late_key and keys == late_key:
        return Verdict(session)
    keys = keys.removeprefix(late_key)
    if isinstance(node, CollectKeys):
        return _collected(view, session, node, keys, finished=isinstance(outcome, TooShort))
    assert isinstance(node, Menu)
    if unsure_of and keys[:1] == vocabulary.YES:
        return _spoken(view, session, node, unsure_of)
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


def _heard(
    view: DistrictView, session: Session, node: Question, said: Said, unsure_of: str
) -> Verdict:
    """Judge what was said; what is no answer here counts as silence, never as a wrong key.

    Who speaks to somebody in the room, or is misheard, has pressed nothing.
    """
    silence = "said nothing that is meant here"
    if not isinstance(node, Menu) or not node.listens:
        return _again(session, node, node.silence, silence)
    if unsure_of:
        yes = vocabulary.of_yes_or_no(view.language, view.numbers).keys
        if said.phrase in yes and said.confidence >= SURE:
            return _spoken(view, session, node, unsure_of)
        return _again(session, node, node.silence, "did not say that")
    if said.phrase not in vocabulary.of_menu(node, view.language, view.numbers).keys:
        return _again(session, node, node.silence, silence)
    if said.confidence >= SURE:
        return _spoken(view, session, node, said.phrase)
    if session.tries + 1 >= node.tries:
        # One more question would be one too many: somebody who can listen is near.
        return _again(session, node, node.silence, "not heard clearly")
    session = replace(session, tries=session.tries + 1, unsure_of=said.phrase)
    return Verdict(session, "not heard clearly")


def _spoken(view: DistrictView, session: Session, node: Menu, phrase: str) -> Verdict:
    """Choose by word what the key would have chosen."""
    key = vocabulary.of_menu(node, view.language, view.numbers).keys[phrase]
    return replace(_chosen(session, node, key), did=f"said {phrase}: key {key}")


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
