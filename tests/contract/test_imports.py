"""Who may import whom: the house of DESIGN, held by a test."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES: Final = {
    "database": set(),
    "ivr": set(),
    "tickets": {"database"},
    "queue_manager": {"database"},
    "agi_scripts": {"ivr", "tickets"},
    "outbound": {"database", "ivr", "tickets", "queue_manager"},
    "console": {"database", "ivr", "tickets", "queue_manager"},
    "deploy": {"ivr", "sahayata"},
    "sahayata": {
        *("database", "ivr", "tickets", "queue_manager", "outbound", "console"),
        *("agi_scripts", "deploy"),
    },
}
"""Each package of ours, and which others it may import."""

WITHOUT_INPUT_OR_OUTPUT: Final = {
    "__future__",
    *("bisect", "collections", "dataclasses", "datetime", "difflib", "enum", "functools"),
    "itertools",
    *("math", "operator", "re", "textwrap", "types", "typing", "xml"),
}
PURE: Final = {
    "ivr.flow": {
        *("ivr.flow", "ivr.hindi", "ivr.languages", "ivr.phrase"),
        *("ivr.call", "ivr.desk", "ivr.room", "ivr.words"),
        "pydantic",
    },
    "ivr.hindi": {"ivr.hindi", "ivr.phrase"},
    "queue_manager.live": {"queue_manager.live", "queue_manager.events"},
}
"""Packages that do no input or output, and what they may import beside the list above."""
READS_A_FILE: Final = {
    "ivr.flow.loader": {"ivr.strict_yaml", "pathlib"},
    "ivr.flow.checks": {"ivr.strict_yaml"},
}
"""The one place of ``ivr.flow`` that reads a file, and the lint that names lines of it."""


def module_name(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    path = PROJECT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def modules(package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((PROJECT / package.replace(".", "/")).rglob("*.py")):
        yield module_name(path), path


def imported(path: Path) -> set[str]:
    """Every module a file imports, wherever the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {name.name for name in names}
            case ast.ImportFrom(module=str(module), names=names, level=0):
                # `from ivr import names` imports ivr.names.
                ours = (
                    f"{module}.{name.name}" for name in names if is_module(f"{module}.{name.name}")
                )
                found |= set(ours) or {module}
    return found


def within(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def existing() -> list[str]:
    return [package for package in PACKAGES if any(True for _ in modules(package))]


@pytest.mark.parametrize("package", existing())
def test_a_package_imports_only_those_it_may(package: str) -> None:
    forbidden = set(PACKAGES) - PACKAGES[package] - {package} | {"tests", "benchmarks"}
    for name, path in modules(package):
        crossing = {module for module in imported(path) if within(module, forbidden)}
        assert not crossing, f"{name} imports {crossing}"


@pytest.mark.parametrize("package", [name for name in PURE if any(True for _ in modules(name))])
def test_a_pure_package_imports_nothing_with_input_or_output(package: str) -> None:
    for name, path in modules(package):
        allowed = PURE[package] | WITHOUT_INPUT_OR_OUTPUT | READS_A_FILE.get(name, set())
        strangers = {module for module in imported(path) if not within(module, allowed)}
        assert not strangers, f"{name} imports {strangers}"


def test_only_the_bootstrap_knows_the_entry_points() -> None:
    knowing = {name for name, path in modules("sahayata") if _knows(path, "agi_scripts")}
    assert knowing <= {"sahayata.bootstrap"}


def test_conversations_know_the_tickets_only_through_their_port() -> None:
    known = {"ivr.call", "ivr.desk", "ivr.room", "ivr.flow", "ivr.errands"}
    for file in ("conversation.py", "errands.py"):
        for module in imported(PROJECT / "ivr" / file):
            assert module.split(".")[0] in sys.stdlib_module_names or within(module, known), module


def test_tickets_know_neither_the_telephone_nor_the_web() -> None:
    for name, path in modules("tickets"):
        unknown = {"aiohttp", "asterisk", "panoramisk", "aiosipua", "aiortp", "socket"}
        assert not {module for module in imported(path) if within(module, unknown)}, name


def test_no_folder_of_ours_takes_the_name_of_the_library() -> None:
    assert not (PROJECT / "asterisk").exists()


def test_every_package_is_installed_with_the_others() -> None:
    listed = (PROJECT / "setup.cfg").read_text(encoding="utf-8").split("packages =")[1]
    packages = set(listed.split("install_requires")[0].split())
    there = {
        name
        for package in existing()
        for name, path in modules(package)
        if path.name == "__init__.py"
    }
    assert there <= packages


def _knows(path: Path, package: str) -> bool:
    return any(within(module, {package}) for module in imported(path))
