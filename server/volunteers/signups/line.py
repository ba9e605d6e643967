"""The line before a full shift: who is next when a place comes free.

Whoever frees a place locks the shift first, so that one freed place makes one offer, in the
order in which people came.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, bindparam, case, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from server.notices import outbox, quiet
from server.notices.kinds import KINDS
from server.volunteers.models import HOLDING, Activity, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.signups import reminders
from server.volunteers.signups.shifts import Standing, activity, shift, signup

OFFERED = "volunteers.offered"

_LOCK = select(shift.id).where(shift.id == bindparam("this")).with_for_update(key_share=True)
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
_ROOM = (
    select(
        (shift.capacity - shift.taken).label("free"),
        shift.waiting,
        shift.starts_at,
        activity.number,
        activity.title,
        activity.place,
    )
    .select_from(Shift.__table__)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .where(shift.id == bindparam("this"))
)


def lock(session: Session, shift_id: int) -> None:
    """Let nobody else change this shift's places and line until the transaction ends."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(_LOCK, {"this": shift_id})


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
    # who walked in is counted beyond the capacity
    holding = where.state in HOLDING and not where.walk_in
    in_line = where.state is SignupState.WAITLISTED
    free(session, where.shift_id, places=int(holding), in_line=int(in_line))
    # what is not sent yet need not be
    assert where.signup_id is not None
    if where.state is SignupState.CONFIRMED:
        reminders.drop(session, where.signup_id, now)
    else:
        outbox.drop(session, f"volunteers.offered:{where.signup_id}", now)
    if holding:
        fill(session, where.shift_id, now, policy)
    return True


def free(session: Session, shift_id: int, places: int, in_line: int) -> None:
    """Count places and people in line down (or up, below nought); the shift is locked."""
    session.execute(_COUNT_DOWN, {"this": shift_id, "places": places, "in_line": in_line})


def fill(session: Session, shift_id: int, now: datetime, policy: Policy) -> int:
    """Offer every free place to the next in line and return how many offers were made.

    Never after the start. An offer made while people are left alone stands as long as if it had
    been made when they can be told. The caller has locked the shift.
    """
    room = session.execute(_ROOM, {"this": shift_id}).one()
    if not room.waiting or room.free <= 0 or now >= room.starts_at:
        return 0
    chosen = session.execute(_NEXT, {"this": shift_id, "free": room.free}).all()
    told = quiet.told(
        session, [row.person_id for row in chosen], KINDS[OFFERED].audience, now, policy.hours
    )
    ends = {row.id: policy.offer_ends(told[row.person_id], room.starts_at) for row in chosen}
    moments = {each: literal(until, signup.offer_ends_at.type) for each, until in ends.items()}
    session.execute(
        update(Signup.__table__)
        .where(signup.id.in_(list(ends)))
        .values(
            state=SignupState.OFFERED,
            offer_ends_at=case(moments, value=signup.id),
            changed_at=now,
        )
    )
    free(session, shift_id, places=-len(chosen), in_line=len(chosen))
    facts = {name: room._mapping[name] for name in ("number", "title", "place", "starts_at")}
    for row in chosen:
        until = ends[row.id]
        facts["until"] = until
        key = f"{OFFERED}:{row.id}"
        outbox.queue(session, row.person_id, OFFERED, key, now, facts, not_after=until)
    return len(chosen)


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


def last_state(session: Session, person_id: int, shift_id: int) -> SignupState | None:
    """Return the state of the person's newest sign-up for the shift, live or ended."""
    return session.scalar(_LAST, {"person": person_id, "shift": shift_id})


def changed(result: object) -> bool:
    """Tell whether a conditional write hit its row."""
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)
