"""What happens to points when two persons prove to be one: nothing is lost, nothing doubled."""

from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.people import joining
from server.riders.models import (
    AccountKind,
    PointsAccount,
    PointsCount,
    PointsLot,
    Rider,
    RiderState,
    TransactionKind,
)
from server.riders.points import accounts, ledger, lots
from server.riders.points.ledger import Line

account = PointsAccount.__table__.c
count = PointsCount.__table__.c
lot = PointsLot.__table__.c


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Move what the one has to the other, whose caps count both; of two registrations one stays.

    Both persons are locked. An account that alone is there goes along as it is.
    """
    _keep_who_rides(session, keep, gone)
    ours, theirs = _accounts(session, keep), _accounts(session, gone)
    for kind in sorted(set(ours) & set(theirs)):
        for account_id in sorted((ours[kind], theirs[kind])):
            accounts.lock(session, account_id)
        _merge(session, ours[kind], theirs[kind], now)


def _keep_who_rides(session: Session, keep: int, gone: int) -> None:
    """Let a registration that stands come before one that was left."""
    left = Rider.person_id == keep, Rider.state == RiderState.LEFT
    stands = select(Rider.id).where(Rider.person_id == gone, Rider.state != RiderState.LEFT)
    if session.scalar(stands) is not None:
        session.execute(delete(Rider).where(*left))
    verified = select(Rider.id).where(Rider.person_id == gone, Rider.state == RiderState.VERIFIED)
    if session.scalar(verified) is not None:
        asked = Rider.person_id == keep, Rider.state == RiderState.ASKED
        session.execute(delete(Rider).where(*asked))


def _accounts(session: Session, person_id: int) -> dict[AccountKind, int]:
    found = select(account.kind, account.id).where(account.person_id == person_id)
    return {row.kind: row.id for row in session.execute(found)}


def _merge(session: Session, ours: int, theirs: int, now: datetime) -> None:
    row = session.execute(
        select(account.balance, account.frozen_until).where(account.id == theirs)
    ).one()
    if row.balance:
        _hand_over(session, ours, theirs, row.balance, now)
    if row.frozen_until:
        accounts.freeze(session, ours, row.frozen_until)
    _count_both(session, ours, theirs)
    session.execute(
        update(PointsAccount.__table__)
        .where(account.id == theirs)
        .values(person_id=None, joined_into=ours)
    )


def _hand_over(session: Session, ours: int, theirs: int, points: int, now: datetime) -> None:
    rows = session.execute(
        select(lot.last_day, lot.remains).where(lot.account_id == theirs, lot.remains > 0)
    )
    there = {row.last_day: row.remains for row in rows.all()}
    begun = ledger.begin(session, TransactionKind.JOIN, now)
    out = accounts.move(session, theirs, -points, now)
    come = accounts.move(session, ours, points, now)
    assert begun is not None
    assert out is not None
    assert come is not None
    lots.take(session, theirs, there)
    for day, part in there.items():
        lots.add(session, ours, day, part)
    parts = lots.told(there) or None
    lines = Line(theirs, -points, *out, lots=parts), Line(ours, points, *come, lots=parts)
    ledger.post(session, begun, lines)


def _count_both(session: Session, ours: int, theirs: int) -> None:
    """Let what both have used up of a cap count, as far as the cap goes."""
    found = select(PointsCount.__table__).where(count.account_id == theirs)
    for row in session.execute(found.order_by(count.code, count.period)).mappings().all():
        fresh = insert_into(session, PointsCount).values(dict(row) | {"account_id": ours})
        both = count.used + fresh.excluded.used
        used = case((both > count.most, count.most), else_=both)
        session.execute(
            fresh.on_conflict_do_update(
                index_elements=["account_id", "code", "period"], set_={"used": used}
            )
        )
    session.execute(delete(PointsCount).where(PointsCount.account_id == theirs))


joining.FOLLOWERS.append(follow)
