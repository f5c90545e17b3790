"""The journal: every event that matters, append-only. Every metric is a function of it."""
