"""Seeing a document at the desk: from then on a year of birth is known for certain."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.errors import Forbidden, Invalid
from server.office import sight
from server.office.registering import check_birth_year
from server.people import ages, identities, profile
from server.people.masking import masked
from server.people.models import BirthYearClaim, Person
from server.people.vault import Vault
from server.staff.approvals import SecondPersonNeeded
from server.staff.queue import SOURCES, Task
from server.staff.reach import NotAllowed, OutOfReach, Reach
from server.staff.rights import Right


class Document(StrEnum):
    """What was shown. Nothing of it is kept but the year and this word."""

    ID_CARD = "id_card"
    HOUSEHOLD = "household"
    PASSPORT = "passport"
    OTHER = "other"


class NotOwnAge(Forbidden):
    """Nobody sees their own document."""

    code = "office.not_own_age"


class ToldFirst(Invalid):
    """A minor is made older by what they, or a colleague, have told first."""

    code = "office.told_first"


class Known(NamedTuple):
    """What is known of somebody's age, for whoever sees their document."""

    person_id: int
    name: str
    volunteer_no: str | None
    year: int | None
    seen: bool
    claimed: int | None


def known(session: Session, reach: Reach, person_id: int, *, vault: Vault) -> Known:
    """Return what is known of somebody within reach; who has no area may go to any desk."""
    person, _path = _standing_here(session, reach, person_id)
    claim = ages.claim_of(session, person_id)
    return Known(
        person_id=person_id,
        name=masked(profile.name_in(person, vault)),
        volunteer_no=person.volunteer_no,
        year=person.birth_year,
        seen=person.birth_year_seen_at is not None,
        claimed=claim.year if claim else None,
    )


def see(
    session: Session,
    reach: Reach,
    person_id: int,
    year: int | None,
    document: Document,
    now: datetime,
) -> None:
    """Put down the year that stands on a document which these staff have before them.

    What makes a minor older, or differs from what was seen before, must have been told first by
    the person or by a colleague: so nobody at a desk does it alone.
    """
    _person, path = _standing_here(session, reach, person_id)
    if person_id == reach.person_id:
        raise NotOwnAge
    year = year or 0
    check_birth_year(year, now)
    identities.lock(session, person_id)
    person = session.get_one(Person, person_id, populate_existing=True)
    changes = person.birth_year != year
    if ages.needs_proof(person, year, now):
        _told_by_another(session, reach, person_id)
    person.birth_year = year
    person.birth_year_seen_by, person.birth_year_seen_at = reach.person_id, now
    ages.drop_claim(session, person_id)
    session.flush()
    trail.record(
        session,
        reach.person_id,
        "person.birth_year_seen",
        ("person", person_id),
        now,
        area_path=path,
        document=document.value,
        changed=changes,
    )


def _told_by_another(session: Session, reach: Reach, person_id: int) -> None:
    claim = ages.claim_of(session, person_id)
    if claim is None:
        raise ToldFirst
    if claim.asked_by == reach.person_id:
        raise SecondPersonNeeded


def _standing_here(session: Session, reach: Reach, person_id: int) -> tuple[Person, str | None]:
    if not reach.may(Right.EDIT_PEOPLE):
        raise NotAllowed
    person = session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise OutOfReach
    if person.area_id is None:
        return person, None
    path = session.get_one(Area, person.area_id).path
    reach.require(Right.EDIT_PEOPLE, path)
    return person, path


def waiting(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return the years of birth that this person may see a document for, the oldest first."""
    if not reach.may(Right.EDIT_PEOPLE):
        return []
    rows = session.execute(
        select(BirthYearClaim.person_id, Area.name.label("area"))
        .join(Person, Person.id == BirthYearClaim.person_id)
        .outerjoin(Area, Area.id == Person.area_id)
        .where(
            BirthYearClaim.asked_by != reach.person_id,
            BirthYearClaim.person_id != reach.person_id,
            sight.at_home(reach, Right.EDIT_PEOPLE),
        )
        .order_by(BirthYearClaim.asked_at, BirthYearClaim.person_id)
        .limit(limit)
    )
    why, whose = "出生年份往大改，请当面看证件再改", "本人或代办的同事"
    return [
        Task("age", row.person_id, "更正出生年份", why, whose, row.area or "", None) for row in rows
    ]


SOURCES.append(waiting)
