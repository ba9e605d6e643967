"""Presences that are over, and the records made of them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas import tree
from server.people import posts
from server.people.models import Channel, Role
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.volunteers.hours import confirming, records
from server.volunteers.hours.confirming import Confirmed, Wish
from server.volunteers.models import (
    Activity,
    Attendance,
    RecordVersion,
    Route,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
)
from tests.factories import a_person, an_activity

HOUR = timedelta(hours=1)


def a_past_shift(session: Session, now: datetime, *, ago: float = 3, **more: object) -> int:
    """Return the id of a shift of two hours that began so many hours ago."""
    given = {"capacity": 300, "starts_in": HOUR} | more
    view = an_activity(session, now, **given)  # type: ignore[arg-type]
    shift = session.get_one(Shift, view.shifts[0].id)
    shift.starts_at, shift.ends_at = now - ago * HOUR, now - (ago - 2) * HOUR
    shift.opens_at = shift.closes_at = shift.free_cancel_until = shift.starts_at
    session.flush()
    return shift.id


def a_presence(
    session: Session,
    person: int,
    shift_id: int,
    *,
    late: timedelta = timedelta(),
    stayed: timedelta = 2 * HOUR,
    **more: object,
) -> int:
    """Return the id of a closed attendance that began so much after the start."""
    shift = session.get_one(Shift, shift_id)
    came = shift.starts_at + late
    signup = Signup(
        shift_id=shift_id,
        person_id=person,
        state=SignupState.CHECKED_OUT,
        channel=Channel.CHAT,
        created_at=came,
        changed_at=came,
    )
    session.add(signup)
    shift.taken += 1
    session.flush()
    given = {
        "in_at": came,
        "in_route": Route.ROTATING_CODE,
        "out_at": came + stayed,
        "out_route": Route.ROTATING_CODE,
        "entered_at": came,
    } | more
    present = Attendance(signup_id=signup.id, shift_id=shift_id, person_id=person, **given)
    session.add(present)
    session.flush()
    return present.id


def a_record(session: Session, now: datetime, shift: int | None = None, **more: object) -> int:
    """Return the id of the pending record of somebody who came."""
    shift = shift or a_past_shift(session, now)
    person = more.pop("person", None) or a_person(session, now)
    present = a_presence(session, person, shift, **more)  # type: ignore[arg-type]
    return records.from_attendance(session, present, now)


def record_of(session: Session, record_id: int) -> ServiceRecord:
    session.flush()
    session.expire_all()
    return session.get_one(ServiceRecord, record_id)


def story(session: Session, record_id: int) -> list[tuple[int, str, int]]:
    """Return every version as (number, state, minutes)."""
    rows = session.scalars(
        select(RecordVersion)
        .where(RecordVersion.record_id == record_id)
        .order_by(RecordVersion.version)
    )
    return [(row.version, row.state.value, row.minutes) for row in rows]


def staff(session: Session, now: datetime, role: Role = Role.COMMUNITY_WORKER) -> Reach:
    """Return how far somebody reaches who holds a post in the whole district."""
    person = a_person(session, now)
    posts.appoint(session, person, role, tree.root(session), now, until=None)
    return reaches.of(session, person, now)


def led_by(session: Session, shift_id: int, leader: int) -> None:
    """Let somebody lead the activity of a shift."""
    activity = session.get_one(Activity, session.get_one(Shift, shift_id).activity_id)
    activity.leader_id = leader
    session.flush()


def confirm(session: Session, reach: Reach, shift: int, now: datetime, **more: Any) -> Confirmed:
    """Confirm every record of a shift as it stands."""
    rows = session.execute(
        select(ServiceRecord.id, ServiceRecord.version).where(ServiceRecord.shift_id == shift)
    )
    seen = more.pop("seen", None) or {row.id: row.version for row in rows}
    wish = Wish(seen, more.pop("corrected", {}), Channel.CONSOLE)
    return confirming.confirm(session, reach, shift, wish, now)
