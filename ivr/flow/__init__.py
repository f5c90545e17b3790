"""Conversations as data: a strict loader, checks, a pure engine, drawings."""
