"""The awards of some days back, read along the chain: bounded, however long the ledger is."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.riders.models import (
    AccountKind,
    PointsAccount,
    PointsEntry,
    PointsHead,
    PointsLink,
    PointsTransaction,
    TransactionKind,
)

link = PointsLink.__table__.c
own = PointsTransaction.__table__.alias("own")
first = PointsTransaction.__table__.alias("first")
entry = PointsEntry.__table__.c
account = PointsAccount.__table__.c
OWN = (AccountKind.PERSON, AccountKind.PENDING)


class Stretch(NamedTuple):
    """Part of the chain: places after the one, up to and with the other."""

    after: int
    until: int


def since(session: Session, moment: datetime, most: int) -> Stretch:
    """Return the part of the chain from a moment on, its newest `most` places at the outside.

    Places are in the order of commits, and so of moments to within a breath: the first is found by
    halving, in as many small reads as the length has bits.
    """
    length = session.scalar(select(PointsHead.length)) or 0
    low, high = max(length - most, 0), length
    while low < high:
        middle = (low + high) // 2 + 1
        at = session.scalar(
            select(own.c.at)
            .join(PointsLink.__table__, link.transaction_id == own.c.id)
            .where(link.id == middle)
        )
        if at is not None and at < moment:
            low = middle
        else:
            high = middle - 1
    return Stretch(low, length)


def given(session: Session, part: Stretch, limit: int) -> list[Any]:
    """Return the awards of a part that somebody vouched for, the newest first, each with whose.

    What rests on hours is left out: a roster is confirmed in one stroke, and watched elsewhere.
    """
    rows = session.execute(_awards(part).order_by(link.id.desc()).limit(limit))
    return list(rows.all())


def pairs(session: Session, part: Stretch, fewest: int) -> list[Any]:
    """Return who vouched for whom how often, where it was often enough. One statement."""
    awards = _awards(part).subquery()
    counted = (
        select(
            awards.c.actor,
            awards.c.person_id,
            func.count().label("number"),
            func.sum(awards.c.points).label("points"),
        )
        .group_by(awards.c.actor, awards.c.person_id)
        .having(func.count() >= fewest)
        .order_by(awards.c.actor, awards.c.person_id)
    )
    return list(session.execute(counted).all())


def totals(session: Session, part: Stretch, verifiers: set[int]) -> dict[int, int]:
    """Return how often some people vouched in all. One statement."""
    awards = _awards(part).where(own.c.actor.in_(verifiers)).subquery()
    rows = session.execute(select(awards.c.actor, func.count()).group_by(awards.c.actor))
    return {row[0]: row[1] for row in rows}


def taken_back(session: Session, part: Stretch, fewest: int) -> list[Any]:
    """Return whose awards staff took back how often, by who had vouched. One statement."""
    counted = (
        select(first.c.actor, func.count().label("number"), func.max(account.person_id).label("of"))
        .select_from(PointsLink.__table__)
        .join(own, own.c.id == link.transaction_id)
        .join(first, first.c.id == own.c.origin_id)
        .join(PointsEntry.__table__, entry.transaction_id == first.c.id)
        .join(PointsAccount.__table__, account.id == entry.account_id)
        .where(
            *_within(part),
            own.c.kind == TransactionKind.REVERSE,
            own.c.actor.is_not(None),
            first.c.actor.is_not(None),
            account.kind.in_(OWN),
        )
        .group_by(first.c.actor)
        .having(func.count() >= fewest)
        .order_by(first.c.actor)
    )
    return list(session.execute(counted).all())


def _awards(part: Stretch) -> Select[Any]:
    return (
        select(
            link.id.label("place"),
            own.c.actor,
            own.c.approved_by,
            own.c.at,
            own.c.event_at,
            account.id.label("account_id"),
            account.person_id,
            entry.delta.label("points"),
        )
        .select_from(PointsLink.__table__)
        .join(own, own.c.id == link.transaction_id)
        .join(PointsEntry.__table__, entry.transaction_id == own.c.id)
        .join(PointsAccount.__table__, account.id == entry.account_id)
        .where(
            *_within(part),
            own.c.kind == TransactionKind.EARN,
            own.c.actor.is_not(None),
            own.c.source.not_like("service\\_record:%", escape="\\"),
            account.kind.in_(OWN),
            account.person_id.is_not(None),
        )
    )


def _within(part: Stretch) -> tuple[Any, ...]:
    return link.id > part.after, link.id <= part.until
