"""What an award by hand would come to: looked at before it is given, and nothing is written."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.errors import Refusal
from server.riders.models import OVERALL, PointsTransaction, TransactionKind
from server.riders.points import accounts, awarding, caps, earning, lots
from server.riders.points.accounts import Holder
from server.riders.points.awarding import Looked, Wish
from server.riders.points.caps import Share
from server.riders.points.earning import DAY
from server.riders.points.ledger import local_day
from server.staff.reach import Reach

transaction = PointsTransaction.__table__.c

SECOND = 0
"""Nobody has this number: it stands for the second person who is still to be asked."""


class Cap(NamedTuple):
    """One cap: of the rule or of all together, in which period, how far it is used up."""

    of_all: bool
    period: str
    used: int
    takes: int
    most: int


class Preview(NamedTuple):
    """What would be given, when it would be there, and what would be said against it.

    `takes_two` awards wait for a second person; `given` tells that the same was given before.
    """

    name: str
    points: int
    takes_two: bool
    arrives_on: date | None
    last_day: date
    caps: tuple[Cap, ...]
    given: bool
    refusal: Refusal | None


def of(session: Session, reach: Reach, wish: Wish, now: datetime) -> Preview:
    """Return what an award would come to; refuse what these staff may not give at all."""
    looked = awarding.look(session, reach, wish, now)
    rule, day, today = looked.found.rule, local_day(wish.at), local_day(now)
    holder = accounts.look(session, wish.person_id, now, reach.person_id)
    taken = caps.shares(looked.found, day, 1, looked.points)
    used = caps.used_up(session, holder.id, taken)
    return Preview(
        name=rule.name,
        points=looked.points,
        takes_two=looked.takes_two,
        arrives_on=today + DAY if rule.pending else None,
        last_day=lots.last_day(today),
        caps=tuple(_cap(*pair) for pair in zip(taken, used, strict=True)),
        given=_is_given(session, wish),
        refusal=_refusal(reach, wish, looked, holder, now) or _over(looked, taken, used),
    )


def _cap(share: Share, used: int) -> Cap:
    return Cap(share.code == OVERALL, share.period, used, share.used, share.most)


def _refusal(
    reach: Reach, wish: Wish, looked: Looked, holder: Holder, now: datetime
) -> Refusal | None:
    award = wish.by(reach.person_id, SECOND)
    try:
        earning.require(award, holder, looked.found.rule, looked.points, now)
    except Refusal as refused:
        return refused
    return None


def _over(looked: Looked, taken: list[Share], used: list[int]) -> Refusal | None:
    pairs = zip(taken, used, strict=True)
    over = next((share for share, before in pairs if before + share.used > share.most), None)
    return caps.refusal(looked.found, over) if over else None


def _is_given(session: Session, wish: Wish) -> bool:
    same = exists().where(
        transaction.kind == TransactionKind.EARN,
        transaction.code == wish.code,
        transaction.source == wish.source,
    )
    return bool(session.scalar(select(same)))
