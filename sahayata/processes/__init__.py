"""The processes of an instance, one a module: ``python -m sahayata.processes.NAME``."""
