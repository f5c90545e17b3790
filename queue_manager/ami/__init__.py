"""The link to Asterisk's manager (AMI): what happens in the room as typed events, and our deeds.

- ``link.Link`` listens, as the AMI user ``listener``: ``queue_manager.events`` in order.
- ``actions.Actions`` asks for changes, each under a time limit and never twice.

Nothing else of this project knows AMI.
"""
