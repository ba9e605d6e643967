import json
from datetime import datetime

from server.store import Store


class Allowance:
    """So many times in a span of seconds, and so far apart; counted in the store for everyone.

    Meant to be taken under a lock: two who take at the very same moment may count as one.
    """

    def __init__(self, store: Store, key: str, times: int, seconds: float, apart: float) -> None:
        self._store = store
        self._key = key
        self._times = times
        self._seconds = seconds
        self._apart = apart

    def take(self, now: datetime) -> bool:
        """Take one if one is left, and tell whether it was."""
        moment = now.timestamp()
        kept = self._store.get(self._key)
        taken = [at for at in json.loads(kept or "[]") if moment - at < self._seconds]
        if len(taken) >= self._times or (taken and moment - taken[-1] < self._apart):
            return False
        self._store.put(self._key, json.dumps([*taken, moment]), self._seconds)
        return True
