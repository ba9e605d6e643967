"""The line before a full shift: who is next, what is offered, accepted, declined or lapsed.

Whoever frees a place locks the shift first, so that one freed place makes one offer, in the
order in which people came.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from server.notices import outbox
from server.people import identities
from server.volunteers import eligibility
from server.volunteers.models import HOLDING, Activity, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.refusals import NothingOffered, OfferLapsed
from server.volunteers.shifts import Standing, activity, shift, signup, standing
from server.volunteers.views import Outcome

_LOCK = select(shift.id).where(shift.id == bindparam("this")).with_for_update()
_CHANGE = (
    update(Signup.__table__)
    .where(signup.id == bindparam("this"), signup.state == bindparam("seen"))
    .values(state=bindparam("becomes"), changed_at=bindparam("now"), offer_ends_at=None)
)
_COUNT_DOWN = (
    update(Shift.__table__)
    .where(shift.id == bindparam("this"))
    .values(
        taken=shift.taken - bindparam("places"),
        waiting=shift.waiting - bindparam("in_line"),
    )
)
_NEXT = (
    select(signup.id, signup.person_id)
    .where(signup.shift_id == bindparam("this"), signup.state == SignupState.WAITLISTED)
    .order_by(signup.id)
    .limit(bindparam("free"))
)
_LAST = (
    select(signup.state)
    .where(signup.person_id == bindparam("person"), signup.shift_id == bindparam("shift"))
    .order_by(signup.id.desc())
    .limit(1)
)
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

    Refused when the time to answer is over, the shift has begun, or another sign-up clashes.
    """
    identities.lock(session, person_id)
    where = standing(session, person_id, shift_id)
    if where.state is SignupState.CONFIRMED:
        return where.outcome(SignupState.CONFIRMED)
    if where.state is not SignupState.OFFERED or where.signup_id is None:
        raise _nothing(session, person_id, where)
    near = eligibility.free_of_clashes(session, person_id, where, policy.near)
    taken = session.execute(
        update(Signup.__table__)
        .where(
            signup.id == where.signup_id,
            signup.state == SignupState.OFFERED,
            signup.offer_ends_at > now,
        )
        .values(state=SignupState.CONFIRMED, changed_at=now, offer_ends_at=None)
    )
    if not changed(taken):
        raise OfferLapsed(title=where.title, number=where.number)
    return where.outcome(SignupState.CONFIRMED, near=near)


def decline(
    session: Session, person_id: int, shift_id: int, now: datetime, *, policy: Policy
) -> Outcome:
    """Let the offered place go to the next in line; never counted against anybody."""
    identities.lock(session, person_id)
    lock(session, shift_id)
    where = standing(session, person_id, shift_id)
    if where.state is SignupState.OFFERED:
        leave(session, where, SignupState.DECLINED, now, policy)
    elif last_state(session, person_id, shift_id) is not SignupState.DECLINED:
        raise _nothing(session, person_id, where)
    return where.outcome(SignupState.DECLINED)


def leave(
    session: Session, where: Standing, becomes: SignupState, now: datetime, policy: Policy
) -> bool:
    """End a live sign-up and pass on what it held; the caller has locked the shift."""
    assert where.state is not None
    left = session.execute(
        _CHANGE, {"this": where.signup_id, "seen": where.state, "becomes": becomes, "now": now}
    )
    if not changed(left):
        return False
    holding = where.state in HOLDING
    session.execute(
        _COUNT_DOWN,
        {"this": where.shift_id, "places": int(holding), "in_line": int(not holding)},
    )
    outbox.drop(session, f"volunteers.reminder:{where.signup_id}", now)
    if holding:
        fill(session, where.shift_id, now, policy)
    return True


def fill(session: Session, shift_id: int, now: datetime, policy: Policy) -> int:
    """Offer every free place to the next in line and return how many offers were made.

    Never after the start. The caller has locked the shift.
    """
    row = session.execute(
        select(
            shift.capacity - shift.taken,
            shift.waiting,
            shift.starts_at,
            activity.number,
            activity.title,
            activity.place,
        )
        .join(Activity.__table__, activity.id == shift.activity_id)
        .where(shift.id == shift_id)
    ).one()
    free, in_line, starts_at, *about = row
    if not in_line or free <= 0 or now >= starts_at:
        return 0
    chosen = session.execute(_NEXT, {"this": shift_id, "free": free}).all()
    until = policy.offer_ends(now, starts_at)
    session.execute(
        update(Signup.__table__)
        .where(signup.id.in_([chosen_id for chosen_id, _person_id in chosen]))
        .values(state=SignupState.OFFERED, offer_ends_at=until, changed_at=now)
    )
    session.execute(_COUNT_DOWN, {"this": shift_id, "places": -len(chosen), "in_line": len(chosen)})
    number, title, place = about
    for signup_id, person_id in chosen:
        outbox.queue(
            session,
            person_id,
            "volunteers.offered",
            f"volunteers.offered:{signup_id}",
            now,
            {
                "number": number,
                "title": title,
                "place": place,
                "starts_at": starts_at,
                "until": until,
            },
            not_after=until,
        )
    return len(chosen)


def lapse(session: Session, now: datetime, policy: Policy) -> int:
    """End the offers whose time is over, pass the places on, and return how many ended."""
    ended = 0
    for row in session.execute(_LAPSED, {"now": now}).all():
        lock(session, row.shift_id)
        ended += _lapse_one(session, row.id, row.shift_id, now, policy)
    return ended


def positions(session: Session, found: Sequence[Standing]) -> dict[int | None, int]:
    """Return the place in line, from 1, of each waitlisted sign-up among these."""
    waitlisted = [where.signup_id for where in found if where.state is SignupState.WAITLISTED]
    if not waitlisted:
        return {}
    ahead = aliased(Signup.__table__)
    place = (
        select(func.count())
        .where(
            ahead.c.shift_id == signup.shift_id,
            ahead.c.state == SignupState.WAITLISTED,
            ahead.c.id <= signup.id,
        )
        .scalar_subquery()
    )
    rows = session.execute(select(signup.id, place).where(signup.id.in_(waitlisted)))
    return {signup_id: count for signup_id, count in rows}


def lock(session: Session, shift_id: int) -> None:
    """Let nobody else change this shift's places and line until the transaction ends."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(_LOCK, {"this": shift_id})


def last_state(session: Session, person_id: int, shift_id: int) -> SignupState | None:
    """Return the state of the person's newest sign-up for the shift, live or ended."""
    return session.scalar(_LAST, {"person": person_id, "shift": shift_id})


def changed(result: object) -> bool:
    """Tell whether a conditional write hit its row."""
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


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
    if not changed(ended):
        return False
    session.execute(_COUNT_DOWN, {"this": shift_id, "places": 1, "in_line": 0})
    fill(session, shift_id, now, policy)
    return True


def _nothing(session: Session, person_id: int, where: Standing) -> Exception:
    if last_state(session, person_id, where.shift_id) is SignupState.LAPSED:
        return OfferLapsed(title=where.title, number=where.number)
    return NothingOffered(title=where.title, number=where.number)
