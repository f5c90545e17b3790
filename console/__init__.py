"""The web: the wallboard of the room, the door to it, and what supervisors do from it."""
