"""Who stayed away without a word, and letting it be forgotten for a reason."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.staff.approvals import ReasonNeeded
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.models import Activity, Shift, Signup, SignupState
from server.volunteers.refusals import NotInThisState


class Missed(NamedTuple):
    """A sign-up whose person did not come, or another state by now."""

    signup_id: int
    state: SignupState
    activity_id: int
    title: str
    starts_at: datetime
    area_path: str


def one(session: Session, reach: Reach, signup_id: int) -> Missed:
    """Return the sign-up if its activity lies in reach, or refuse."""
    row = session.execute(
        select(
            Signup.id,
            Signup.state,
            Activity.id,
            Activity.title,
            Shift.starts_at,
            Area.path,
        )
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Area, Area.id == Activity.area_id)
        .where(Signup.id == signup_id)
    ).one_or_none()
    reach.require(Right.CONFIRM_RECORDS, row[-1] if row else None)
    if row is None:
        raise OutOfReach
    return Missed(*row)


def excuse(session: Session, reach: Reach, signup_id: int, reason: str, now: datetime) -> None:
    """Count a no-show as cancelled in time, since the volunteer has explained it; audited.

    A repeat changes nothing. Whoever had to wait because of it need not any longer.
    """
    missed = one(session, reach, signup_id)
    if not reason.strip():
        raise ReasonNeeded
    excused = session.execute(
        update(Signup)
        .where(Signup.id == signup_id, Signup.state == SignupState.NO_SHOW)
        .values(state=SignupState.CANCELLED, changed_at=now)
        .execution_options(synchronize_session=False)
        .returning(Signup.id)
    ).first()
    if excused is None:
        if missed.state is SignupState.CANCELLED:
            return
        raise NotInThisState(title=missed.title)
    trail.record(
        session,
        reach.person_id,
        "signup.excused",
        ("signup", signup_id),
        now,
        area_path=missed.area_path,
        reason=reason.strip()[:400],
    )
