"""What somebody reads of their points: how many, since when, and why (keyset, never a scan)."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.riders.models import (
    AccountKind,
    PointsAccount,
    PointsEntry,
    PointsRule,
    PointsTransaction,
    PointsWaiting,
    TransactionKind,
    Verifier,
)
from server.riders.points import accounts, lots
from server.riders.points.ledger import local_day
from server.riders.points.refusals import NoAccount, NoSuchEntry

MOST = 20

account = PointsAccount.__table__.c
entry = PointsEntry.__table__.c
waiting = PointsWaiting.__table__.c
own = PointsTransaction.__table__.alias("own")
first = PointsTransaction.__table__.alias("first")
rule = PointsRule.__table__.c

_WHAT = func.coalesce(first.c.version, own.c.version)
_LINES = (
    select(
        *(entry.number, entry.at, entry.delta, entry.balance, own.c.kind, rule.name),
        *(func.coalesce(first.c.source, own.c.source).label("source"), own.c.reason),
        func.coalesce(first.c.event_at, own.c.event_at).label("event_at"),
        *(entry.last_day, rule.code, rule.version, rule.verifier, rule.day_cap),
        *(rule.month_cap, own.c.shortfall),
    )
    .join(own, own.c.id == entry.transaction_id)
    .outerjoin(first, first.c.id == own.c.origin_id)
    .outerjoin(
        PointsRule.__table__,
        and_(rule.code == func.coalesce(first.c.code, own.c.code), rule.version == _WHAT),
    )
)


class Standing(NamedTuple):
    """What somebody has: good today, on its way, and what runs out first on which day."""

    points: int
    waiting: int
    next_day: date | None
    next_points: int
    frozen_until: datetime | None


class Why(NamedTuple):
    """One line and what it rests on; where it completes or undoes another, what that rests on.

    The rule is the version that was in force, `verifier` who had to see the deed.
    """

    number: int
    at: datetime
    delta: int
    balance: int
    kind: TransactionKind
    name: str | None
    source: str | None
    reason: str | None
    event_at: datetime
    last_day: date | None
    code: str | None
    version: int | None
    verifier: Verifier | None
    day_cap: int | None
    month_cap: int | None
    shortfall: int


class Statement(NamedTuple):
    """A month of somebody's points; what went out is below nought."""

    month: date
    opening: int
    closing: int
    moved: dict[TransactionKind, int]


def balance(session: Session, person_id: int, now: datetime) -> Standing:
    """Return what somebody has. Three statements, however long their history is."""
    row = session.execute(
        select(account.id, account.frozen_until).where(
            account.person_id == person_id, account.kind == AccountKind.PERSON
        )
    ).one_or_none()
    if row is None:
        raise NoAccount
    good = lots.of(session, row.id, local_day(now))
    coming = session.scalar(
        select(func.coalesce(func.sum(waiting.points), 0)).where(waiting.person_id == person_id)
    )
    soonest = next(iter(good), None)
    paused = row.frozen_until if row.frozen_until and row.frozen_until > now else None
    total = sum(good.values())
    return Standing(total, int(coming or 0), soonest, good[soonest] if soonest else 0, paused)


def entries(
    session: Session, person_id: int, before: int | None = None, limit: int = MOST
) -> list[Why]:
    """Return somebody's lines, the newest first, those before a number. Two statements."""
    found = _of(session, person_id).order_by(entry.number.desc()).limit(limit)
    if before is not None:
        found = found.where(entry.number < before)
    return [Why(*row) for row in session.execute(found)]


def why(session: Session, person_id: int, number: int) -> Why:
    """Return what a line rests on, or refuse where somebody has no such line."""
    found = session.execute(_of(session, person_id).where(entry.number == number)).one_or_none()
    if found is None:
        raise NoSuchEntry
    return Why(*found)


def statement(session: Session, person_id: int, month: date) -> Statement:
    """Return a month of somebody's points; which day of it is given does not matter."""
    account_id = accounts.find(session, person_id)
    begins = month.replace(day=1)
    ends = (begins + timedelta(days=31)).replace(day=1)
    since, until = (datetime.combine(day, time(), LOCAL) for day in (begins, ends))
    moved = session.execute(
        select(own.c.kind, func.sum(entry.delta).label("points"))
        .join(PointsEntry.__table__, entry.transaction_id == own.c.id)
        .where(entry.account_id == account_id, entry.at >= since, entry.at < until)
        .group_by(own.c.kind)
    )
    opening, closing = (_balance_at(session, account_id, at) for at in (since, until))
    return Statement(begins, opening, closing, {row.kind: int(row.points) for row in moved})


def _balance_at(session: Session, account_id: int, moment: datetime) -> int:
    found = select(entry.balance).where(entry.account_id == account_id, entry.at < moment)
    newest = found.order_by(entry.at.desc(), entry.number.desc()).limit(1)
    return session.scalar(newest) or 0


def _of(session: Session, person_id: int) -> Select[Any]:
    return _LINES.where(entry.account_id == accounts.find(session, person_id))
