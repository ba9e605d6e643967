"""What a view is handed: the open transaction, who asks, and the moment it is."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import g

from miniprogram_api.door import lives
from server.db import Crossed, Session
from server.people import identities, sessions
from server.people.identities import Moved
from server.people.sessions import Caller, NotLoggedIn
from server.runtime import Runtime
from server.statuses import BUSY_SECONDS, TooBusy

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

TRIES = 3
"""Two accounts of one person are joined once; a third time is no join but a fault."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request inside its transaction."""

    session: Session
    runtime: Runtime
    caller: Caller | None

    @classmethod
    def again(cls, session: Session, runtime: Runtime, *, opened: bool) -> "Call":
        """Look the caller up once more inside the transaction that writes, and hold them.

        Between the door and here the session may have been revoked, or its person joined
        with another; from here on nobody joins them. Raises `Moved` when somebody did just now.
        """
        if opened:
            return cls(session, runtime, None)
        lived = lives(runtime.settings)
        caller = sessions.recognise(session, g.token, runtime.now(), lives=lived)
        identities.lock(session, caller.person_id)
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


def undertake(runtime: Runtime, work: Callable[[Call], Answer], *, opened: bool) -> Answer:
    """Do the work in a write transaction of its own, as the person the caller is by now.

    When somebody it touches proves to have been joined with another meanwhile, all of it is
    done again, for whoever stayed; so it is when two stood in each other's way, such as two leaders
    who let each other in.
    """
    for _ in range(TRIES):
        try:
            with runtime.db.transaction() as session:
                return work(Call.again(session, runtime, opened=opened))
        except Moved:
            log.info("a person was joined with another meanwhile: once more")
        except Crossed:
            log.info("two stood in each other's way: once more")
    raise TooBusy(BUSY_SECONDS)
