"""Where tickets are kept: one schema for SQLite and PostgreSQL, one transaction for each step."""
