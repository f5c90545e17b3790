"""``sahayata``: the one command.

Exit status 0 when well, 1 when what was asked failed, 2 when the words are wrong. ``--json`` prints
one JSON document and nothing else on standard output. Each sub-command is a file beside this one
and imports what it needs when it runs, so that ``--help`` is quick.
"""
