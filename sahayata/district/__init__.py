"""``district.yaml``: what a district decides, read, checked, and handed to whom it concerns."""
