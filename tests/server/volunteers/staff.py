"""Staff with a post, as the verbs see them."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.areas import tree
from server.people import posts
from server.people.models import Person, Role
from server.staff import reach as reaches
from server.staff.reach import Reach
from tests.factories import a_person


def a_reach(session: Session, now: datetime, role: Role = Role.COMMUNITY_WORKER) -> Reach:
    """Return the reach of somebody with this role in the whole district."""
    person = a_person(session, now)
    posts.appoint(session, person, role, tree.root(session), now, until=None)
    return reaches.of(session, person, now)


def born(
    session: Session, person: int, year: int | None, *, seen_at: datetime | None = None
) -> int:
    """Give a person a year of birth, which staff may have seen; return them."""
    row = session.get_one(Person, person)
    row.birth_year, row.birth_year_seen_at = year, seen_at
    session.flush()
    return person
