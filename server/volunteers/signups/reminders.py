"""Reminding people, once, of what they signed up for.

A reminder is queued with the place, hangs on its shift, and moves or dies with it. A job looks
again and again for what is missing, such as places taken before this was so.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, String, bindparam, cast, exists, literal, select
from sqlalchemy.orm import Session, aliased

from server.notices import outbox, quiet, snoozing
from server.notices.kinds import KINDS
from server.notices.models import Notice
from server.notices.outbox import Late
from server.notices.snoozing import About
from server.people.models import Person
from server.volunteers.models import Activity, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.signups.shifts import Standing, activity, shift, signup

KIND = "volunteers.reminder"
EVENING = timedelta(hours=1)

_moved = aliased(Notice.__table__)
_signup_id = cast(signup.id, String)
_moved_key = literal("volunteers.moved:") + _signup_id + ":" + cast(shift.revision, String)
_MISSING = (
    select(
        signup.id.label("signup_id"),
        signup.person_id,
        signup.changed_at,
        _moved.c.queued_at.label("moved_at"),
        shift.id.label("shift_id"),
        shift.starts_at,
        shift.revision,
        Person.__table__.c.remind_minutes,
        activity.number,
        activity.title,
        activity.place,
        activity.leader_name,
        activity.risk_note,
    )
    .select_from(Shift.__table__)
    .join(Signup.__table__, signup.shift_id == shift.id)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .join(Person.__table__, Person.__table__.c.id == signup.person_id)
    .outerjoin(_moved, _moved.c.key == _moved_key)
    .where(
        shift.starts_at > bindparam("now"),
        signup.state == SignupState.CONFIRMED,
        ~exists().where(
            Notice.obligation == literal("signup:") + _signup_id,
            Notice.person_id == signup.person_id,
            Notice.not_after == shift.starts_at,
        ),
    )
    .order_by(shift.starts_at, signup.id)
)
_SOON = _MISSING.where(shift.starts_at <= bindparam("until"))
_OF_SHIFT = _MISSING.where(shift.id == bindparam("shift"))


def key(signup_id: int, revision: int) -> str:
    """Return the business key of a reminder; a shift that was moved may be reminded of anew."""
    return f"{KIND}:{signup_id}:{revision}"


def anchor(shift_id: int) -> str:
    """Return what the reminders of a shift hang on."""
    return f"shift:{shift_id}"


def offset(person_id: int, starts_at: datetime, minutes: int | None, policy: Policy) -> timedelta:
    """Return how long before a shift (below nought) somebody is to be reminded of it.

    As long as they chose, or as the district says. Where that is in a night that ends too late,
    it is the evening before, an hour before people are left alone.
    """
    due = starts_at - policy.lead(minutes)
    audience = KINDS[KIND].audience
    if quiet.told_at(policy.hours, audience, person_id, due) < starts_at:
        return due - starts_at
    evening = quiet.open_before(quiet.windows(policy.hours, audience), due)
    return evening - EVENING - starts_at


def arrange(
    session: Session,
    person_id: int,
    signup_id: int,
    where: Standing,
    now: datetime,
    policy: Policy,
) -> bool:
    """Queue the reminder of a place just taken. One statement, or none.

    Whoever takes it later than they would be reminded has just read it all, and is not told again.
    """
    if now > where.starts_at + offset(person_id, where.starts_at, where.remind_minutes, policy):
        return False
    return _remind(session, person_id, signup_id, where, now, policy)


def queue(session: Session, now: datetime, policy: Policy) -> int:
    """Queue what is missing of shifts that start within a day; return how many were new.

    Whoever has heard of time and place later than they would be reminded is not told again.
    """
    until = now + policy.reminder
    return _repair(session, _SOON, {"now": now, "until": until}, now, policy)


def follow(
    session: Session, activity: Activity, moved: Shift, now: datetime, policy: Policy
) -> int:
    """Let the reminders of a shift follow it to another time or place; return how many are new.

    Whoever was reminded already is reminded of the new time as well. Where that is closer than the
    reminder would be, the news of the move is reminder enough: call this after queueing that.
    """
    told = {
        "title": activity.title,
        "place": activity.place,
        "starts_at": moved.starts_at,
        "leader": activity.leader_name,
        "risk_note": activity.risk_note,
    }
    outbox.move(session, anchor(moved.id), moved.starts_at, now, told, Late.NEVER)
    return _repair(session, _OF_SHIFT, {"now": now, "shift": moved.id}, now, policy)


def reword(session: Session, activity: Activity) -> None:
    """Let the reminders of an activity say what it now says of itself."""
    shifts = session.scalars(select(shift.id).where(shift.activity_id == activity.id)).all()
    told = {
        "title": activity.title,
        "leader": activity.leader_name,
        "risk_note": activity.risk_note,
    }
    outbox.reword(session, [anchor(each) for each in shifts], told)


def drop(session: Session, signup_id: int, now: datetime) -> None:
    """Drop the reminder of a place that was given back."""
    outbox.drop_obligation(session, f"signup:{signup_id}", now)


def still(session: Session, person_id: int, shift_id: str) -> About | None:
    """Return when a shift begins, and what is said of it, if the person still holds a place."""
    row = session.execute(
        select(shift.starts_at, activity.title, activity.place)
        .join(Activity.__table__, activity.id == shift.activity_id)
        .join(Signup.__table__, signup.shift_id == shift.id)
        .where(
            shift.id == int(shift_id),
            signup.person_id == person_id,
            signup.state == SignupState.CONFIRMED,
        )
    ).first()
    if row is None:
        return None
    return About(row.starts_at, row._asdict())


snoozing.STILL["shift"] = still


def _repair(
    session: Session, missing: Select[Any], asked: dict[str, object], now: datetime, policy: Policy
) -> int:
    rows = session.execute(missing, asked).all()
    return sum(
        _remind(session, row.person_id, row.signup_id, row, now, policy)
        for row in rows
        if _heard_of_it(row)
        <= row.starts_at + offset(row.person_id, row.starts_at, row.remind_minutes, policy)
    )


def _heard_of_it(row: Row[*tuple[Any, ...]]) -> datetime:
    """Return when the person last read time and place: signing up, or in the news of a move."""
    heard: datetime = max(row.changed_at, row.moved_at or row.changed_at)
    return heard


def _remind(
    session: Session,
    person_id: int,
    signup_id: int,
    where: Standing | Row[*tuple[Any, ...]],
    now: datetime,
    policy: Policy,
) -> bool:
    return outbox.remind(
        session,
        person_id,
        KIND,
        key(signup_id, where.revision),
        now,
        {
            "number": where.number,
            "title": where.title,
            "place": where.place,
            "starts_at": where.starts_at,
            "leader": where.leader_name,
            "risk_note": where.risk_note,
        },
        anchor=anchor(where.shift_id),
        at=where.starts_at,
        offset=offset(person_id, where.starts_at, where.remind_minutes, policy),
        obligation=f"signup:{signup_id}",
    )
