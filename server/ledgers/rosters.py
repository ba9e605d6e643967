"""The roster of an activity: who signed up for which shift, came, left, and what was recorded."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people.models import Person
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.models import Activity, Attendance, RecordState, ServiceRecord, Shift, Signup

CHUNK = 1_000
PAGE = 500


def activity(session: Session, reach: Reach, activity_id: int, right: Right) -> Activity:
    """Return the activity if the right reaches it, or refuse."""
    found = session.get(Activity, activity_id)
    if found is None:
        raise OutOfReach
    reach.require(right, session.get_one(Area, found.area_id).path)
    return found


def area_of(session: Session, activity: Activity) -> Area:
    """Return the area of an activity."""
    return session.get_one(Area, activity.area_id)


def page(session: Session, activity_id: int) -> list[Row[*tuple[Any, ...]]]:
    """Return the roster, shift by shift, as much as a page holds. One statement."""
    return list(session.execute(_rows(activity_id).limit(PAGE)).all())


def count(session: Session, activity_id: int) -> int:
    """Return how many sign-ups the roster has."""
    found = select(func.count()).select_from(Signup).join(Shift, Shift.id == Signup.shift_id)
    return session.scalar(found.where(Shift.activity_id == activity_id)) or 0


def walk(session: Session, activity_id: int) -> Iterator[Row[*tuple[Any, ...]]]:
    """Yield every line of the roster, in the order in which people signed up."""
    after = 0
    while rows := session.execute(_piece(activity_id, after)).all():
        yield from rows
        after = rows[-1].id


def _piece(activity_id: int, after: int) -> Select[*tuple[Any, ...]]:
    return (
        _rows(activity_id).where(Signup.id > after).order_by(None).order_by(Signup.id).limit(CHUNK)
    )


def _rows(activity_id: int) -> Select[*tuple[Any, ...]]:
    counted = and_(
        ServiceRecord.person_id == Signup.person_id,
        ServiceRecord.shift_id == Signup.shift_id,
        ServiceRecord.state != RecordState.VOID,
    )
    return (
        select(
            Signup.id,
            Signup.person_id,
            Signup.state,
            Signup.channel,
            Signup.walk_in,
            Shift.starts_at,
            Attendance.in_at,
            Attendance.out_at,
            ServiceRecord.minutes,
            ServiceRecord.state.label("record"),
            Person.name,
            Person.volunteer_no,
        )
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Person, Person.id == Signup.person_id)
        .outerjoin(Attendance, Attendance.signup_id == Signup.id)
        .outerjoin(ServiceRecord, counted)
        .where(Shift.activity_id == activity_id)
        .order_by(Shift.starts_at, Signup.id)
    )
