"""Every metric of the room: pure functions of what the journal says, and their roll-ups."""
