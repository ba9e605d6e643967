"""What a client knows of each message it sent, on disk before it goes on; and the reckoning.

A client writes `intent` before it sends, then `ack`, `reject` or `ambiguous`; each line is synced.
Afterwards the journal is held against what the service has stored.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

INTENT, ACK, REJECT, AMBIGUOUS = "intent", "ack", "reject", "ambiguous"


class Journal:
    """One client's own account of its messages, by the key under which the service keeps them."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.states: dict[str, str] = {}
        self.heard = 0
        """How often something was acknowledged or refused."""

    def note(self, state: str, key: str) -> None:
        """Write down, for good, what became of the message."""
        os.write(self._file, json.dumps([state, key]).encode() + b"\n")
        os.fsync(self._file)
        self.states[key] = state
        self.heard += state in (ACK, REJECT)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


@dataclass(frozen=True)
class Reckoning:
    """What must be nought: each figure counts messages."""

    lost: int = 0
    phantom: int = 0
    doubled: int = 0
    unresolved: int = 0

    def __add__(self, other: "Reckoning") -> "Reckoning":
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Reckoning(*(one + more for one, more in pairs))

    @property
    def clean(self) -> bool:
        """Tell whether every figure is nought."""
        return not any(asdict(self).values())

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in asdict(self).items())


def reckon(states: Mapping[str, str], stored: Iterable[str]) -> Reckoning:
    """Hold the journal against the keys that are stored, one entry for each effect found.

    Lost: acknowledged, not stored. Phantom: stored, though nobody sent it. Doubled: stored more
    than once. Unresolved: nobody can tell even after the replay. A refusal is stored too: its
    sentence is kept for a retry, and `effects` shows that nothing else is.
    """
    found = Counter(iter(stored))
    return Reckoning(
        lost=sum(1 for key, state in states.items() if state == ACK and not found[key]),
        phantom=sum(1 for key in found if key not in states),
        doubled=sum(count - 1 for count in found.values()),
        unresolved=sum(1 for state in states.values() if state in (AMBIGUOUS, INTENT)),
    )


def effects(acked: Mapping[str, int], found: Mapping[str, int]) -> Reckoning:
    """Hold acknowledged deeds, counted by what they are about, against the effects in the tables.

    The inbound row may say "applied" though the deed is missing, or was done twice.
    """
    names = acked.keys() | found.keys()
    short = {name: acked.get(name, 0) - found.get(name, 0) for name in names}
    return Reckoning(
        lost=sum(count for count in short.values() if count > 0),
        doubled=-sum(count for count in short.values() if count < 0),
    )
