"""The hours of one shift as whoever confirms them sees them, and which shifts wait."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.people import names
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.hours import confirmers
from server.volunteers.hours.confirmers import Held
from server.volunteers.hours.refusals import NothingToConfirm
from server.volunteers.models import (
    LIVE,
    Activity,
    RecordState,
    ServiceRecord,
    Shift,
    Signup,
    Source,
)

MOST = 50
CLOSES = time(17, 30)
"""A task that is due on a day is due when offices close."""


class Line(NamedTuple):
    """One record of a shift; the name is masked."""

    id: int
    version: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    minutes: int
    state: RecordState
    disputed: bool
    source: Source
    due: date
    name: str
    is_own: bool

    @property
    def is_open(self) -> bool:
        """Tell whether whoever looks may confirm it now."""
        return self.state is RecordState.PENDING and not (self.disputed or self.is_own)


class Unrecorded(NamedTuple):
    """Somebody who signed up and has no hours here."""

    signup_id: int
    person_id: int
    name: str


class Roster(NamedTuple):
    """A shift with its records, and those who signed up without having any."""

    shift: Held
    may_confirm: bool
    lines: tuple[Line, ...]
    unrecorded: tuple[Unrecorded, ...]


class ToConfirm(NamedTuple):
    """A shift with the hours that whoever looks may confirm; there is at least one."""

    shift: Held
    lines: tuple[Line, ...]


class Waiting(NamedTuple):
    """A shift whose hours wait to be confirmed."""

    shift_id: int
    starts_at: datetime
    title: str
    number: int
    area: str
    due: date | None
    people: int


_LINE: tuple[Any, ...] = tuple(getattr(ServiceRecord, name) for name in Line._fields[:10])


def of(session: Session, reach: Reach, shift_id: int, *, vault: Vault) -> Roster:
    """Return the hours of a shift for whoever may see them; four statements for any number."""
    shift = confirmers.of(session, shift_id)
    may_confirm = confirmers.may(reach, shift)
    if not may_confirm:
        reach.require(Right.SEE_RECORDS, shift.path)
    recorded = select(*_LINE).where(ServiceRecord.shift_id == shift_id)
    rows = session.execute(recorded.order_by(ServiceRecord.id)).all()
    counts = exists().where(
        ServiceRecord.shift_id == Signup.shift_id,
        ServiceRecord.person_id == Signup.person_id,
        ServiceRecord.state != RecordState.VOID,
    )
    signed_up = select(Signup.id, Signup.person_id).where(
        Signup.shift_id == shift_id, Signup.state.in_(LIVE), ~counts
    )
    others = session.execute(signed_up.order_by(Signup.id)).all()
    known = names.masked_of(session, [row.person_id for row in (*rows, *others)], vault=vault)
    mine = reach.person_id
    return Roster(
        shift,
        may_confirm,
        tuple(Line._make((*row, known[row.person_id], row.person_id == mine)) for row in rows),
        tuple(Unrecorded(*row, known[row.person_id]) for row in others),
    )


def to_confirm(session: Session, reach: Reach, shift_id: int, *, vault: Vault) -> ToConfirm:
    """Return the hours of a shift that this person may confirm now, in the order they came.

    Refused where there are none, and for whoever does not answer for the shift.
    """
    shift = confirmers.of(session, shift_id)
    if not confirmers.may(reach, shift):
        raise NothingToConfirm
    lines = tuple(line for line in of(session, reach, shift_id, vault=vault).lines if line.is_open)
    if not lines:
        raise NothingToConfirm
    return ToConfirm(shift, lines)


def waiting(
    session: Session, reach: Reach, right: Right = Right.SEE_RECORDS, limit: int = MOST
) -> list[Waiting]:
    """Return the shifts in reach whose hours wait, those due first in front. One statement.

    `record_due` stands only while hours wait, so this reads no history.
    """
    waits = _shifts(reach, right).where(Shift.record_due.is_not(None))
    rows = session.execute(waits.order_by(Shift.record_due, Shift.id).limit(limit))
    return [Waiting(*row) for row in rows]


def of_activity(session: Session, reach: Reach, number: int) -> list[Waiting]:
    """Return the shifts of an activity that have hours, the newest in front. One statement."""
    begun = exists().where(ServiceRecord.shift_id == Shift.id)
    found = _shifts(reach, Right.SEE_RECORDS).where(Activity.number == number, begun)
    rows = session.execute(found.order_by(Shift.starts_at.desc(), Shift.id).limit(MOST))
    return [Waiting(*row) for row in rows]


def led_by(session: Session, person_id: int, number: int | None = None) -> list[Held]:
    """Return the shifts that somebody leads whose hours wait, those due first in front."""
    found = confirmers.held().where(Shift.record_due.is_not(None), confirmers.led_by(person_id))
    if number is not None:
        found = found.where(Activity.number == number)
    rows = session.execute(found.order_by(Shift.record_due, Shift.id).limit(MOST))
    return [Held(*row) for row in rows]


def in_reach(session: Session, reach: Reach, number: int) -> list[Held]:
    """Return the shifts of an activity whose hours wait and which staff may confirm."""
    found = confirmers.held().where(
        Shift.record_due.is_not(None),
        Activity.number == number,
        reach.inside(Right.CONFIRM_RECORDS),
    )
    rows = session.execute(found.order_by(Shift.record_due, Shift.id).limit(MOST))
    return [Held(*row) for row in rows]


def closing(day: date) -> datetime:
    """Return the moment at which a deadline of this day ends."""
    return datetime.combine(day, CLOSES, LOCAL)


def _shifts(reach: Reach, right: Right) -> Select[Any]:
    pending = (
        select(func.count())
        .where(ServiceRecord.shift_id == Shift.id, ServiceRecord.state == RecordState.PENDING)
        .scalar_subquery()
    )
    columns: Sequence[Any] = (
        *(Shift.id, Shift.starts_at, Activity.title, Activity.number),
        *(Area.name, Shift.record_due, pending),
    )
    return (
        select(*columns)
        .select_from(Shift)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Area, Area.id == Activity.area_id)
        .where(reach.inside(right))
    )
