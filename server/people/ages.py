"""The year of birth: told by oneself, and seen by staff where something depends on it.

What makes a minor older counts only once staff have seen a document, however small the step: else
whoever was turned away as a minor would just tell another year.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.db import insert_into
from server.errors import Conflict
from server.people import identities
from server.people.minors import GROWN_UP
from server.people.models import BirthYearClaim, Channel, Person


class NotBornYet(Conflict):
    """The year of birth lies ahead."""

    code = "people.not_born_yet"


def declare(session: Session, person_id: int, year: int, now: datetime, channel: Channel) -> bool:
    """Put down what somebody tells of themselves; False when staff must see a document first.

    Until then what was known before counts. Telling that again takes the correction back.
    """
    if year > now.astimezone(LOCAL).year:
        raise NotBornYet(year=year)
    return put_down(session, person_id, year, now, channel=channel, by=person_id)


def put_down(
    session: Session, person_id: int, year: int, now: datetime, *, channel: Channel, by: int
) -> bool:
    """Put a year down, or keep it for staff to see a document; tell whether it counts at once.

    `by` is who tells it: the person, or staff for them.
    """
    identities.lock(session, person_id)
    person = session.get_one(Person, person_id, populate_existing=True)
    if person.birth_year == year or not needs_proof(person, year, now):
        drop_claim(session, person_id)
        if person.birth_year != year:
            person.birth_year = year
        session.flush()
        return True
    _claim(session, person_id, year, now, channel, by)
    return False


def needs_proof(person: Person, year: int, now: datetime) -> bool:
    """Tell whether another year counts only once staff have seen it.

    So does whatever differs from what staff have seen before, and what makes a minor older.
    """
    if person.birth_year is None:
        return False
    if person.birth_year_seen_at is not None:
        return year != person.birth_year
    return is_minor(person.birth_year, now) and year < person.birth_year


def is_minor(year: int, now: datetime) -> bool:
    """Tell whether somebody born in that year may still be under age: the day is not known."""
    return now.astimezone(LOCAL).year - year - 1 < GROWN_UP


def claim_of(session: Session, person_id: int) -> BirthYearClaim | None:
    """Return the year that staff have yet to see, if there is one."""
    return session.get(BirthYearClaim, person_id, populate_existing=True)


def drop_claim(session: Session, person_id: int) -> None:
    """Keep nothing more for staff to see."""
    session.execute(delete(BirthYearClaim).where(BirthYearClaim.person_id == person_id))


def reconcile(stays: Person, goes: Person) -> None:
    """Let one person of two have the year that staff have seen, else the later of the two."""
    seen = next((one for one in (stays, goes) if one.birth_year_seen_at is not None), None)
    if seen is not None:
        stays.birth_year = seen.birth_year
        stays.birth_year_seen_by = seen.birth_year_seen_by
        stays.birth_year_seen_at = seen.birth_year_seen_at
        return
    told = [one.birth_year for one in (stays, goes) if one.birth_year is not None]
    stays.birth_year = max(told, default=None)


def _claim(
    session: Session, person_id: int, year: int, now: datetime, channel: Channel, by: int
) -> None:
    said = {"year": year, "channel": channel, "asked_by": by, "asked_at": now}
    fresh = insert_into(session, BirthYearClaim).values(person_id=person_id, **said)
    session.execute(fresh.on_conflict_do_update(index_elements=["person_id"], set_=said))
