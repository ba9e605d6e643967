"""Reminding people, once, of what they signed up for."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, bindparam, cast, exists, literal, select
from sqlalchemy.orm import Session

from server.notices import outbox
from server.notices.models import Notice
from server.volunteers.models import Activity, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.signups.shifts import activity, shift, signup

KIND = "volunteers.reminder"

_KEY = literal(f"{KIND}:") + cast(signup.id, String) + literal(":") + cast(shift.revision, String)
_DUE = (
    select(
        signup.id,
        signup.person_id,
        signup.changed_at,
        shift.starts_at,
        shift.revision,
        activity.number,
        activity.title,
        activity.place,
        activity.leader_name,
        activity.risk_note,
    )
    .select_from(Shift.__table__)
    .join(Signup.__table__, signup.shift_id == shift.id)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .where(
        shift.starts_at > bindparam("now"),
        shift.starts_at <= bindparam("until"),
        signup.state == SignupState.CONFIRMED,
        ~exists().where(Notice.key == _KEY),
    )
    .order_by(shift.starts_at, signup.id)
)


def key(signup_id: int, revision: int) -> str:
    """Return the business key of a reminder; a shift that was moved is reminded of anew."""
    return f"{KIND}:{signup_id}:{revision}"


def queue(session: Session, now: datetime, policy: Policy) -> int:
    """Queue the reminders of shifts that start within a day; return how many were new.

    Who signed up later than that has just read it all, and is not told again.
    """
    rows = session.execute(_DUE, {"now": now, "until": now + policy.reminder}).all()
    early = [row for row in rows if row.changed_at <= row.starts_at - policy.reminder]
    return sum(_queue(session, row, now) for row in early)


def _queue(session: Session, row: Row[*tuple[Any, ...]], now: datetime) -> bool:
    facts = {
        "number": row.number,
        "title": row.title,
        "place": row.place,
        "starts_at": row.starts_at,
        "leader": row.leader_name,
        "risk_note": row.risk_note,
    }
    name = key(row.id, row.revision)
    return outbox.queue(session, row.person_id, KIND, name, now, facts, not_after=row.starts_at)
