"""May this person sign up, and if not, why: one answer for chat, REST and staff."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.volunteers.models import Activity, ActivityState, Shift, Signup
from server.volunteers.policy import Policy
from server.volunteers.refusals import ActivityCancelled, Closed, NotYetOpen, TimeClash
from server.volunteers.shifts import Standing, activity, is_holding, shift, signup

_HELD = (
    select(activity.number, activity.title, shift.starts_at, shift.ends_at)
    .select_from(Signup.__table__)
    .join(Shift.__table__, shift.id == signup.shift_id)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .where(
        signup.person_id == bindparam("person"),
        is_holding,
        signup.shift_id != bindparam("shift"),
        shift.starts_at < bindparam("until"),
        shift.ends_at > bindparam("since"),
    )
    .order_by(shift.starts_at)
)


class Held(NamedTuple):
    """Another shift in which the person holds a place."""

    number: int
    title: str
    starts_at: datetime
    ends_at: datetime


def judge(
    session: Session, person_id: int, where: Standing, now: datetime, policy: Policy
) -> str | None:
    """Refuse with the reason, or return the title of a sign-up close in time, if there is one.

    The caller holds the person's lock: two sign-ups at once cannot both miss each other.
    """
    if where.activity_state is ActivityState.CANCELLED:
        raise ActivityCancelled(title=where.title)
    if now < where.opens_at:
        raise NotYetOpen(title=where.title, opens_at=where.opens_at)
    if now >= where.closes_at:
        raise Closed(title=where.title)
    return free_of_clashes(session, person_id, where, policy)


def free_of_clashes(
    session: Session, person_id: int, where: Standing, policy: Policy
) -> str | None:
    """Refuse if the person holds a place at the same time; return what is merely close."""
    held = _held_around(session, person_id, where, policy)
    for other in held:
        if other.starts_at < where.ends_at and other.ends_at > where.starts_at:
            raise TimeClash(title=other.title, number=other.number, starts_at=other.starts_at)
    return held[-1].title if held else None


def near(session: Session, person_id: int, where: Standing, policy: Policy) -> str | None:
    """Return the title of another sign-up close in time, refusing nothing."""
    held = _held_around(session, person_id, where, policy)
    return held[-1].title if held else None


def _held_around(session: Session, person_id: int, where: Standing, policy: Policy) -> list[Held]:
    around = {"since": where.starts_at - policy.near, "until": where.ends_at + policy.near}
    found = session.execute(_HELD, {"person": person_id, "shift": where.shift_id} | around)
    return [Held(*row) for row in found]
