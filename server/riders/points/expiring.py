"""Points run out at the end of the next year, announced before; the oldest go first (P7)."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import String, cast, literal, select, text
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.notices import bulk
from server.riders.models import EXPIRY, PointsAccount, PointsLot, TransactionKind
from server.riders.points import accounts, ledger, lots
from server.riders.points.ledger import Line, local_day

lot = PointsLot.__table__.c
account = PointsAccount.__table__.c

SOME = text("points_lot.remains > 0")
"""In the words of the index, which holds nothing else: a bound number would not be seen to fit."""
ANNOUNCED = (60, 30, 7)
"""How many days before points run out their person is told."""
LAST_MINUTE = time(23, 59)
MOST = 500
"""Accounts of one run; the next run takes the rest."""


def expire(session: Session, now: datetime, most: int = MOST) -> int:
    """End what was good through a day that is over, and return of how many accounts."""
    today = local_day(now)
    over = lot.last_day < today, SOME
    found = select(lot.account_id).where(*over).order_by(lot.last_day, lot.account_id).limit(most)
    # accounts are held in one order by all who hold several
    ended = sorted(set(session.scalars(found).all()))
    for account_id in ended:
        accounts.lock(session, account_id)
        rows = session.execute(
            select(lot.last_day, lot.remains)
            .where(lot.account_id == account_id, *over)
            .order_by(lot.last_day)
        )
        for row in rows.all():
            _end(session, account_id, row.last_day, row.remains, now)
    return len(ended)


def announce(session: Session, now: datetime) -> int:
    """Tell whose points run out in 60, 30 or 7 days, once each; a day missed is made good."""
    today = local_day(now)
    told = 0
    for soon, days in zip((*ANNOUNCED[1:], -1), ANNOUNCED, strict=True):
        after, until = today + timedelta(days=soon), today + timedelta(days=days)
        near = lot.last_day > after, lot.last_day <= until, SOME
        for day in session.scalars(select(lot.last_day).where(*near).distinct()).all():
            told += _announce(session, day, days, now)
    return told


def _announce(session: Session, day: date, days: int, now: datetime) -> int:
    """Queue the news for everybody whose points run out on one day, in one statement."""
    key = literal(f"points.expiring:{day.isoformat()}:{days}:") + cast(account.id, String)
    chosen = (
        select(
            account.person_id.label("person_id"),
            key.label("key"),
            cast(lot.remains, String).label("points"),
        )
        .join(PointsAccount.__table__, account.id == lot.account_id)
        .where(lot.last_day == day, SOME, account.person_id.is_not(None))
    )
    until = datetime.combine(day, LAST_MINUTE, LOCAL)
    return bulk.queue_many(session, chosen, "points.expiring", now, {"until": until})


def _end(session: Session, account_id: int, day: date, points: int, now: datetime) -> None:
    booked = accounts.move(session, account_id, -points, now)
    assert booked is not None
    # of the same day another account may bring more along, after that day has ended here
    source = f"lot:{account_id}:{day.isoformat()}:{booked.number}"
    begun = ledger.begin(session, TransactionKind.EXPIRE, now, source=source)
    assert begun is not None
    lots.take(session, account_id, {day: points})
    gone = Line(account_id, -points, *booked, lots=lots.told({day: points}))
    ledger.post(session, begun, (gone, Line(EXPIRY, points)))
