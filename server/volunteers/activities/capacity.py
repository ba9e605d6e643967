"""How many people a shift takes."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.activities import desk
from server.volunteers.models import Shift
from server.volunteers.policy import Policy
from server.volunteers.refusals import FewerThanTaken, ShiftMissing
from server.volunteers.signups import line
from server.volunteers.signups.shifts import shift


def change(
    session: Session, reach: Reach, shift_id: int, capacity: int, now: datetime, *, policy: Policy
) -> int:
    """Change the number of places as staff; returns how many were offered to the line."""
    activity, area, _ = desk.held_shift(session, reach, Right.MANAGE_ACTIVITIES, shift_id)
    offered = set_capacity(session, shift_id, capacity, now, policy=policy)
    desk.note(
        session, reach, "shift.capacity", activity, area, now, shift=shift_id, capacity=capacity
    )
    return offered


def set_capacity(
    session: Session, shift_id: int, capacity: int, now: datetime, *, policy: Policy
) -> int:
    """Change the number of places; more places are offered to the line in the same stroke.

    Returns how many were offered. Refused below the places already held.
    """
    changed = session.execute(
        update(Shift.__table__)
        .where(shift.id == shift_id, shift.taken <= capacity)
        .values(capacity=max(capacity, 1))
    )
    if not line.changed(changed):
        taken = session.scalar(select(shift.taken).where(shift.id == shift_id))
        if taken is None:
            raise ShiftMissing
        raise FewerThanTaken(taken=taken)
    return line.fill(session, shift_id, now, policy)
