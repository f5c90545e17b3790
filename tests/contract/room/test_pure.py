"""What derives, counts and foretells does no input or output."""

from __future__ import annotations

import pytest

from tests.contract.test_imports import PROJECT, WITHOUT_INPUT_OR_OUTPUT, imported, within

PURE = {
    "queue_manager.journal": (
        *("entry", "visits", "unfinished", "lines", "visit_book", "states", "derive"),
    ),
    "queue_manager.metrics": (
        *("visits", "tally", "terms", "formulas", "sheet", "operator_time"),
        *("contacts", "adherence", "gaps"),
    ),
    "queue_manager.staffing": (
        *("erlang", "impatient", "demand", "outlook", "levels", "plan"),
        *("seating", "people", "simulation"),
    ),
}
OURS = {f"{package}.{name}" for package, names in PURE.items() for name in names}
KNOWN = OURS | {"queue_manager.events", "queue_manager.live", "queue_manager.journal.clock"}
STANDARD = WITHOUT_INPUT_OR_OUTPUT | {"heapq", "random"}
"""``random`` draws from a seed: a simulated day is the same each time."""


@pytest.mark.parametrize("module", sorted(OURS))
def test_a_pure_module_imports_only_pure_ones(module: str) -> None:
    path = (PROJECT / module.replace(".", "/")).with_suffix(".py")
    strangers = {m for m in imported(path) if not within(m, KNOWN | STANDARD)}
    assert not strangers
