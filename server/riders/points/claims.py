"""Deeds that other works have finished: points are given for them, and follow their corrections."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.errors import Refusal
from server.riders.models import PointsClaim, PointsTransaction, TransactionKind
from server.riders.points import accounts, caps, earning, reversing, rules
from server.riders.points.earning import Award
from server.riders.points.ledger import local_day
from server.riders.points.refusals import CapReached

claim = PointsClaim.__table__.c
transaction = PointsTransaction.__table__.c

MOST = 500
"""Claims of one run; the next run takes the rest."""


def note(session: Session, deeds: Select[Any]) -> None:
    """Keep deeds to be looked at; the same version of a deed is kept once. One statement.

    Rows are of person_id, code, source, version, units, event_at, verified_by and made_at.
    """
    names = [str(column.key) for column in deeds.selected_columns]
    fresh = insert_into(session, PointsClaim).from_select(names, deeds)
    session.execute(fresh.on_conflict_do_nothing())


def settle(session: Session, now: datetime, reason: str, most: int = MOST) -> int:
    """Give points for what was noted, and return how many claims were looked at.

    Of units that go over a cap those are given that fit. A deed that was corrected loses what it
    gave, with `reason`, and is given anew; a refusal is kept with the claim and stops no other.
    """
    found = select(PointsClaim.__table__).where(claim.settled_at.is_(None))
    rows = session.execute(found.order_by(claim.id).limit(most)).all()
    for row in rows:
        given, refused = _settle(session, row, reason, now)
        session.execute(
            update(PointsClaim.__table__)
            .where(claim.id == row.id)
            .values(settled_at=now, transaction_id=given, refused=refused)
        )
    return len(rows)


def _settle(
    session: Session, row: Row[Any], reason: str, now: datetime
) -> tuple[int | None, str | None]:
    try:
        with session.begin_nested():
            return _give(session, row, reason, now), None
    except Refusal as refusal:
        return None, refusal.code


def _give(session: Session, row: Row[Any], reason: str, now: datetime) -> int | None:
    earlier = _earlier(session, row)
    if earlier is not None and not earlier.undone:
        if earlier.units == row.units:
            return int(earlier.id)
        reversing.reverse(session, earlier.id, reason, now)
    if not row.units:
        return None
    holder = accounts.hold(session, row.person_id, now)
    day = local_day(row.event_at)
    found = rules.in_force(session, row.code, day)
    units = caps.room(session, holder.id, found, day, row.units)
    if not units:
        raise CapReached(name=found.rule.name)
    source = f"{row.source}:{row.version}" if earlier else row.source
    award = Award(row.code, row.person_id, source, row.event_at, row.verified_by, units)
    return earning.earn(session, award, now).transaction_id


def _earlier(session: Session, row: Row[Any]) -> Any:
    """Return the newest award of an earlier version of the deed, and whether it was undone."""
    undo = PointsTransaction.__table__.alias("undo")
    undone = exists().where(
        undo.c.kind == TransactionKind.REVERSE, undo.c.origin_id == transaction.id
    )
    return session.execute(
        select(transaction.id, claim.units, undone.label("undone"))
        .join(PointsClaim.__table__, claim.transaction_id == transaction.id)
        .where(claim.code == row.code, claim.source == row.source, claim.id < row.id)
        .order_by(claim.id.desc())
        .limit(1)
    ).first()
