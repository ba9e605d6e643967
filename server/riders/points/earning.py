"""Giving points for a deed, once, by the rule that was in force when it happened."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.riders.models import (
    ISSUANCE,
    AccountKind,
    PointsAccount,
    PointsEntry,
    PointsTransaction,
    PointsWaiting,
    RiderState,
    TransactionKind,
)
from server.riders.points import accounts, caps, ledger, lots, rules
from server.riders.points.accounts import Holder
from server.riders.points.ledger import Begun, Line, local_day
from server.riders.points.refusals import (
    EarningPaused,
    NoAccount,
    NotYet,
    OtherAward,
    OwnAward,
    SecondNeeded,
    StaffHaveNone,
)
from server.riders.points.rules import Rule

transaction = PointsTransaction.__table__.c
entry = PointsEntry.__table__.c
account = PointsAccount.__table__.c
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Award:
    """Points for one deed of one person.

    `code` names the rule, `source` the deed (such as `service_record:12`), `at` when it was done
    (UTC), `by` who has seen it (None: what rests on another work's own proof), `approved_by` the
    second person. `points` are those of a unit where the rule leaves a choice.
    """

    code: str
    person_id: int
    source: str
    at: datetime
    by: int | None = None
    units: int = 1
    points: int | None = None
    approved_by: int | None = None

    @property
    def inputs(self) -> str:
        """Return the mark by which the same award is known again."""
        asked = (self.code, self.person_id, self.source, int(self.at.timestamp() * 1_000_000))
        return ledger.mark([*asked, self.by, self.units, self.points, self.approved_by])


class Grant(NamedTuple):
    """What an award gave: points good through `last_day`, there from `arrives_on` (None: now)."""

    transaction_id: int
    points: int
    last_day: date
    arrives_on: date | None


def earn(session: Session, award: Award, now: datetime) -> Grant:
    """Give points for a deed, or return what was given for it; refuse with a reason.

    The same award may be asked for any number of times. Refused are a deed to come, other terms
    for the same deed, whoever vouches for themselves, staff, whoever has no account or must pause,
    what lacks its second person, and what is over a cap.
    """
    if award.at > now:
        raise NotYet
    day = local_day(award.at)
    found = rules.in_force(session, award.code, day)
    points = found.rule.points_for(award.units, award.points)
    begun = ledger.begin(
        session,
        TransactionKind.EARN,
        now,
        code=award.code,
        version=found.rule.version,
        source=award.source,
        units=award.units,
        event_at=award.at,
        actor=award.by,
        approved_by=award.approved_by,
        inputs=award.inputs,
    )
    if begun is None:
        return _given(session, award)
    holder = accounts.hold(session, award.person_id, now, award.by, award.approved_by)
    require(award, holder, found.rule, points, now)
    caps.take(session, holder.id, found, caps.shares(found, day, award.units, points))
    book = _book_waiting if found.rule.pending else _book
    return book(session, begun, holder, award, points)


def require(award: Award, holder: Holder, rule: Rule, points: int, now: datetime) -> None:
    """Refuse where the account earns nothing just now, or the same person stands on both sides."""
    _require_earning(holder, now)
    _require_others(award, holder, rule, points)


def _require_earning(holder: Holder, now: datetime) -> None:
    if holder.state in (None, RiderState.LEFT):
        raise NoAccount
    if holder.is_staff:
        raise StaffHaveNone
    if holder.frozen_until and holder.frozen_until > now:
        raise EarningPaused(until=holder.frozen_until)


def _require_others(award: Award, holder: Holder, rule: Rule, points: int) -> None:
    """Let nobody vouch for themselves, by no other account either (P8); some takes two persons."""
    if award.person_id in (award.by, award.approved_by) or holder.is_other:
        raise OwnAward
    second = award.approved_by is not None and award.approved_by != award.by
    if rule.takes_two(points) and not second:
        raise SecondNeeded


def _book(session: Session, begun: Begun, holder: Holder, award: Award, points: int) -> Grant:
    del award  # whose account it is, is known
    now = begun.said["at"]
    last_day = lots.last_day(local_day(now))
    booked = accounts.move(session, holder.id, points, now)
    assert booked is not None
    lots.add(session, holder.id, last_day, points)
    lines = (Line(holder.id, points, *booked, last_day), Line(ISSUANCE, -points))
    ledger.post(session, begun, lines)
    return Grant(begun.id, points, last_day, None)


def _book_waiting(
    session: Session, begun: Begun, _holder: Holder, award: Award, points: int
) -> Grant:
    """Give points that arrive on the next local day, unless they are taken back before."""
    now = begun.said["at"]
    last_day, arrives = lots.last_day(local_day(now)), local_day(now) + DAY
    pending = accounts.find(session, award.person_id, AccountKind.PENDING)
    booked = accounts.move(session, pending, points, now)
    assert booked is not None
    waiting = {"person_id": award.person_id, "points": points, "matures_on": arrives}
    session.execute(
        PointsWaiting.__table__.insert(),
        waiting | {"transaction_id": begun.id, "last_day": last_day},
    )
    lines = (Line(pending, points, *booked, last_day), Line(ISSUANCE, -points))
    ledger.post(session, begun, lines)
    return Grant(begun.id, points, last_day, arrives)


def _given(session: Session, award: Award) -> Grant:
    """Return what the same award gave, or refuse another one for the same deed."""
    row = session.execute(
        select(transaction.id, transaction.inputs, transaction.at, entry.delta, entry.last_day)
        .add_columns(account.kind)
        .join(PointsEntry.__table__, entry.transaction_id == transaction.id)
        .join(PointsAccount.__table__, account.id == entry.account_id)
        .where(
            transaction.kind == TransactionKind.EARN,
            transaction.code == award.code,
            transaction.source == award.source,
            entry.delta > 0,
        )
    ).one()
    if row.inputs != award.inputs:
        raise OtherAward
    waits = row.kind is AccountKind.PENDING
    return Grant(row.id, row.delta, row.last_day, local_day(row.at) + DAY if waits else None)
