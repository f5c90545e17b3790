"""``sahayata up``: starts Asterisk and our processes, keeps them running, ends them well."""

from sahayata.supervisor.instance import InstanceStatus, instance_status
from sahayata.supervisor.up import run_up

__all__ = ["InstanceStatus", "instance_status", "run_up"]
