"""FastAGI, the wire between Asterisk and a conversation.

``protocol`` is pure, ``line`` is one connection, ``server`` accepts them, ``agi_call`` is the
``Call`` a conversation sees, ``facts`` reads what the dialplan sent along.
"""
