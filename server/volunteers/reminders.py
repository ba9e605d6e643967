"""Reminding people, once, of what they signed up for."""

from datetime import datetime

from sqlalchemy import String, cast, exists, literal, select
from sqlalchemy.orm import Session

from server.notices import outbox
from server.notices.models import Notice
from server.volunteers.models import Activity, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.shifts import activity, shift, signup

KEY = "volunteers.reminder:"


def queue(session: Session, now: datetime, policy: Policy) -> int:
    """Queue the reminders of shifts that start within a day; return how many were new.

    Who signed up later than that has just read it all, and is not told again.
    """
    told = exists().where(Notice.key == literal(KEY) + cast(signup.id, String))
    rows = session.execute(
        select(
            signup.id,
            signup.person_id,
            signup.changed_at,
            shift.starts_at,
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
            shift.starts_at > now,
            shift.starts_at <= now + policy.reminder,
            signup.state == SignupState.CONFIRMED,
            ~told,
        )
        .order_by(shift.starts_at, signup.id)
    ).all()
    return sum(
        outbox.queue(
            session,
            row.person_id,
            "volunteers.reminder",
            f"{KEY}{row.id}",
            now,
            {
                "number": row.number,
                "title": row.title,
                "place": row.place,
                "starts_at": row.starts_at,
                "leader": row.leader_name,
                "risk_note": row.risk_note,
            },
            not_after=row.starts_at,
        )
        for row in rows
        if row.changed_at <= row.starts_at - policy.reminder
    )
