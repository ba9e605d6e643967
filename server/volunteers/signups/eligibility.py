"""May this person sign up, and if not, why: one answer for chat, REST and staff."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

from server.volunteers.models import Activity, ActivityState, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.refusals import ActivityCancelled, Closed, NotYetOpen, TimeClash
from server.volunteers.signups import gates
from server.volunteers.signups.shifts import Standing, activity, is_holding, shift, signup

_SIGNUPS = (
    select(activity.number, activity.title, shift.starts_at, shift.ends_at, signup.state)
    .select_from(Signup.__table__)
    .join(Shift.__table__, shift.id == signup.shift_id)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .where(signup.person_id == bindparam("person"))
)
_HELD = _SIGNUPS.where(
    is_holding,
    signup.shift_id != bindparam("shift"),
    shift.starts_at < bindparam("until"),
    shift.ends_at > bindparam("since"),
)
# written out, so that the partial index of missed shifts serves it
_MISSED = _SIGNUPS.where(
    signup.state == literal_column(f"'{SignupState.NO_SHOW}'"),
    shift.starts_at > bindparam("missed_since"),
)
_HELD_AND_MISSED = union_all(_HELD, _MISSED)


class Held(NamedTuple):
    """Another shift in which the person holds a place, or did not come to."""

    number: int
    title: str
    starts_at: datetime
    ends_at: datetime
    state: SignupState


class Verdict(NamedTuple):
    """The person may sign up.

    `near` is the title of a sign-up close in time, if there is one; until `waits_until` they get
    no place at once, since they stayed away too often.
    """

    near: str | None = None
    waits_until: datetime | None = None


def judge(
    session: Session,
    person_id: int,
    where: Standing,
    now: datetime,
    policy: Policy,
    *,
    clash_allowed: bool = False,
) -> Verdict:
    """Refuse with the reason, or say on which terms the person may sign up.

    The caller holds the person's lock: two sign-ups at once cannot both miss each other.
    """
    if where.activity_state is ActivityState.CANCELLED:
        raise ActivityCancelled(title=where.title)
    if now < where.opens_at:
        raise NotYetOpen(title=where.title, opens_at=where.opens_at)
    if now >= where.closes_at:
        raise Closed(title=where.title)
    gates.weigh(session, person_id, where)
    asked = _around(person_id, where, policy) | {"missed_since": now - policy.remembers}
    found = [Held(*row) for row in session.execute(_HELD_AND_MISSED, asked)]
    held = [each for each in found if each.state is not SignupState.NO_SHOW]
    missed = [each.starts_at for each in found if each.state is SignupState.NO_SHOW]
    near = _closest(held) if clash_allowed else _free_of_clashes(held, where)
    return Verdict(near, policy.waits_until(missed, now))


def free_of_clashes(
    session: Session, person_id: int, where: Standing, policy: Policy
) -> str | None:
    """Refuse if the person holds a place at the same time; return what is merely close."""
    return _free_of_clashes(_held_around(session, person_id, where, policy), where)


def near(session: Session, person_id: int, where: Standing, policy: Policy) -> str | None:
    """Return the title of another sign-up close in time, refusing nothing."""
    return _closest(_held_around(session, person_id, where, policy))


def waits_until(session: Session, person_id: int, now: datetime, policy: Policy) -> datetime | None:
    """Return until when the person gets no place at once, if they stayed away too often."""
    asked = {"person": person_id, "missed_since": now - policy.remembers}
    missed = [Held(*row).starts_at for row in session.execute(_MISSED, asked)]
    return policy.waits_until(missed, now)


def _free_of_clashes(held: Sequence[Held], where: Standing) -> str | None:
    for other in sorted(held, key=_start):
        if other.starts_at < where.ends_at and other.ends_at > where.starts_at:
            raise TimeClash(title=other.title, number=other.number, starts_at=other.starts_at)
    return _closest(held)


def _closest(held: Iterable[Held]) -> str | None:
    last = max(held, key=_start, default=None)
    return last and last.title


def _start(held: Held) -> datetime:
    return held.starts_at


def _held_around(session: Session, person_id: int, where: Standing, policy: Policy) -> list[Held]:
    found = session.execute(_HELD, _around(person_id, where, policy))
    return [Held(*row) for row in found]


def _around(person_id: int, where: Standing, policy: Policy) -> dict[str, object]:
    return {
        "person": person_id,
        "shift": where.shift_id,
        "since": where.starts_at - policy.near,
        "until": where.ends_at + policy.near,
    }
