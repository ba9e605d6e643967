"""Forgetting what is not needed any longer, a bounded piece at a time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.db import Base
from server.people.models import ApiSession, KeyedRequest, LinkCode
from server.staff.models import ConsoleSession, Invitation, ScanTicket
from server.timetable import JobRun
from server.volunteers.models import OwnCode, PlaceHint
from server.wechat.models import Inbound

MOST = 2_000

KEPT: tuple[tuple[type[Base], InstrumentedAttribute[datetime], timedelta], ...] = (
    (Inbound, Inbound.received_at, timedelta(days=30)),
    (KeyedRequest, KeyedRequest.created_at, timedelta(days=7)),
    (ApiSession, ApiSession.expires_at, timedelta()),
    (LinkCode, LinkCode.expires_at, timedelta()),
    (Invitation, Invitation.expires_at, timedelta()),
    (ConsoleSession, ConsoleSession.expires_at, timedelta()),
    (ScanTicket, ScanTicket.expires_at, timedelta()),
    (OwnCode, OwnCode.expires_at, timedelta()),
    (PlaceHint, PlaceHint.at, timedelta(days=7)),
    (JobRun, JobRun.slot, timedelta(days=30)),
)
"""How long rows are kept after the moment in their column: WeChat repeats a message for seconds and
a client its request for days; where a phone was at check-in is kept a week at most; the rest is
over at once. Slots stay a month for the operator."""


def forget(session: Session, now: datetime, most: int = MOST) -> int:
    """Delete at most so many old rows of each table, the oldest first; return how many went."""
    return sum(_forget(session, table, column, now - kept, most) for table, column, kept in KEPT)


def _forget(
    session: Session,
    table: type[Base],
    column: InstrumentedAttribute[datetime],
    before: datetime,
    most: int,
) -> int:
    id_ = table.__table__.c.id
    old = select(id_).where(column < before).order_by(column).limit(most)
    gone = delete(table.__table__).where(id_.in_(old.scalar_subquery())).returning(id_)
    return len(session.execute(gone).all())
