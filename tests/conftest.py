"""What tests of several folders stand on: a store of each kind, and the tickets in it."""

pytest_plugins = [
    "tests.support.agi_dialling",
    "tests.support.agi_peers",
    "tests.support.postgres",
    "tests.support.ticket_store",
]
