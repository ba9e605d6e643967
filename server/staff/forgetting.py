"""What the console forgets of a person: how they signed in. What they did stays in the trail."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.people import erasing
from server.staff.models import ConsoleSession, Invitation, ScanTicket, StaffAccount


def forget(session: Session, person_id: int, _now: datetime) -> None:
    """Forget the sign-in of somebody whose posts are over."""
    staff_id = session.scalar(select(StaffAccount.id).where(StaffAccount.person_id == person_id))
    if staff_id is None:
        return
    for table in (ConsoleSession, Invitation, ScanTicket):
        session.execute(delete(table).where(table.staff_id == staff_id))
    session.execute(delete(StaffAccount).where(StaffAccount.id == staff_id))


erasing.FOLLOWERS.append(forget)
