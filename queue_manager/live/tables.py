"""Immutable tables, of which a changed copy costs little."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def copy_of(table: Mapping[K, V]) -> dict[K, V]:
    """Return a copy to be changed and frozen."""
    # `{**table}` would ask a mapping proxy for each key: ten times as slow with a thousand.
    return table.copy() if isinstance(table, MappingProxyType) else dict(table)


def frozen(table: dict[K, V]) -> Mapping[K, V]:
    """Return the table as one that nobody changes; whoever made it lets go of it."""
    return MappingProxyType(table)
