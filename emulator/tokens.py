"""Access tokens: two families an application, from /cgi-bin/token and /cgi-bin/stable_token.

The rules are those of WeChat's pages 获取接口调用凭据 and 获取稳定版接口调用凭据.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from emulator.clock import beijing_day
from emulator.ids import Ids
from emulator.settings import AppName

Family = Literal["token", "stable_token"]
OVERLAP = timedelta(minutes=5)
FORCE_PAUSE = timedelta(seconds=30)
FORCES_A_DAY = 20
LENGTH = 136


@dataclass(slots=True)
class Token:
    """One access token and its two ends: its own, and the one set when it was replaced."""

    text: str
    app: AppName
    issued_at: datetime
    expires_at: datetime
    replaced_until: datetime | None = None

    def remaining(self, now: datetime) -> int:
        """Return the seconds left."""
        return int((self.expires_at - now).total_seconds())

    def shorten(self, now: datetime, seconds: int) -> None:
        """Let the token end sooner than it should."""
        self.expires_at = min(self.expires_at, now + timedelta(seconds=seconds))


class TooManyForces(Exception):  # noqa: N818  a fact about the day
    """The twenty forced refreshes of the day are used up."""


class Tokens:
    """All tokens ever given, so that an old one can be told from an unknown one."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._current: dict[tuple[AppName, Family], Token] = {}
        self._all: dict[str, Token] = {}
        self._forces: Counter[tuple[AppName, str]] = Counter()
        self._forced_at: dict[AppName, datetime] = {}
        self.issued: Counter[str] = Counter()

    def fetch(self, app: AppName, now: datetime, seconds: int) -> Token:
        """Give a new plain token; the one before it lives for five more minutes."""
        return self._issue(app, "token", now, seconds, overlap=OVERLAP)

    def fetch_stable(self, app: AppName, now: datetime, seconds: int) -> Token:
        """Give the same stable token again, or a new one in its last five minutes."""
        current = self._current.get((app, "stable_token"))
        if current is not None and current.expires_at - now > OVERLAP:
            return current
        return self._issue(app, "stable_token", now, seconds, overlap=OVERLAP)

    def force(self, app: AppName, now: datetime, seconds: int) -> Token:
        """Replace the stable token at once; within 30 s of the last time, give that one again."""
        current = self._current.get((app, "stable_token"))
        last = self._forced_at.get(app)
        if current is not None and last is not None and now - last < FORCE_PAUSE:
            return current
        day = (app, beijing_day(now))
        if self._forces[day] >= FORCES_A_DAY:
            raise TooManyForces
        self._forces[day] += 1
        self._forced_at[app] = now
        self.issued[f"{app} forced"] += 1
        return self._issue(app, "stable_token", now, seconds, overlap=timedelta())

    def find(self, text: str) -> Token | None:
        """Return the token of that text, however old."""
        return self._all.get(text)

    def revoke(self, app: AppName, now: datetime) -> None:
        """Make all tokens of the application invalid at once, as a changed secret does."""
        for token in self._all.values():
            if token.app == app:
                token.replaced_until = now
        for key in [key for key in self._current if key[0] == app]:
            del self._current[key]

    def _issue(
        self, app: AppName, family: Family, now: datetime, seconds: int, *, overlap: timedelta
    ) -> Token:
        before = self._current.get((app, family))
        if before is not None:
            before.replaced_until = now + overlap
            # the old one is good for the whole overlap, also when its own end comes sooner
            before.expires_at = max(before.expires_at, before.replaced_until)
        lasting = timedelta(seconds=seconds)
        token = Token(self._ids.fresh("access", LENGTH), app, now, now + lasting)
        self._current[app, family] = self._all[token.text] = token
        self.issued[f"{app} {family}"] += 1
        return token
