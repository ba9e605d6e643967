"""Staff with the console open, made straight in the database, and what their browsers send."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bench import wire
from server.areas import tree
from server.people import posts
from server.people.models import Role
from server.staff import sessions
from server.staff.models import StaffAccount, StaffState

CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass(frozen=True)
class Clerk:
    """Somebody with a post, and the cookie of their console."""

    person_id: int
    token: str

    @property
    def headers(self) -> str:
        """Return the line by which the console knows them."""
        return f"Cookie: console={self.token}\r\n"

    def asks(self, port: int, path: str) -> bytes:
        """Return the request for a page, as it goes over the wire."""
        return wire.get(port, f"/console{path}", self.headers)


def seat(session: Session, person_id: int, role: Role, code: str) -> Clerk:
    """Give the person a post in the area of this code, and open the console for them."""
    now = datetime.now(UTC)
    account = StaffAccount(
        person_id=person_id,
        login=f"bench{person_id}",
        state=StaffState.ACTIVE,
        created_at=now,
        changed_at=now,
    )
    session.add(account)
    session.flush()
    posts.appoint(session, person_id, role, tree.by_code(session, code), now, until=None)
    return Clerk(person_id, sessions.start(session, account.id, "bench", now))
