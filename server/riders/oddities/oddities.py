"""What looks odd about points, for somebody who had no hand in it to look at and judge."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import literal_column, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.errors import Forbidden
from server.riders.models import OddityKind, OddState, PointsOddity
from server.staff import queue
from server.staff.approvals import DecidedAlready, ReasonNeeded
from server.staff.queue import Task
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

PAGE = 30
KIND = "points_oddity"

oddity = PointsOddity.__table__.c
area = Area.__table__.c
# written out, so that the index of the open ones serves it
_waits = oddity.state == literal_column(f"'{OddState.OPEN}'")
_ROWS = (
    select(
        *(oddity.id, oddity.kind, oddity.facts, oddity.state, oddity.found_at),
        *(oddity.person_id, oddity.verifier_id, oddity.settled_at, oddity.settled_by),
        *(oddity.note, area.name.label("area"), area.path),
    )
    .select_from(PointsOddity.__table__)
    .join(Area.__table__, area.id == oddity.area_id)
)


class OwnHand(Forbidden):
    """Whoever vouched, or got the points, does not judge it."""

    code = "odd_points.own_hand"


class OddityView(NamedTuple):
    """Something odd; `facts` are numbers, never a person's data."""

    id: int
    kind: OddityKind
    facts: dict[str, Any]
    state: OddState
    found_at: datetime
    person_id: int | None
    verifier_id: int | None
    settled_at: datetime | None
    settled_by: int | None
    note: str | None
    area: str
    path: str

    @property
    def name(self) -> str:
        """Return what kind it is, in words."""
        return say(f"odd_points.{self.kind}")

    @property
    def why(self) -> str:
        """Return why it is listed."""
        how = self.facts.get("how")
        told = {"how": say(f"odd_points.how_{_HOW[how]}")} if how else {}
        return say(f"odd_points.{self.kind}_why", **{**self.facts, **told})

    @property
    def next(self) -> str:
        """Return what to do about it; nothing is done by itself."""
        return say(f"odd_points.{self.kind}_next")


_HOW = {1: "self", 2: "phone", 3: "family"}


def waiting(
    session: Session, reach: Reach, *, after: int = 0, limit: int = PAGE
) -> list[OddityView]:
    """Return what nobody has judged yet in reach, the oldest first, past an id."""
    wanted = _ROWS.where(reach.inside(Right.JUDGE_ODDITIES), _waits, oddity.id > after)
    return [_view(row) for row in session.execute(wanted.order_by(oddity.id).limit(limit))]


def one(session: Session, reach: Reach, oddity_id: int) -> OddityView:
    """Return one of them if it lies in reach, settled or not."""
    row = session.execute(_ROWS.where(oddity.id == oddity_id)).one_or_none()
    reach.require(Right.JUDGE_ODDITIES, row.path if row else None)
    if row is None:
        raise OutOfReach
    return _view(row)


def settle(
    session: Session, reach: Reach, oddity_id: int, state: OddState, note: str, now: datetime
) -> None:
    """Put down what somebody made of it, and why; what follows they do themselves.

    Whoever vouched or got the points is not who judges it.
    """
    found = one(session, reach, oddity_id)
    if reach.person_id in (found.verifier_id, found.person_id):
        raise OwnHand
    said = trail.NUMBERS.sub("***", " ".join(note.split()))[:400]
    if not said:
        raise ReasonNeeded
    settled = session.execute(
        update(PointsOddity.__table__)
        .where(oddity.id == oddity_id, oddity.state == OddState.OPEN)
        .values(state=state, note=said, settled_at=now, settled_by=reach.person_id)
        .returning(oddity.id)
    ).first()
    if settled is None:
        raise DecidedAlready
    subject = (KIND, oddity_id)
    deed = f"odd_points.{state}"
    facts = {"area_path": found.path, "reason": said, "kind": found.kind}
    trail.record(session, reach.person_id, deed, subject, now, **facts)


def _view(row: Any) -> OddityView:
    return OddityView(*row)


def tasks(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return those that wait, for the queue of whoever may judge them."""
    if not reach.may(Right.JUDGE_ODDITIES):
        return []
    return [
        Task(
            kind=KIND,
            subject_id=found.id,
            title=found.name,
            why=found.why,
            whose=say("odd_points.task_whose"),
            area=found.area,
            due_at=None,
        )
        for found in waiting(session, reach, limit=limit)
        if reach.person_id not in (found.verifier_id, found.person_id)
    ]


queue.SOURCES.append(tasks)
