"""Names as they may be shown where only their owner should be recognised."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.people.models import Person
from server.people.readable import random_word

VOLUNTEER_NO_LETTERS = 8
"""40 random bits: nobody guesses another volunteer's number, anybody can read theirs aloud."""


def masked(name: str) -> str:
    """Return the name as it may be shown: 张*, 王*国, 阿**曼; one letter alone is not shown."""
    letters = name.strip()
    if len(letters) < 2:
        return "*"
    if len(letters) == 2:
        return f"{letters[0]}*"
    return f"{letters[0]}{'*' * min(len(letters) - 2, 2)}{letters[-1]}"


def volunteer_no(session: Session, person_id: int) -> str:
    """Return what the person says in public instead of anything personal, given at first need."""
    found = session.scalar(select(Person.volunteer_no).where(Person.id == person_id))
    while found is None:
        found = _give(session, person_id, f"V{random_word(VOLUNTEER_NO_LETTERS)}")
    return found


def _give(session: Session, person_id: int, number: str) -> str | None:
    """Give the number unless another was given meanwhile; None when somebody else bears it."""
    nameless = Person.id == person_id, Person.volunteer_no.is_(None)
    try:
        with session.begin_nested():
            session.execute(update(Person).where(*nameless).values(volunteer_no=number))
    except IntegrityError:
        return None
    return session.scalar(select(Person.volunteer_no).where(Person.id == person_id))
