"""A rider's points for staff: each line with who vouched, on what, and what undid it."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from server.riders.models import (
    PointsEntry,
    PointsRule,
    PointsTransaction,
    PointsWaiting,
    TransactionKind,
)
from server.riders.points import accounts, evidence, reading
from server.riders.points.evidence import Evidence
from server.riders.points.reading import Standing
from server.staff.reach import Reach
from server.staff.rights import Right

PAGE = 20

entry = PointsEntry.__table__.c
waiting = PointsWaiting.__table__.c
own = PointsTransaction.__table__.alias("own")
first = PointsTransaction.__table__.alias("first")
undo = PointsTransaction.__table__.alias("undo")
rule = PointsRule.__table__.c

_AWARD = case(
    (own.c.kind == TransactionKind.EARN, own.c.id),
    (own.c.kind == TransactionKind.MATURE, own.c.origin_id),
).label("award")
_CODE = func.coalesce(first.c.code, own.c.code)
_VERSION = func.coalesce(first.c.version, own.c.version)
_UNDONE = exists().where(undo.c.kind == TransactionKind.REVERSE, undo.c.origin_id == _AWARD)
_LINES = (
    select(
        *(entry.number, entry.at, entry.delta, entry.balance, entry.last_day, own.c.kind),
        *(rule.code, rule.version, rule.name, own.c.reason, own.c.shortfall, _AWARD),
        func.coalesce(first.c.event_at, own.c.event_at).label("event_at"),
        func.coalesce(first.c.actor, own.c.actor).label("verifier_id"),
        func.coalesce(first.c.approved_by, own.c.approved_by).label("second_id"),
        case((own.c.kind == TransactionKind.REVERSE, own.c.actor)).label("undone_by"),
        _UNDONE.label("undone"),
    )
    .join(own, own.c.id == entry.transaction_id)
    .outerjoin(first, first.c.id == own.c.origin_id)
    .outerjoin(PointsRule.__table__, and_(rule.code == _CODE, rule.version == _VERSION))
)


class Line(NamedTuple):
    """One line of a rider's account for staff.

    `award` is the transaction that may be undone, `undone` whether it was. `verifier_id` and
    `second_id` are who vouched, `undone_by` who took it back, as ids of that time.
    """

    number: int
    at: datetime
    delta: int
    balance: int
    last_day: date | None
    kind: TransactionKind
    code: str | None
    version: int | None
    name: str | None
    reason: str | None
    shortfall: int
    award: int | None
    event_at: datetime
    verifier_id: int | None
    second_id: int | None
    undone_by: int | None
    undone: bool
    evidence: Evidence | None = None


class Coming(NamedTuple):
    """Points that are on their way, and may still be taken back."""

    award: int
    points: int
    name: str
    arrives_on: date
    verifier_id: int | None
    event_at: datetime


class Account(NamedTuple):
    """A rider's points on one page; `after` is the number before which older lines begin."""

    standing: Standing
    lines: tuple[Line, ...]
    coming: tuple[Coming, ...]
    after: int | None

    @property
    def staff(self) -> set[int]:
        """Return whom the page names."""
        named = {each for line in self.lines for each in (line.verifier_id, line.second_id)}
        named |= {line.undone_by for line in self.lines}
        return {each for each in named | {one.verifier_id for one in self.coming} if each}


def of(
    session: Session, reach: Reach, person_id: int, now: datetime, before: int | None = None
) -> Account:
    """Return a rider's points to whoever gives points in their area; bounded statements."""
    reach.require(Right.AWARD_POINTS, accounts.area_of(session, person_id).path)
    standing = reading.balance(session, person_id, now)
    found = _LINES.where(entry.account_id == accounts.find(session, person_id))
    if before:
        found = found.where(entry.number < before)
    rows = session.execute(found.order_by(entry.number.desc()).limit(PAGE + 1)).all()
    lines = [_line(row) for row in rows[:PAGE]]
    told = evidence.of(session, [line.award for line in lines if line.award])
    shown = tuple(line._replace(evidence=told.get(line.award or 0)) for line in lines)
    after = lines[-1].number if len(rows) > PAGE else None
    return Account(standing, shown, _coming(session, person_id), after)


def _line(row: Any) -> Line:
    return Line(*row)


def _coming(session: Session, person_id: int) -> tuple[Coming, ...]:
    rows = session.execute(
        select(
            waiting.transaction_id,
            waiting.points,
            rule.name,
            waiting.matures_on,
            own.c.actor,
            own.c.event_at,
        )
        .join(own, own.c.id == waiting.transaction_id)
        .join(
            PointsRule.__table__,
            and_(rule.code == own.c.code, rule.version == own.c.version),
        )
        .where(waiting.person_id == person_id)
        .order_by(waiting.transaction_id)
        .limit(PAGE)
    )
    return tuple(Coming(*row) for row in rows)
