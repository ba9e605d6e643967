"""What looks odd about presence, for a person to judge; no machine acts upon it."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import literal_column, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.staff import queue
from server.staff.approvals import DecidedAlready, ReasonNeeded
from server.staff.queue import Task
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.models import Activity, Oddity, OddityState, Shift
from server.volunteers.signups import line
from server.volunteers.signups.shifts import activity, shift

PAGE = 50

oddity = Oddity.__table__.c
area = Area.__table__.c
# written out, so that the index of the open ones serves it
_waits = oddity.state == literal_column(f"'{OddityState.OPEN}'")
_ROWS = (
    select(
        oddity.id,
        oddity.kind,
        oddity.facts,
        oddity.state,
        oddity.found_at,
        oddity.settled_at,
        oddity.note,
        oddity.shift_id,
        oddity.person_id,
        area.name.label("area"),
        area.path,
        activity.number,
        activity.title,
        shift.starts_at,
    )
    .select_from(Oddity.__table__)
    .join(Area.__table__, area.id == oddity.area_id)
    .outerjoin(Shift.__table__, shift.id == oddity.shift_id)
    .outerjoin(Activity.__table__, activity.id == shift.activity_id)
)


class OddityView(NamedTuple):
    """Something odd with where it happened; `facts` are numbers, never a person's data."""

    id: int
    kind: str
    facts: dict[str, Any]
    state: OddityState
    found_at: datetime
    settled_at: datetime | None
    note: str | None
    shift_id: int | None
    person_id: int | None
    area: str
    path: str
    number: int | None
    title: str | None
    starts_at: datetime | None

    @property
    def name(self) -> str:
        """Return what kind it is, in words."""
        return say(f"oddities.{self.kind}")


def waiting(
    session: Session, reach: Reach, *, after: int = 0, limit: int = PAGE
) -> list[OddityView]:
    """Return what nobody has judged yet in reach, the oldest first."""
    wanted = _ROWS.where(reach.inside(Right.JUDGE_ODDITIES), _waits, oddity.id > after)
    rows = session.execute(wanted.order_by(oddity.id).limit(limit))
    return [_view(row) for row in rows]


def one(session: Session, reach: Reach, oddity_id: int) -> OddityView:
    """Return one of them if it lies in reach, settled or not."""
    row = session.execute(_ROWS.where(oddity.id == oddity_id)).one_or_none()
    reach.require(Right.JUDGE_ODDITIES, row.path if row else None)
    if row is None:
        raise OutOfReach
    return _view(row)


def settle(
    session: Session,
    reach: Reach,
    oddity_id: int,
    state: OddityState,
    note: str,
    now: datetime,
) -> None:
    """Put down what a person made of it, and why; what follows they do themselves."""
    found = one(session, reach, oddity_id)
    said = " ".join(note.split())[:400]
    if not said:
        raise ReasonNeeded
    settled = session.execute(
        update(Oddity.__table__)
        .where(oddity.id == oddity_id, oddity.state == OddityState.OPEN)
        .values(state=state, note=said, settled_at=now, settled_by=reach.person_id)
    )
    if not line.changed(settled):
        raise DecidedAlready
    trail.record(
        session,
        reach.person_id,
        f"oddity.{state}",
        ("oddity", oddity_id),
        now,
        area_path=found.path,
        reason=said,
        kind=found.kind,
    )


def _view(row: Any) -> OddityView:
    return OddityView(*row)


def tasks(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return those that wait, for the queue of whoever may judge them."""
    if not reach.may(Right.JUDGE_ODDITIES):
        return []
    return [
        Task(
            kind="oddity",
            subject_id=found.id,
            title=found.name,
            why=say("oddities.task_why", title=found.title or say("oddities.several")),
            whose=say("oddities.task_whose"),
            area=found.area,
            due_at=None,
        )
        for found in waiting(session, reach, limit=limit)
    ]


queue.SOURCES.append(tasks)
