"""The promise made to a caller: ticket, number, limits, history, and the store that keeps them.

Nothing is imported here: the fall-back script loads ``tickets.pool`` and ``tickets.spool`` inside
Asterisk's root file system, where only the standard library exists.
"""
