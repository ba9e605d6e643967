"""Changing what is put down about a person, for a reason; that it changed is noted, never how."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.audit import trail
from server.office import areas, sight
from server.office.registering import check_birth_year, checked_name, checked_phone
from server.people import ages, identities, profile
from server.people.models import Channel, Person
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

YEAR_CLAIMED = "birth_year_claim"
"""What was done where a year of birth waits for a colleague to see a document."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be put down anew; what is None or empty stays as it is."""

    name: str = ""
    phone: str = ""
    birth_year: int | None = None
    area_code: str = ""


def amend(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    person_id: int,
    change: Change,
    reason: str,
    now: datetime,
    *,
    vault: Vault,
) -> tuple[str, ...]:
    """Change what is put down about somebody of one's own area; return what was changed.

    They may be moved to any area within the same reach; what they did stays where it was.
    """
    person, area = sight.person(session, reach, Right.EDIT_PEOPLE, person_id)
    identities.lock(session, person_id)
    if person.area_id is not None and not reach.covers(Right.EDIT_PEOPLE, area.path):
        raise OutOfReach
    if not reason.strip():
        raise ReasonNeeded
    check_birth_year(change.birth_year, now)
    done = _put_down(session, person, change, vault)
    done += _put_year_down(session, reach, person, change.birth_year, now)
    done += _move(session, reach, person, change.area_code)
    session.flush()
    if done:
        trail.record(
            session,
            reach.person_id,
            "person.amended",
            ("person", person_id),
            now,
            area_path=area.path,
            reason=reason.strip()[:400],
            changed=" ".join(done),
        )
    return done


def _put_down(session: Session, person: Person, change: Change, vault: Vault) -> tuple[str, ...]:
    done: tuple[str, ...] = ()
    if change.name:
        profile.rename(session, person.id, checked_name(change.name), vault=vault)
        done += ("name",)
    if change.phone:
        profile.set_phone(session, person.id, checked_phone(change.phone), vault=vault)
        done += ("phone",)
    return done


def _put_year_down(
    session: Session, reach: Reach, person: Person, year: int | None, now: datetime
) -> tuple[str, ...]:
    """Put the year down; one that makes a minor older waits for a colleague to see a document."""
    if year is None or year == person.birth_year:
        return ()
    counts = ages.put_down(
        session, person.id, year, now, channel=Channel.CONSOLE, by=reach.person_id
    )
    return ("birth_year",) if counts else (YEAR_CLAIMED,)


def _move(session: Session, reach: Reach, person: Person, area_code: str) -> tuple[str, ...]:
    if not area_code:
        return ()
    to = areas.taking(session, reach, Right.EDIT_PEOPLE, area_code)
    if to.id == person.area_id:
        return ()
    person.area_id = to.id
    return ("area",)
