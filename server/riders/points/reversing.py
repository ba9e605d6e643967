"""Taking points back that should not have been given: once, with a reason, never below nought."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.audit import trail
from server.notices import outbox
from server.riders.models import (
    ISSUANCE,
    AccountKind,
    PointsEntry,
    PointsTransaction,
    PointsWaiting,
    TransactionKind,
)
from server.riders.points import accounts, caps, ledger, lots, rules
from server.riders.points.accounts import Holder
from server.riders.points.ledger import Line, local_day
from server.riders.points.refusals import NoAccount, NoSuchEntry, RanOut, ReversedAlready
from server.staff.approvals import ReasonNeeded

transaction = PointsTransaction.__table__.c
entry = PointsEntry.__table__.c
waiting = PointsWaiting.__table__.c

LONGEST_PAUSE = timedelta(days=30)
"""The pause that the default table knows for a second false report; nobody waits longer."""
PAUSE_A_POINT = timedelta(days=1)
"""How long a missing point keeps somebody from earning: two points a day is the monthly cap."""


class Reversal(NamedTuple):
    """What became of taking points back; what was not there any more is a pause instead."""

    transaction_id: int
    taken: int
    shortfall: int
    frozen_until: datetime | None


def reverse(
    session: Session,
    transaction_id: int,
    reason: str,
    now: datetime,
    *,
    by: int | None = None,
    pause: timedelta = timedelta(),
) -> Reversal:
    """Undo an award and tell its person; refuse a second time, and what ran out long ago.

    What waits is taken whole. Of what has arrived is taken what is still there; the rest becomes a
    pause in earning of a day a point, thirty at most, or the `pause` given if that is longer.
    Caps are as if the award had not been made.
    """
    if not reason.strip():
        raise ReasonNeeded
    award = _award(session, transaction_id)
    person_id = beneficiary(session, transaction_id)
    holder = accounts.hold(session, person_id, now)
    waits = _withhold(session, transaction_id)
    today = local_day(now)
    there = {} if waits else _there(session, holder, award.last_day, today)
    taken = award.delta if waits else min(sum(there.values()), award.delta)
    said = trail.NUMBERS.sub("***", reason.strip())[:400]
    told = {"actor": by, "reason": said, "shortfall": award.delta - taken}
    told |= {"origin_id": transaction_id, "event_at": award.event_at}
    begun = ledger.begin(session, TransactionKind.REVERSE, now, **told)
    if begun is None:
        raise ReversedAlready
    if not waits and award.last_day < today:
        raise RanOut
    own = accounts.find(session, person_id, AccountKind.PENDING) if waits else holder.id
    ledger.post(session, begun, _lines(session, own, there, taken, now))
    until = _pause(session, holder, award.delta - taken, pause, now)
    name = _free_caps(session, holder, award)
    facts = {"points": taken, "reason": said, "at": award.event_at, "name": name}
    key = f"points.reversed:{transaction_id}"
    outbox.queue(session, person_id, "points.reversed", key, now, facts)
    return Reversal(begun.id, taken, award.delta - taken, until)


def beneficiary(session: Session, transaction_id: int) -> int:
    """Return whose points an award gave, by now; refuse what is no award, or nobody's."""
    person_id = accounts.owner(session, _award(session, transaction_id).account_id)
    if person_id is None:
        raise NoAccount
    return person_id


def _withhold(session: Session, transaction_id: int) -> bool:
    """Keep an award from arriving; False when it has arrived, or was given at once."""
    gone = delete(PointsWaiting.__table__).where(waiting.transaction_id == transaction_id)
    return session.execute(gone.returning(waiting.points)).first() is not None


def _free_caps(session: Session, holder: Holder, award: Any) -> str:
    """Let the caps be as if the award had not been made, and return what it was for."""
    day = local_day(award.event_at)
    found = rules.in_force(session, award.code, day)
    caps.give_back(session, holder.id, caps.shares(found, day, award.units, award.delta))
    return found.rule.name


def _award(session: Session, transaction_id: int) -> Any:
    row = session.execute(
        select(
            *(transaction.code, transaction.units, transaction.event_at),
            *(entry.account_id, entry.delta, entry.last_day),
        )
        .join(PointsEntry.__table__, entry.transaction_id == transaction.id)
        .where(
            transaction.id == transaction_id,
            transaction.kind == TransactionKind.EARN,
            entry.delta > 0,
        )
    ).one_or_none()
    if row is None:
        raise NoSuchEntry
    return row


def _there(session: Session, holder: Holder, first: date, today: date) -> dict[date, int]:
    """Return what may be taken, of the same day's lot first, then what runs out first."""
    good = lots.of(session, holder.id, today)
    return dict(sorted(good.items(), key=lambda lot: (lot[0] != first, lot[0])))


def _lines(
    session: Session, account_id: int, there: dict[date, int], taken: int, now: datetime
) -> tuple[Line, ...]:
    if not taken:
        return ()
    booked = accounts.move(session, account_id, -taken, now)
    assert booked is not None
    parts = lots.share(there, taken) if there else None
    if parts:
        lots.take(session, account_id, parts)
    own = Line(account_id, -taken, *booked, lots=lots.told(parts) if parts else None)
    return own, Line(ISSUANCE, taken)


def _pause(
    session: Session, holder: Holder, shortfall: int, pause: timedelta, now: datetime
) -> datetime | None:
    longest = max(min(shortfall * PAUSE_A_POINT, LONGEST_PAUSE), pause)
    if not longest:
        return holder.frozen_until
    until = max(holder.frozen_until or now, now + longest)
    accounts.freeze(session, holder.id, until)
    return until
