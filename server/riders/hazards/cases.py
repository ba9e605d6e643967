"""Who was the first to report a hazard (R1): decided by one conditional write on its case."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.riders.hazards.models import Hazard, HazardCase, HazardState

WINDOW = timedelta(hours=72)
case = HazardCase.__table__.c


def earlier(session: Session, hazard: Hazard, kind: str) -> int | None:
    """Return the report of the same that came before and is still to be looked at, if any.

    One whose reporter was asked something holds up nobody.
    """
    assert hazard.received_at is not None
    before = or_(
        Hazard.received_at < hazard.received_at,
        and_(Hazard.received_at == hazard.received_at, Hazard.id < hazard.id),
    )
    found = (
        select(Hazard.id)
        .where(
            Hazard.cell == hazard.cell,
            Hazard.kind == kind,
            Hazard.state == HazardState.RECEIVED,
            Hazard.received_at > hazard.received_at - WINDOW,
            Hazard.left_minutes.is_(None),
            Hazard.id != hazard.id,
            before,
        )
        .order_by(Hazard.received_at, Hazard.id)
        .limit(1)
    )
    return session.scalar(found) if hazard.cell else None


def claim(session: Session, hazard: Hazard, kind: str) -> int:
    """Make a report the first of its case unless another one is, and return which one is first.

    One conditional write: of two that are found true at once one is first. A case ends 72 hours
    after its first report, and with what was put right: who reports it afterwards is first anew.
    """
    if not hazard.cell:
        return hazard.id
    assert hazard.received_at is not None
    row = {"cell": hazard.cell, "kind": kind, "first_id": hazard.id, "since": hazard.received_at}
    fresh = insert_into(session, HazardCase).values(**row, over_at=None)
    told = fresh.excluded
    ended = or_(
        case.since <= hazard.received_at - WINDOW,
        case.since >= hazard.received_at + WINDOW,
        case.over_at < hazard.received_at,
    )
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["cell", "kind"],
            set_={"first_id": told.first_id, "since": told.since, "over_at": None},
            where=ended,
        )
    )
    first = select(case.first_id).where(case.cell == hazard.cell, case.kind == kind)
    return int(session.execute(first).scalar_one())


def end(session: Session, hazard_id: int, now: datetime | None) -> None:
    """Let what is reported after `now` be another hazard; None opens the case again."""
    session.execute(
        update(HazardCase.__table__).where(case.first_id == hazard_id).values(over_at=now)
    )


def give_up(session: Session, hazard_id: int) -> None:
    """Let a report be first no more, since it proved to be none."""
    session.execute(delete(HazardCase.__table__).where(case.first_id == hazard_id))
