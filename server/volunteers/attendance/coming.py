"""Coming and going: what must hold before a presence begins or ends, whatever the route."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, update
from sqlalchemy.orm import Session

from server.people.vault import Vault
from server.volunteers.attendance import hints, presence
from server.volunteers.attendance.presence import Attending, Means, Showing, attendance, attendings
from server.volunteers.attendance.refusals import (
    AcceptFirst,
    CheckOutFirst,
    LeftAlready,
    NotCheckedIn,
    NotOnRoster,
    Over,
    StillWaiting,
    TooEarly,
)
from server.volunteers.hours.minutes import TOLERANCE
from server.volunteers.models import ActivityState, Attendance, Route, SignupState
from server.volunteers.policy import Policy
from server.volunteers.refusals import ActivityCancelled
from server.volunteers.signups.shifts import is_live, shift, signup
from server.volunteers.views import Presence

GONE = (SignupState.CHECKED_OUT, SignupState.CREDITED)
"""States of somebody who has come and left."""
AROUND = timedelta(hours=12)
"""Shifts so far ahead are told of as too early, and so long ago as over."""
ASKED = "asked"
"""The leader is asked to look at this person once more."""

_AROUND = (
    attendings()
    .where(
        signup.person_id == bindparam("person"),
        is_live,
        or_(
            and_(shift.starts_at <= bindparam("until"), shift.ends_at >= bindparam("since")),
            and_(attendance.id.is_not(None), attendance.out_at.is_(None)),
        ),
    )
    .order_by(shift.starts_at, signup.id)
)


def around_now(session: Session, person_id: int, now: datetime) -> list[Attending]:
    """Return the person's sign-ups of these hours in order, and wherever they are still in."""
    wanted = {"person": person_id, "until": now + AROUND, "since": now - AROUND}
    return [Attending(*row) for row in session.execute(_AROUND, wanted)]


def is_near(where: Attending, now: datetime, policy: Policy) -> bool:
    """Tell whether one may come to this shift, or leave it, just now."""
    opens = where.starts_at - policy.check_in_opens
    return where.is_in or opens <= now <= where.ends_at + TOLERANCE


def come(
    session: Session,
    where: Attending,
    around: Sequence[Attending],
    showing: Showing,
    now: datetime,
    means: Means,
) -> Presence:
    """Begin a presence now if everything allows it; the caller holds the person's lock."""
    if where.state is SignupState.CHECKED_IN:
        return shown(where)
    check(where, now, means.policy)
    leave_elsewhere(session, where, around, now)
    attendance_id = presence.begin(session, where, now, showing, now)
    hints.note(session, attendance_id, means.place, now)
    if showing.by is None and is_chosen(attendance_id, means.policy, means.vault):
        ask = update(Attendance.__table__).where(attendance.id == attendance_id)
        session.execute(ask.values(recheck=ASKED))
    return shown(where._replace(state=SignupState.CHECKED_IN, in_at=now))


def go(
    session: Session, where: Attending, at: datetime, showing: Showing, now: datetime
) -> Presence:
    """End a presence; long after the end it ends by the schedule. A repeat tells the same."""
    if where.state in GONE and where.in_at is not None:
        return shown(where)
    if not where.is_in:
        raise NotCheckedIn
    if now > where.ends_at + TOLERANCE:
        at, showing = where.ends_at, Showing(Route.SCHEDULE)
    left_at = presence.end(session, where, at, showing, now)
    return shown(where._replace(state=SignupState.CHECKED_OUT, out_at=left_at))


def check(where: Attending, now: datetime, policy: Policy) -> None:
    """Refuse unless the person has a place and the shift takes place now."""
    if where.activity_state is ActivityState.CANCELLED:
        raise ActivityCancelled(title=where.title)
    if where.state in GONE:
        raise LeftAlready(title=where.title)
    if where.state is SignupState.OFFERED:
        raise AcceptFirst(title=where.title)
    if where.state is SignupState.WAITLISTED:
        raise StillWaiting(title=where.title)
    if where.state is not SignupState.CONFIRMED:
        raise NotOnRoster(title=where.title)
    if now < where.starts_at - policy.check_in_opens:
        raise TooEarly(title=where.title, opens_at=where.starts_at - policy.check_in_opens)
    if now > where.ends_at:
        raise Over(title=where.title)


def leave_elsewhere(
    session: Session, where: Attending, around: Sequence[Attending], now: datetime
) -> None:
    """End a presence elsewhere whose shift is over; refuse while it still goes on."""
    for other in around:
        if not other.is_in or other.signup_id == where.signup_id:
            continue
        if other.ends_at > now:
            raise CheckOutFirst(title=other.title)
        presence.end(session, other, other.ends_at, Showing(Route.SCHEDULE), now)


def is_chosen(attendance_id: int, policy: Policy, vault: Vault) -> bool:
    """Tell whether this presence is looked at once more: nobody can know before, nor alter it."""
    drawn = int.from_bytes(vault.digest(str(attendance_id), "recheck")[:8]) % 100
    return drawn < policy.recheck_percent


def shown(where: Attending) -> Presence:
    """Return what people are told of a presence."""
    return Presence(
        state=where.state,
        shift_id=where.shift_id,
        number=where.number,
        title=where.title,
        place=where.place,
        starts_at=where.starts_at,
        ends_at=where.ends_at,
        in_at=where.in_at,
        out_at=where.out_at,
    )
