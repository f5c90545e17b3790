"""The room: one process that holds the picture, tells it, and does what is asked of it.

- ``room.Room`` takes what the AMI link tells, applies it and lets others follow.
- ``tending`` keeps Asterisk as duty says: wrap-ups, missed calls, what is put back after a restart.
- ``deeds`` does what a person asks, and says whether it was seen to happen.
- ``telling`` and ``http`` tell the picture and its changes (docs/adr/0060-the-room.md).
- ``client``, ``wire`` and ``orders`` are for other processes: to follow it, and to ask a deed.
"""
