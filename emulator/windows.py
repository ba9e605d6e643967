"""How many customer-service messages an account may still send to one person.

48 hours and 5 messages after a message of theirs; 1 minute and 3 (mini-program: 2) after
other deeds. An allowance is set to its full number again, never added to.
"""

from datetime import datetime, timedelta
from enum import Enum, auto

MESSAGE_SENDS = 5
MESSAGE_LASTS = timedelta(hours=48)
DEED_SENDS = {"official": 3, "miniprogram": 2}
DEED_LASTS = timedelta(minutes=1)


class Closed(Enum):
    """Why nothing may be sent."""

    NO_WINDOW = auto()
    USED_UP = auto()


class Windows:
    """The allowances of one account for one person, one for each length."""

    def __init__(self) -> None:
        self._open: dict[timedelta, tuple[datetime, int]] = {}

    def open(self, sends: int, lasting: timedelta, now: datetime) -> None:
        """Begin a window, or begin it again."""
        self._open[lasting] = (now + lasting, sends)

    def close(self) -> None:
        """End all windows, as unfollowing does."""
        self._open.clear()

    def use(self, now: datetime) -> Closed | None:
        """Take one message from the window that ends first, or tell why none may be taken."""
        valid = [
            (until, lasting, left)
            for lasting, (until, left) in self._open.items()
            if until - lasting <= now < until
        ]
        if not valid:
            return Closed.NO_WINDOW
        for until, lasting, left in sorted(valid):
            if left:
                self._open[lasting] = (until, left - 1)
                return None
        return Closed.USED_UP
