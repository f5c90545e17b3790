"""``python -m benchmarks``: every figure of the helpline with the command that gives it.

A figure compares arms in one run, in turns (A B C, A B C, …), because the machine is shared and
its speed changes by the minute; what is reported is the median and the spread of the ratios of a
round. CPU is read from ``/proc``, never from a clock on the wall. ``docs/performance.md`` says what
was measured and what was learnt.
"""
