"""Settings, bootstrap and the one command of the helpline."""
