"""Tokens that browsers hold; the store has only their marks."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Make one that nobody guesses."""
    return secrets.token_urlsafe(32)


def mark(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
