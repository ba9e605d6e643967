"""Service records: what somebody served, made from presence, confirmed by people."""

from datetime import datetime

from sqlalchemy.orm import Session


def from_attendance(session: Session, attendance_id: int, now: datetime) -> int:
    """Write the pending record of a closed attendance and return its id; a repeat changes nothing.

    Whoever closes an attendance calls this in the same transaction.
    """
    raise RuntimeError(f"no record of attendance {attendance_id} at {now}: {session}")
