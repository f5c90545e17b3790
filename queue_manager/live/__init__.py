"""The picture of the room: pure, ``apply(picture, event) -> picture``."""
