"""What becomes of an offered place: accepted, declined, or passed on when nobody answers."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from server.notices import outbox
from server.people import identities
from server.volunteers.models import Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.refusals import NothingOffered, OfferLapsed
from server.volunteers.signups import eligibility, gates, line, reminders
from server.volunteers.signups.shifts import Standing, signup, standing
from server.volunteers.views import Outcome

_LAPSED = (
    select(signup.id, signup.shift_id)
    .where(signup.state == SignupState.OFFERED, signup.offer_ends_at <= bindparam("now"))
    .order_by(signup.shift_id, signup.id)
    .limit(500)
)


def accept(
    session: Session, person_id: int, shift_id: int, now: datetime, *, policy: Policy
) -> Outcome:
    """Turn the offer into a place of one's own; a repeat tells the same.

    Refused when the time to answer is over, the shift has begun, another sign-up clashes, or the
    person may not take part at all.
    """
    identities.lock(session, person_id)
    where = standing(session, person_id, shift_id)
    if where.state is SignupState.CONFIRMED:
        close = eligibility.near(session, person_id, where, policy)
        return where.outcome(SignupState.CONFIRMED, near=close)
    if where.state is not SignupState.OFFERED or where.signup_id is None:
        raise _nothing(session, person_id, where)
    gates.weigh(session, person_id, where)
    near = eligibility.free_of_clashes(session, person_id, where, policy)
    taken = session.execute(
        update(Signup.__table__)
        .where(
            signup.id == where.signup_id,
            signup.state == SignupState.OFFERED,
            signup.offer_ends_at > now,
        )
        .values(state=SignupState.CONFIRMED, changed_at=now, offer_ends_at=None)
    )
    if not line.changed(taken):
        raise OfferLapsed(title=where.title, number=where.number)
    outbox.drop(session, f"volunteers.offered:{where.signup_id}", now)
    reminders.arrange(session, person_id, where.signup_id, where, now, policy)
    return where.outcome(SignupState.CONFIRMED, near=near)


def decline(
    session: Session, person_id: int, shift_id: int, now: datetime, *, policy: Policy
) -> Outcome:
    """Let the offered place go to the next in line; never counted against anybody."""
    identities.lock(session, person_id)
    line.lock(session, shift_id)
    where = standing(session, person_id, shift_id)
    if where.state is SignupState.OFFERED:
        line.leave(session, where, SignupState.DECLINED, now, policy)
    elif line.last_state(session, person_id, shift_id) is not SignupState.DECLINED:
        raise _nothing(session, person_id, where)
    return where.outcome(SignupState.DECLINED)


def lapse(session: Session, now: datetime, policy: Policy) -> int:
    """End the offers whose time is over, pass the places on, and return how many ended."""
    ended = 0
    for row in session.execute(_LAPSED, {"now": now}).all():
        line.lock(session, row.shift_id)
        ended += _lapse_one(session, row.id, row.shift_id, now, policy)
    return ended


def _lapse_one(
    session: Session, signup_id: int, shift_id: int, now: datetime, policy: Policy
) -> bool:
    ended = session.execute(
        update(Signup.__table__)
        .where(
            signup.id == signup_id,
            signup.state == SignupState.OFFERED,
            signup.offer_ends_at <= now,
        )
        .values(state=SignupState.LAPSED, changed_at=now, offer_ends_at=None)
    )
    if not line.changed(ended):
        return False
    line.free(session, shift_id, places=1, in_line=0)
    line.fill(session, shift_id, now, policy)
    return True


def _nothing(session: Session, person_id: int, where: Standing) -> Exception:
    if line.last_state(session, person_id, where.shift_id) is SignupState.LAPSED:
        return OfferLapsed(title=where.title, number=where.number)
    return NothingOffered(title=where.title, number=where.number)
