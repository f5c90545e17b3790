"""The staff on the telephone: ``ivr.room.Room`` on top of the room, the duty and the journal."""
