"""What happens to sign-ups when two persons prove to be one."""

from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from server.notices import outbox
from server.people import joining
from server.volunteers.joining import presences
from server.volunteers.models import HOLDING, LIVE, PRESENT, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.signups import line
from server.volunteers.signups.shifts import standing


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Leave one sign-up where the two persons held two for one time, and tell of the other.

    The place of the person who stays is kept, unless only the other one holds a place or has come.
    Where both came, both stay; of one shift one presence is made (`presences.merge`). Two shifts
    of which one has begun are both left: nobody can be at one without having left the other.
    """
    presences.merge(session, keep, gone, now)
    for shift_id, owner, is_one_shift in _doubled(session, keep, gone):
        line.lock(session, shift_id)
        where = standing(session, owner, shift_id)
        if where.state is None or (now >= where.starts_at and not is_one_shift):
            continue
        line.leave(session, where, SignupState.CANCELLED, now, Policy())
        facts = {"number": where.number, "title": where.title, "starts_at": where.starts_at}
        key = f"volunteers.cancelled:{where.signup_id}"
        outbox.queue(session, keep, "volunteers.joined_twice", key, now, facts)


def _doubled(session: Session, keep: int, gone: int) -> list[tuple[int, int, bool]]:
    """Return (shift, person) of every sign-up that gives way, and whether it is to its like."""
    ours, theirs = aliased(Signup), aliased(Signup)
    our_shift, their_shift = aliased(Shift), aliased(Shift)
    same = ours.shift_id == theirs.shift_id
    overlap = and_(
        ours.state.in_(HOLDING),
        theirs.state.in_(HOLDING),
        our_shift.starts_at < their_shift.ends_at,
        our_shift.ends_at > their_shift.starts_at,
    )
    pairs = session.execute(
        select(ours.shift_id, ours.state, theirs.shift_id, theirs.state)
        .join(our_shift, our_shift.id == ours.shift_id)
        .join(theirs, and_(theirs.person_id == bindparam("gone"), theirs.state.in_(LIVE)))
        .join(their_shift, their_shift.id == theirs.shift_id)
        .where(ours.person_id == bindparam("keep"), ours.state.in_(LIVE), or_(same, overlap))
        .order_by(theirs.shift_id),
        {"keep": keep, "gone": gone},
    )
    give_way = {
        ((mine, keep) if _ranks(other) > _ranks(state) else (yours, gone)) + (mine == yours,)
        for mine, state, yours, other in pairs
        if not (state in PRESENT and other in PRESENT)
    }
    return sorted(give_way)


def _ranks(state: SignupState) -> int:
    """Whoever is there, or was, counts more than a place, and a place more than one in line."""
    return (state in HOLDING) + (state in PRESENT)


joining.FOLLOWERS.append(follow)
