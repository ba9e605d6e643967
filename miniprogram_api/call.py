"""What a view is handed: the open transaction, who asks, and the moment it is."""

from dataclasses import dataclass
from datetime import datetime

from flask import g

from miniprogram_api.door import lives
from server.db import Session
from server.people import sessions
from server.people.sessions import Caller, NotLoggedIn
from server.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Call:
    """One request inside its transaction."""

    session: Session
    runtime: Runtime
    caller: Caller | None

    @classmethod
    def again(cls, session: Session, runtime: Runtime, *, opened: bool) -> "Call":
        """Look the caller up once more inside the transaction that writes.

        Between the door and here the session may have been revoked, or its person joined
        with another.
        """
        if opened:
            return cls(session, runtime, None)
        lived = lives(runtime.settings)
        caller = sessions.recognise(session, g.token, runtime.now(), lives=lived)
        return cls(session, runtime, caller)

    @property
    def me(self) -> Caller:
        """Return who asks, or refuse when nobody is logged in."""
        if self.caller is None:
            raise NotLoggedIn
        return self.caller

    @property
    def person_id(self) -> int:
        """Return the person who asks."""
        return self.me.person_id

    @property
    def now(self) -> datetime:
        """Return the moment it is, in UTC."""
        return self.runtime.now()
