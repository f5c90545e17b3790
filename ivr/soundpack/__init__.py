"""A Hindi sound pack for any Asterisk: our recordings under its names, and a ``say.conf``.

Here and not under ``deploy``: nothing in it belongs to this machine or this helpline. It needs the
catalogue, the recordings and ``ivr.hindi``, and nothing else of ours.
"""
