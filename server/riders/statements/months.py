"""A month of one or several accounts: what it opened and closed with, and what moved in it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.errors import Missing
from server.riders.models import (
    PointsAccount,
    PointsEntry,
    PointsLot,
    PointsRule,
    PointsTransaction,
    TransactionKind,
)
from server.riders.points import accounts
from server.riders.points.ledger import local_day

GIVEN = (TransactionKind.EARN, TransactionKind.MATURE)
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
OLDEST = timedelta(days=2 * 366)

account = PointsAccount.__table__.c
entry = PointsEntry.__table__.c
lot = PointsLot.__table__.c
rule = PointsRule.__table__.c
own = PointsTransaction.__table__.alias("own")
first = PointsTransaction.__table__.alias("first")


class NoSuchMonth(Missing):
    """There is no such month, or it lies too far back, or ahead."""

    code = "points.no_such_month"


class Month(NamedTuple):
    """A month of one account: what it opened and closed with, and what moved.

    `earned` is by the name of the rule; of `moved` what went out is below nought. What runs out
    next is as it is now, `next_day` None where nothing does.
    """

    account_id: int
    person_id: int
    month: date
    opening: int
    closing: int
    earned: tuple[tuple[str, int], ...]
    moved: Mapping[TransactionKind, int]
    next_points: int
    next_day: date | None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing moved, so that there is nothing to tell."""
        return not self.earned and not self.moved


def last(now: datetime) -> date:
    """Return the first day of the month before this one, in Shanghai."""
    return (local_day(now).replace(day=1) - timedelta(days=1)).replace(day=1)


def named(number: int, now: datetime) -> date:
    """Return the latest month of this number that has begun, or refuse what is no month."""
    this = local_day(now).replace(day=1)
    if not 1 <= number <= 12:
        raise NoSuchMonth
    return this.replace(year=this.year - (number > this.month), month=number)


def read(text: str, now: datetime) -> date:
    """Return the month of a text such as 2026-03, or refuse what is none of the last two years."""
    this = local_day(now).replace(day=1)
    found = date.fromisoformat(f"{text}-01") if MONTH.fullmatch(text) else None
    if found is None or found > this or found < this - OLDEST:
        raise NoSuchMonth
    return found


def of(session: Session, person_id: int, month: date, now: datetime) -> Month:
    """Return a month of somebody's points, or refuse who has none; bounded statements."""
    account_id = accounts.find(session, person_id)
    return several(session, {account_id: person_id}, month.replace(day=1), now)[0]


def several(session: Session, whose: Mapping[int, int], month: date, now: datetime) -> list[Month]:
    """Return the month of several accounts. Four statements, however long their history is."""
    begins, ends = span(month)
    moved = _moved(session, whose, begins, ends)
    closing = _closing(session, whose, ends)
    ahead = _ahead(session, whose, local_day(now))
    names = _names(session)
    found = []
    for account_id, person_id in whose.items():
        lines = moved[account_id]
        change = sum(int(row.points) for row in lines)
        next_day, next_points = ahead.get(account_id, (None, 0))
        last = closing.get(account_id, 0)
        found.append(
            Month(
                *(account_id, person_id, month, last - change, last),
                *(_earned(lines, names), _others(lines), next_points, next_day),
            )
        )
    return found


def _earned(lines: Sequence[Any], names: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    points: dict[str, int] = defaultdict(int)
    for row in lines:
        if row.kind in GIVEN:
            points[names.get(row.code, row.code)] += int(row.points)
    return tuple(points.items())


def _others(lines: Sequence[Any]) -> dict[TransactionKind, int]:
    points: dict[TransactionKind, int] = defaultdict(int)
    for row in lines:
        if row.kind not in GIVEN:
            points[row.kind] += int(row.points)
    return dict(points)


def _moved(
    session: Session, whose: Mapping[int, int], begins: datetime, ends: datetime
) -> dict[int, list[Any]]:
    code = func.coalesce(first.c.code, own.c.code).label("code")
    rows = session.execute(
        select(entry.account_id, own.c.kind, code, func.sum(entry.delta).label("points"))
        .join(own, own.c.id == entry.transaction_id)
        .outerjoin(first, first.c.id == own.c.origin_id)
        .where(entry.account_id.in_(whose), entry.at >= begins, entry.at < ends)
        .group_by(entry.account_id, own.c.kind, code)
        .order_by(entry.account_id, own.c.kind, code)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(row)
    return found


def _closing(session: Session, whose: Mapping[int, int], ends: datetime) -> dict[int, int]:
    newest = (
        select(entry.balance)
        .where(entry.account_id == account.id, entry.at < ends)
        .order_by(entry.at.desc(), entry.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(select(account.id, newest.label("last")).where(account.id.in_(whose)))
    return {row.id: row.last or 0 for row in rows}


def _ahead(session: Session, whose: Mapping[int, int], today: date) -> dict[int, tuple[date, int]]:
    rows = session.execute(
        select(lot.account_id, lot.last_day, lot.remains)
        .where(lot.account_id.in_(whose), lot.remains > 0, lot.last_day >= today)
        .order_by(lot.account_id, lot.last_day)
    )
    found: dict[int, tuple[date, int]] = {}
    for row in rows:
        found.setdefault(row.account_id, (row.last_day, row.remains))
    return found


def _names(session: Session) -> dict[str, str]:
    """Return what each rule is called by its newest version."""
    rows = session.execute(select(rule.code, rule.name).order_by(rule.code, rule.version))
    return {row.code: row.name for row in rows}


def span(month: date) -> tuple[datetime, datetime]:
    """Return when a month begins and when it is over, in Shanghai."""
    after = (month + timedelta(days=32)).replace(day=1)
    begins, ends = (datetime.combine(day, time(), LOCAL).astimezone(UTC) for day in (month, after))
    return begins, ends
