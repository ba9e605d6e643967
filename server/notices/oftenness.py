"""How often somebody wants to be reminded of one thing: twice at most, or once."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.people.models import Person


def is_once(session: Session, person_id: int) -> bool:
    """Tell whether somebody wants to be reminded of one thing once at most."""
    return bool(session.scalar(select(Person.remind_once).where(Person.id == person_id)))


def choose(session: Session, person_id: int, *, once: bool) -> None:
    """Remind somebody of one thing once at most, or as everybody, from the next reminder on.

    What they put off themselves comes all the same.
    """
    session.execute(update(Person).where(Person.id == person_id).values(remind_once=once))
