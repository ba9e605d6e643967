"""Signing up, leaving, and one's own list. Places are decided by one conditional write."""

from datetime import datetime

from sqlalchemy import and_, bindparam, case, insert, update
from sqlalchemy.orm import Session

from server.notices import outbox
from server.people import consents, identities
from server.people.consents import Purpose
from server.people.models import Channel
from server.volunteers import eligibility, line
from server.volunteers.models import PRESENT, ActivityState, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.refusals import Closed, NotSignedUp, Started
from server.volunteers.shifts import (
    Standing,
    activity,
    of_number,
    shift,
    signup,
    standing,
    standings,
)
from server.volunteers.views import MySignup, Outcome

_HAS_PLACE = and_(shift.taken < shift.capacity, shift.waiting == 0)
_TAKE = (
    update(Shift.__table__)
    .where(shift.id == bindparam("this"), shift.closes_at > bindparam("now"))
    .values(
        taken=case((_HAS_PLACE, shift.taken + 1), else_=shift.taken),
        waiting=case((_HAS_PLACE, shift.waiting), else_=shift.waiting + 1),
    )
    .returning(shift.waiting, consents.stands(bindparam("person"), Purpose.SERVICE))
)
_ENTER = insert(Signup.__table__).returning(signup.id)
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
    found = [Standing(*row) for row in session.execute(_MINE, {"person": person_id, "now": now})]
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
    near = eligibility.judge(session, person_id, where, now, policy)
    wanted = {"this": where.shift_id, "now": now, "person": person_id}
    taken = session.execute(_TAKE, wanted).one_or_none()
    if taken is None:
        raise Closed(title=where.title)
    in_line, agreed = taken
    first = consents.heed(session, person_id, agreed, now, channel=channel)
    state = SignupState.WAITLISTED if in_line else SignupState.CONFIRMED
    signup_id = session.execute(
        _ENTER,
        {
            "shift_id": where.shift_id,
            "person_id": person_id,
            "state": state,
            "channel": channel,
            "created_at": now,
            "changed_at": now,
        },
    ).scalar_one()
    outcome = where.outcome(state, position=in_line or None, near=near, agreed=first)
    if channel is not Channel.CHAT:
        _tell(session, person_id, signup_id, outcome, now)
    return outcome


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


def _tell(
    session: Session, person_id: int, signup_id: int, outcome: Outcome, now: datetime
) -> None:
    """Queue the news for somebody who does not get it as the reply in chat."""
    kind = "signed_up" if outcome.state is SignupState.CONFIRMED else "waitlisted"
    outbox.queue(
        session,
        person_id,
        f"volunteers.{kind}",
        f"volunteers.signed_up:{signup_id}",
        now,
        {
            "number": outcome.number,
            "title": outcome.title,
            "place": outcome.place,
            "starts_at": outcome.starts_at,
            "position": outcome.position or "",
        },
        not_after=outcome.starts_at,
    )
