"""Recordings go missing, or are damaged, while a real Asterisk plays them to callers.

Of the ten digits every other one is spoilt, so that nearly every ticket number holds one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pbx.alone import dial_all
from tests.pbx.citizens import Caller, Told, told
from tests.pbx.instance import Instance, running

GONE = ("main_menu_food", "medical_now", "n_1", "n_3")
EMPTY = ("welcome_text", "n_5", "n_7")
CUT = ("n_9",)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with running(tmp_path_factory.mktemp("spoilt")) as instance:
        folder = instance.settings.state.sounds / "hi"
        for prompt in GONE:
            for file in files(folder, prompt):
                file.unlink()
        for prompt in EMPTY:
            for file in files(folder, prompt):
                file.write_bytes(b"")
        for prompt in CUT:
            for file in files(folder, prompt):
                file.write_bytes(file.read_bytes()[:800])
        yield instance


def files(folder: Path, prompt: str) -> list[Path]:
    """Give a recording as it lies there for each codec."""
    found = list(folder.glob(f"{prompt}.*"))
    assert found, prompt
    return found


CALLS = {
    "to the menu": Caller("h:main_menu_operator 0", "9810000401"),
    "medical": Caller("h:main_menu_ration 3 h:q_youarenext !", "9810000402"),
    "at once": Caller("h:greeting 0", "9810000403"),
    "food": Caller("h:main_menu_ration 1 h:pin_skip 122122 h:pin_right 1", "9810000404"),
}


@pytest.fixture(scope="module")
def calls(spoilt: Instance) -> dict[str, Told]:
    placed = asyncio.run(dial_all(spoilt, CALLS))
    return {name: told(spoilt, call) for name, call in placed.items()}


def sayable(number: str) -> bool:
    return not {f"n_{digit}" for digit in number} & {*GONE, *EMPTY, *CUT}


@pytest.mark.parametrize("name", [name for name in CALLS if name != "medical"])
def test_the_call_goes_on_to_an_operator(calls: dict[str, Told], name: str) -> None:
    assert calls[name].heard[-1] == "operator_hello", calls[name].heard


@pytest.mark.parametrize("name", CALLS)
def test_a_number_is_heard_right_or_not_at_all(calls: dict[str, Told], name: str) -> None:
    call = calls[name]
    assert call.file is not None
    number = call.file.ticket.number
    if sayable(number):
        assert set(call.numbers) == {number}, call.heard
    else:
        assert call.numbers == (), call.heard
        assert "recording_missing" in call.heard, call.heard
