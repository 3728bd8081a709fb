"""Where work is done that takes a processor's time: in child processes with limits, or on a cluster."""

from provisioner.workers.cluster import joined
from provisioner.workers.crew import Crew, Forked
from provisioner.workers.limits import LimitExceeded, Limits

__all__ = ["Crew", "Forked", "LimitExceeded", "Limits", "joined"]
