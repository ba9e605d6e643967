"""Service records: what somebody served, made from presence, confirmed by people.

Spending points never touches a record (V14): hours and points are two ledgers.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.calendar import workdays
from server.people import identities
from server.people.models import Channel
from server.volunteers.hours import minutes, room, versions
from server.volunteers.hours.deadlines import TERMS
from server.volunteers.hours.minutes import Span
from server.volunteers.hours.versions import CHANGED as CHANGED
from server.volunteers.hours.versions import Mark
from server.volunteers.models import (
    Activity,
    Attendance,
    RecordState,
    Route,
    ServiceRecord,
    Shift,
    Source,
)

record = ServiceRecord.__table__.c
shift = Shift.__table__.c
attendance = Attendance.__table__.c
activity = Activity.__table__.c


_PRESENCE: Select[Any] = (
    select(
        *(attendance.person_id, attendance.shift_id, attendance.signup_id),
        *(attendance.in_at, attendance.in_route, attendance.in_by),
        *(attendance.out_at, attendance.out_route, attendance.out_by),
        *(shift.starts_at, shift.ends_at, activity.area_id, activity.field),
    )
    .select_from(Attendance.__table__)
    .join(Shift.__table__, shift.id == attendance.shift_id)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .where(attendance.id == bindparam("this"))
)


class Totals(NamedTuple):
    """Minutes that are final, and minutes that still wait for somebody or for their time."""

    final: int
    pending: int


def from_attendance(session: Session, attendance_id: int, now: datetime) -> int:
    """Write the pending record of a closed attendance and return its id; a repeat changes nothing.

    Whoever closes an attendance calls this in the same transaction. The person is locked first
    and then the shift, so that of two shifts that close at once the second sees the minutes of
    the first. Hours that two people voided do not come back by a repetition; hours that somebody
    entered by hand meanwhile stay what they are.
    """
    came = _presence(session, attendance_id)
    identities.hold(session, came.person_id)
    known = _known(session, came)
    if known is not None:
        return known
    at = Span(came.starts_at, came.ends_at)
    span = Span(*minutes.credited(came.in_at, came.out_at, *at))
    due = workdays.add(session, room.day_of(came.ends_at), TERMS.confirm_days)
    _wait(session, came.shift_id, due)
    values = {
        "person_id": came.person_id,
        "shift_id": came.shift_id,
        "signup_id": came.signup_id,
        "area_id": came.area_id,
        "field": came.field,
        "day": room.day_of(span.starts_at),
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
        "minutes": room.of(session, came.person_id, span, at),
        "state": RecordState.PENDING,
        "source": Source.PAPER if _on_paper(came) else Source.ATTENDANCE,
        "due": due,
        "recorded_by": came.out_by or came.in_by,
        "created_at": now,
    }
    return enter(session, values, _mark(came), now)


def enter(session: Session, values: dict[str, Any], mark: Mark, now: datetime) -> int:
    """Write a record with its first version and return its id."""
    fresh = insert(ServiceRecord.__table__).values(disputed=False, version=1, **values)
    row = session.execute(fresh.returning(*versions.KEPT)).one()
    versions.keep(session, [row], mark, now)
    return int(row.id)


def totals(session: Session, person_id: int) -> Totals:
    """Return how many minutes of a person are final, and how many are on their way. One statement.

    What waits for a second person's permission counts to neither.
    """
    final = record.state == RecordState.FINAL
    row = session.execute(
        select(
            func.coalesce(func.sum(case((final, record.minutes), else_=0)), 0),
            func.coalesce(func.sum(case((final, 0), else_=record.minutes)), 0),
        ).where(record.person_id == person_id, record.state.in_(room.COUNTING))
    ).one()
    return Totals(int(row[0]), int(row[1]))


def _presence(session: Session, attendance_id: int) -> Row[Any]:
    came = session.execute(_PRESENCE, {"this": attendance_id}).one()
    if came.out_at is None:
        raise ValueError(f"attendance {attendance_id} is still open")
    return came


def _known(session: Session, came: Row[Any]) -> int | None:
    """Return the record that this presence has already; a void one only if it was made from it."""
    return session.execute(
        select(record.id)
        .where(
            record.person_id == came.person_id,
            record.shift_id == came.shift_id,
            or_(
                record.state != RecordState.VOID,
                and_(record.signup_id == came.signup_id, record.source != Source.HAND),
            ),
        )
        .order_by(record.state == RecordState.VOID, record.id)
        .limit(1)
    ).scalar_one_or_none()


def _wait(session: Session, shift_id: int, due: Any) -> None:
    """Note that hours of the shift wait to be confirmed; this locks the shift as well."""
    session.execute(
        update(Shift.__table__)
        .where(shift.id == shift_id)
        .values(record_due=func.coalesce(shift.record_due, due))
    )


def _on_paper(came: Row[Any]) -> bool:
    return Route.PAPER in (came.in_route, came.out_route)


def _mark(came: Row[Any]) -> Mark:
    by = came.out_by or came.in_by
    channel = Channel.CHAT if by is None else Channel.CONSOLE
    forgotten = came.out_route is Route.SCHEDULE
    reason = say("records.no_check_out") if forgotten else say("records.by_presence")
    return Mark(by, reason, Channel.PAPER if _on_paper(came) else channel)
