"""Signing up, leaving, and one's own list."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.people import identities
from server.people.models import Channel
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import PRESENT, Activity, ActivityState, SignupState
from server.volunteers.policy import Policy
from server.volunteers.refusals import NotSignedUp, Started
from server.volunteers.signups import eligibility, line, places, shifts
from server.volunteers.signups.shifts import (
    Standing,
    activity,
    of_number,
    shift,
    signup,
    standing,
    standings,
)
from server.volunteers.views import MySignup, Outcome

_AREA = (
    select(Area).join(Activity, Activity.area_id == Area.id).where(Activity.id == bindparam("this"))
)
_MINE = (
    standings()
    .where(
        signup.person_id == bindparam("person"),
        shift.ends_at > bindparam("now"),
        activity.state == ActivityState.OPEN,
    )
    .order_by(shift.starts_at, shift.id)
)


def sign_up(
    session: Session,
    person_id: int,
    shift_id: int,
    now: datetime,
    *,
    channel: Channel,
    policy: Policy,
) -> Outcome:
    """Give the person a place, or one in line when there is none; a repeat tells the same.

    One conditional write on the shift decides between the two, so the last place goes to one
    person and none stays empty while somebody waits.
    """
    identities.lock(session, person_id)
    where = standing(session, person_id, shift_id)
    return _sign_up(session, person_id, where, now, channel, policy)


def sign_up_for(
    session: Session,
    person_id: int,
    number: int,
    now: datetime,
    *,
    channel: Channel,
    policy: Policy,
) -> Outcome | None:
    """Do the same for the activity people know by this number; None if several shifts are open."""
    identities.lock(session, person_id)
    found = of_number(session, person_id, number)
    still_open = [where for where in found if now < where.closes_at]
    if len(still_open) > 1:
        return None
    [where] = still_open or found[:1]
    return _sign_up(session, person_id, where, now, channel, policy)


def enter(  # noqa: PLR0913  who enters whom, where, by which door, against which rule
    session: Session,
    reach: Reach,
    person_id: int,
    shift_id: int,
    now: datetime,
    *,
    channel: Channel,
    policy: Policy,
    override_reason: str | None = None,
) -> Outcome:
    """Sign somebody up who asked staff to, at the desk, by phone or on paper; a repeat is none.

    A clash with another sign-up is allowed for a reason in words; the gates never are.
    """
    identities.lock(session, person_id)
    where = standing(session, person_id, shift_id)
    area = session.scalars(_AREA, {"this": where.activity_id}).one()
    reach.require(Right.RECORD_ATTENDANCE, area.path)
    if where.state is not None:
        return as_it_stands(session, person_id, where, policy)
    reason = (override_reason or "").strip()[:200] or None
    verdict = eligibility.judge(
        session, person_id, where, now, policy, clash_allowed=reason is not None
    )
    entry = {"channel": channel, "entered_by": reach.person_id, "override": reason}
    outcome = places.take(session, person_id, where, now, verdict, policy, entry)
    trail.record(
        session,
        reach.person_id,
        "signup.entered",
        ("shift", shift_id),
        now,
        area_path=area.path,
        reason=reason,
        person=person_id,
        channel=channel,
    )
    return outcome


def cancel(
    session: Session, person_id: int, shift_id: int, now: datetime, *, policy: Policy
) -> Outcome:
    """Give the place or the place in line back; the first in line is offered it at once.

    Past the free time it is marked late; once the shift has begun it is refused.
    """
    identities.lock(session, person_id)
    line.lock(session, shift_id)
    where = standing(session, person_id, shift_id)
    if where.state is None or where.signup_id is None:
        return _left_already(session, person_id, where)
    if now >= where.starts_at or where.state in PRESENT:
        raise Started(title=where.title)
    late = where.state is SignupState.CONFIRMED and now >= where.free_cancel_until
    state = SignupState.LATE_CANCELLED if late else SignupState.CANCELLED
    line.leave(session, where, state, now, policy)
    return where.outcome(state)


def mine(session: Session, person_id: int, now: datetime) -> tuple[MySignup, ...]:
    """Return the person's live sign-ups whose shift is not over, the soonest first."""
    found = [shifts.read(row) for row in session.execute(_MINE, {"person": person_id, "now": now})]
    places = line.positions(session, found)
    return tuple(
        where.outcome(
            where.state,
            position=places.get(where.signup_id),
            offer_ends_at=where.offer_ends_at,
        )
        for where in found
        if where.state is not None
    )


def _sign_up(
    session: Session,
    person_id: int,
    where: Standing,
    now: datetime,
    channel: Channel,
    policy: Policy,
) -> Outcome:
    if where.state is not None:
        return as_it_stands(session, person_id, where, policy)
    verdict = eligibility.judge(session, person_id, where, now, policy)
    entry = {"channel": channel}
    return places.take(session, person_id, where, now, verdict, policy, entry)


def as_it_stands(session: Session, person_id: int, where: Standing, policy: Policy) -> Outcome:
    """Return what a repeated sign-up is told: where the person stands by now."""
    assert where.state is not None
    return where.outcome(
        where.state,
        position=line.positions(session, [where]).get(where.signup_id),
        offer_ends_at=where.offer_ends_at,
        near=eligibility.near(session, person_id, where, policy),
    )


def _left_already(session: Session, person_id: int, where: Standing) -> Outcome:
    last = line.last_state(session, person_id, where.shift_id)
    if last not in (SignupState.CANCELLED, SignupState.LATE_CANCELLED):
        raise NotSignedUp(title=where.title, number=where.number)
    return where.outcome(last)
