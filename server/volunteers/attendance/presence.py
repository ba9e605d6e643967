"""A presence as it is written: it begins once, ends once, and goes on nowhere else meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.limits import Limits
from server.people.vault import Vault
from server.volunteers.attendance.hints import Place
from server.volunteers.attendance.refusals import CheckOutFirst, NotOnRoster
from server.volunteers.hours import records
from server.volunteers.models import (
    Activity,
    ActivityState,
    Attendance,
    Route,
    Shift,
    Signup,
    SignupState,
)
from server.volunteers.policy import Policy
from server.volunteers.signups import line
from server.volunteers.signups.shifts import activity, shift, signup

attendance = Attendance.__table__.c

_COME = (
    update(Signup.__table__)
    .where(signup.id == bindparam("this"), signup.state == SignupState.CONFIRMED)
    .values(state=SignupState.CHECKED_IN, changed_at=bindparam("now"))
)
_LEAVE = (
    update(Attendance.__table__)
    .where(attendance.id == bindparam("this"), attendance.out_at.is_(None))
    .values(out_at=bindparam("at"), out_route=bindparam("route"), out_by=bindparam("by"))
)
_LEFT = (
    update(Signup.__table__)
    .where(signup.id == bindparam("this"), signup.state == SignupState.CHECKED_IN)
    .values(state=SignupState.CHECKED_OUT, changed_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Means:
    """What a check-in leans on besides the person: keys, counters, the district's numbers.

    `device` is a keyed mark of the phone, `place` where it says it is.
    """

    vault: Vault
    limits: Limits
    policy: Policy
    device: str | None = None
    place: Place | None = None


class Showing(NamedTuple):
    """How a presence was shown: the route, the witness where there was one, what it rests on."""

    route: Route
    by: int | None = None
    device: str | None = None
    evidence: str | None = None


class Attending(NamedTuple):
    """A sign-up with its shift, its activity, and the presence so far."""

    signup_id: int
    state: SignupState
    walk_in: bool
    person_id: int
    shift_id: int
    starts_at: datetime
    ends_at: datetime
    activity_id: int
    number: int
    title: str
    place: str
    leader_id: int | None
    activity_state: ActivityState
    attendance_id: int | None
    in_at: datetime | None
    out_at: datetime | None
    recheck: str | None

    @property
    def is_in(self) -> bool:
        """Tell whether the person is there by now."""
        return self.attendance_id is not None and self.out_at is None


def attendings() -> Select[Any]:
    """Select sign-ups as `Attending`, whether anybody has come or not."""
    columns = (
        signup.id,
        signup.state,
        signup.walk_in,
        signup.person_id,
        shift.id,
        shift.starts_at,
        shift.ends_at,
        activity.id,
        activity.number,
        activity.title,
        activity.place,
        activity.leader_id,
        activity.state,
        attendance.id,
        attendance.in_at,
        attendance.out_at,
        attendance.recheck,
    )
    return (
        select(*columns)
        .select_from(Signup.__table__)
        .join(Shift.__table__, shift.id == signup.shift_id)
        .join(Activity.__table__, activity.id == shift.activity_id)
        .outerjoin(Attendance.__table__, attendance.signup_id == signup.id)
    )


def begin(session: Session, where: Attending, at: datetime, showing: Showing, now: datetime) -> int:
    """Take down that the person came, and return the id of the presence.

    The caller holds the person's lock. The unique index of open presences stands behind it.
    """
    come = session.execute(_COME, {"this": where.signup_id, "now": now})
    if not line.changed(come):
        raise NotOnRoster(title=where.title)
    try:
        return enter(session, where, at, showing, now)
    except IntegrityError:
        raise CheckOutFirst(title=where.title) from None


def enter(session: Session, where: Attending, at: datetime, showing: Showing, now: datetime) -> int:
    """Write the row of a presence that has begun."""
    given = {
        "signup_id": where.signup_id,
        "shift_id": where.shift_id,
        "person_id": where.person_id,
        "in_at": at,
        "in_route": showing.route,
        "in_by": showing.by,
        "device": showing.device,
        "evidence": showing.evidence,
        "entered_at": now,
    }
    fresh = insert(Attendance.__table__).returning(attendance.id)
    return int(session.execute(fresh, given).scalar_one())


def end(
    session: Session, where: Attending, at: datetime, showing: Showing, now: datetime
) -> datetime:
    """Take down that the person left, write the pending record, and return when they left.

    Never before they came, even when the shift was moved meanwhile. A repeat changes nothing.
    """
    assert where.in_at is not None
    left_at = max(at, where.in_at)
    how = {"at": left_at, "route": showing.route, "by": showing.by}
    if line.changed(session.execute(_LEAVE, {"this": where.attendance_id, **how})):
        session.execute(_LEFT, {"this": where.signup_id, "now": now})
        assert where.attendance_id is not None
        records.from_attendance(session, where.attendance_id, now)
    return left_at
