"""What redeeming leans on besides the person: keys, counters, and the district's numbers."""

from dataclasses import dataclass

from config.rewards import Rewards
from server.limits import Limits
from server.people.vault import Vault


@dataclass(frozen=True, slots=True)
class Means:
    """Handed in by whoever opens the door."""

    vault: Vault
    limits: Limits
    chosen: Rewards
