"""What tests of several folders stand on: a store of each kind, and the tickets in it."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.support.agi_dialling",
    "tests.support.agi_peers",
    "tests.support.postgres",
    "tests.support.ticket_store",
]

# No test is passed or failed by the clock: the machine is shared.
settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared machine")
