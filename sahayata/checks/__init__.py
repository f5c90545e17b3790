"""``sahayata check``: what is wrong before a caller finds out, one area a module."""
