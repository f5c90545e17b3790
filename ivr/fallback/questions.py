"""Nodes that wait for keys: ``menu`` and ``collect``."""

from __future__ import annotations

import re
from collections.abc import Callable

from ivr.fallback import variables as v
from ivr.fallback.spoken import Spoken, recordings
from ivr.fallback.text import Step, extension, go, gosub
from ivr.flow.model import CollectKeys, Menu, Option, Question
from ivr.flow.node import Prompts, Reaction
from ivr.flow.view import DistrictView

_KEYS = v.value(v.KEYS)
_HEARD = v.value(v.HEARD)

Say = Callable[[Prompts], Spoken]


def menu(node: Menu, say: Say, language: str) -> tuple[list[Step], list[str]]:
    """Return the steps of a menu, and its extensions: keys, ``t`` silence, ``i`` a wrong key."""
    announced = tuple(option.prompt for option in node.options.values() if option.prompt)
    said = say(node.prompts + announced)
    steps = _ask(node, said, most=1, gap_s=node.wait_s, finish="")
    steps.append(f'GotoIf($["{_HEARD}" = "silence"]?t,1:{_KEYS},1)')
    steps += _again(node)
    keys = [_option(node, key, option) for key, option in node.options.items()]
    return steps, [
        *keys,
        _reaction("t", "silence", node.silence, said, language),
        _reaction("i", f"wrong key {_KEYS}", node.wrong_key, said, language),
    ]


def collect(
    node: CollectKeys, say: Say, language: str, view: DistrictView
) -> tuple[list[Step], list[str]]:
    """Return the steps of a collection of keys, and where each outcome leads."""
    said = say(node.prompts)
    steps = _ask(node, said, most=node.max_keys, gap_s=node.gap_s, finish=node.finish_key)
    steps.append(f'GotoIf($["{_HEARD}" = "silence"]?t,1)')
    steps.append(f'GotoIf($["{_HEARD}" = "finish"]?{"skipped,1" if node.skip else "i,1"})')
    steps += [f'GotoIf($["{_KEYS}" = "{key}"]?alone{place},1)' for place, key in _alone(node)]
    if node.check != "ticket_number":
        steps.append(f"GotoIf($[${{LEN({_KEYS})}} < {node.min_keys}]?i,1)")
    if pattern := _pattern(node, view):
        steps.append(f'GotoIf($[${{REGEX("{pattern}" {_KEYS})}}]?answered,1:i,1)')
    else:
        steps.append("Goto(answered,1)")
    steps += _again(node)
    keep = _keep(node.answer, _KEYS) if node.answer else []
    late = f"${{IF($[${{LEN({_KEYS})}} >= {node.max_keys}]?{node.finish_key}:)}}"
    did = f"answered {node.answer}" if node.answer else "answered"
    extensions = [
        extension("answered", *keep, f"Set({v.LATE}={late})", gosub("note", did), go(node.next))
    ]
    if node.skip:
        extensions.append(extension("skipped", gosub("note", "skipped"), go(node.skip)))
    extensions += [
        extension(f"alone{place}", gosub("note", f"key {key}"), go(node.alone[key]))
        for place, key in _alone(node)
    ]
    return steps, [
        *extensions,
        _reaction("t", "silence", node.silence, said, language),
        _reaction("i", "wrong keys", node.wrong_key, said, language),
    ]


def _ask(node: Question, said: Spoken, *, most: int, gap_s: float, finish: str) -> list[Step]:
    barge = "yes" if node.barge_in else "no"
    what = v.value(v.SORRY) + said.recordings
    waits = (f"{node.wait_s:g}", f"{gap_s:g}")
    return [
        f"Set({v.TRIES}=0)",
        f"Set({v.SORRY}=)",
        *said.before,
        ("ask", gosub("ask", what, str(most), *waits, finish, barge)),
    ]


def _again(node: Question) -> list[Step]:
    return [
        ("again", f"Set({v.TRIES}=$[{v.value(v.TRIES)} + 1])"),
        f"GotoIf($[{v.value(v.TRIES)} < {node.tries}]?ask)",
        ("lost", go(node.exhausted)),
    ]


def _option(node: Menu, key: str, option: Option) -> str:
    keep = _keep(node.answer, _plain(option.value or key)) if node.answer else []
    return extension(key, *keep, gosub("note", f"key {key}"), go(option.goto))


def _reaction(name: str, did: str, reaction: Reaction, question: Spoken, language: str) -> str:
    noted = gosub("note", did)
    if reaction.goto is not None:
        return extension(name, noted, go(reaction.goto))
    # Who heard that sentences are missing cannot know the keys: silence is not asked again.
    lost = [f'GotoIf($["{v.value(v.UNSAID)}" = "yes"]?s,lost)'] if name == "t" else []
    said = recordings(reaction.say, language)
    # Read waits once more for a list that ends in &.
    link = "&" if said and question.recordings else ""
    return extension(name, noted, *lost, f"Set({v.SORRY}={said}{link})", "Goto(s,again)")


def _keep(answer: str, given: str) -> list[Step]:
    return [
        f"Set({v.ANSWER}{answer}={given})",
        f"Set({v.ANSWERS}={v.value(v.ANSWERS)}{answer}:{given}/)",
    ]


def _plain(value: str) -> str:
    """Leave out what would mean something in a list, a pattern or an expression."""
    return re.sub(r"""[^\w\s\u0900-\u097f.*#-]""", "_", value)


def _alone(node: CollectKeys) -> list[tuple[int, str]]:
    """Name the keys pressed alone: an extension may not hold a star in the middle."""
    return list(enumerate(node.alone, start=1))


def _pattern(node: CollectKeys, view: DistrictView) -> str:
    """Write what the check accepts; no braces, they would end the function they stand in."""
    match node.check:
        case "pin_code":
            return "^(" + "|".join(_pin(begin) for begin in view.pin_codes or ("",)) + ")$"
        case "ticket_number":
            return "^[1-9]" + "[0-9]" * 9 + "$"
        case _:
            return ""


def _pin(begin: str) -> str:
    first = begin or "[1-9]"
    return first + "[0-9]" * (6 - (len(begin) or 1))
