"""One shift, what it asks of people, and how a person stands towards it, read in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, literal_column, select
from sqlalchemy.orm import Session

from server.people.models import Person
from server.volunteers.models import (
    HOLDING,
    LIVE,
    PRESENT,
    SHOWN,
    Activity,
    ActivityState,
    Risk,
    Shift,
    Signup,
    SignupState,
)
from server.volunteers.refusals import ActivityMissing, ShiftMissing
from server.volunteers.views import Outcome

activity = Activity.__table__.c
shift = Shift.__table__.c
signup = Signup.__table__.c
person = Person.__table__.c


def _written_out(column: ColumnElement[Any], states: Iterable[StrEnum]) -> ColumnElement[bool]:
    # a partial index serves a condition only if its states are written out, not bound
    return column.in_([literal_column(f"'{state}'") for state in states])


is_live = _written_out(signup.state, LIVE)
"""The condition that a sign-up still counts on a place; the index of live ones serves it."""

is_present = _written_out(signup.state, PRESENT)
"""The condition that somebody came."""

is_holding = _written_out(signup.state, HOLDING)
"""The condition that a sign-up holds a place."""

is_shown = _written_out(activity.state, SHOWN)
"""The condition that people may see an activity."""


def holding_among(states: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the same condition for the states of another copy of the sign-ups."""
    return _written_out(states, HOLDING)


class Gates(NamedTuple):
    """What an activity asks of whoever takes part."""

    risk: Risk
    min_age: int | None
    max_age: int | None
    training: str | None
    qualification: str | None
    insurance_ref: str | None


GATES = tuple(activity[name] for name in Gates._fields)
"""The columns of the gates, in their order."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A shift, its activity, and the person's live sign-up there, if any."""

    shift_id: int
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    free_cancel_until: datetime
    activity_id: int
    number: int
    title: str
    place: str
    leader_name: str
    risk_note: str
    activity_state: ActivityState
    signup_id: int | None
    state: SignupState | None
    offer_ends_at: datetime | None
    walk_in: bool | None
    revision: int
    birth_year: int | None
    year_seen: bool
    remind_minutes: int | None
    gates: Gates

    def outcome(self, state: SignupState, **more: Any) -> Outcome:
        """Return what to tell the person about this shift."""
        return Outcome(
            state=state,
            shift_id=self.shift_id,
            activity_id=self.activity_id,
            number=self.number,
            title=self.title,
            place=self.place,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            leader_name=self.leader_name,
            risk_note=self.risk_note,
            **more,
        )


def standings() -> Select[Any]:
    """Select shifts with their activity and the live sign-up of the person `:person`."""
    mine = and_(
        signup.shift_id == shift.id,
        signup.person_id == bindparam("person"),
        is_live,
    )
    return (
        select(
            shift.id,
            shift.starts_at,
            shift.ends_at,
            shift.opens_at,
            shift.closes_at,
            shift.free_cancel_until,
            activity.id.label("activity_id"),
            activity.number,
            activity.title,
            activity.place,
            activity.leader_name,
            activity.risk_note,
            activity.state.label("activity_state"),
            signup.id.label("signup_id"),
            signup.state,
            signup.offer_ends_at,
            signup.walk_in,
            shift.revision,
            person.birth_year,
            person.birth_year_seen_at.is_not(None),
            person.remind_minutes,
            *GATES,
        )
        .select_from(Shift.__table__)
        .join(Activity.__table__, activity.id == shift.activity_id)
        .outerjoin(Signup.__table__, mine)
        .outerjoin(Person.__table__, person.id == bindparam("person"))
    )


def read(row: Row[Any]) -> Standing:
    """Read a row of `standings`."""
    known = [*row[: -len(GATES)], Gates(*row[-len(GATES) :])]
    return Standing(*known)


_ONE = standings().where(shift.id == bindparam("shift"), is_shown)
_ALL_OF = (
    standings()
    .where(activity.number == bindparam("number"), is_shown)
    .order_by(shift.starts_at, shift.id)
)


def of_number(session: Session, person_id: int, number: int) -> tuple[Standing, ...]:
    """Return how the person stands towards each shift of the activity, or refuse."""
    rows = session.execute(_ALL_OF, {"person": person_id, "number": number}).all()
    if not rows:
        raise ActivityMissing(number=number)
    return tuple(map(read, rows))


def standing(session: Session, person_id: int, shift_id: int) -> Standing:
    """Return how the person stands towards the shift, or refuse if it is not shown."""
    row = session.execute(_ONE, {"person": person_id, "shift": shift_id}).one_or_none()
    if row is None:
        raise ShiftMissing
    return read(row)
