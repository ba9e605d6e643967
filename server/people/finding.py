"""Finding a person by what they say of themselves at the desk: a volunteer number or a phone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people import directory, profile
from server.people.models import Person
from server.people.profile import BadPhone
from server.people.vault import Vault


def by_word(session: Session, word: str, *, vault: Vault) -> int | None:
    """Return the person who bears this volunteer number or phone number; None if nobody does."""
    said = directory.spelled(word)[: directory.LONGEST]
    found = session.scalar(select(Person.id).where(Person.volunteer_no == said.upper()))
    if found is not None:
        return found
    try:
        mark = vault.mark(profile.normalised(said), "phone")
    except BadPhone:
        return None
    return session.scalar(select(Person.id).where(Person.phone_mark == mark).order_by(Person.id))
