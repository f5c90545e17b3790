"""Tests on a real Asterisk. ``instance`` (conftest.py) is a running one, shared by a module."""
