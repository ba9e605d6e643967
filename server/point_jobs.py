"""What the timetable does for points, and how finished hours come to them.

The works of volunteers and riders do not know each other; what is final in one is told to the
other here, in the transaction in which it becomes so.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, case, cast, literal, select
from sqlalchemy.orm import Session

from config.wording import say
from server.riders.budget import flows
from server.riders.models import AccountKind, PointsAccount
from server.riders.oddities import oddities as oddities  # its tasks stand in the queue
from server.riders.oddities import signs
from server.riders.points import claims, expiring, maturing
from server.riders.statements import telling
from server.runtime import Runtime
from server.slots import Job
from server.volunteers.hours import versions
from server.volunteers.models import RecordState, ServiceRecord

RULE = "VOL_HOUR"
HOUR = 60

record = ServiceRecord.__table__.c
account = PointsAccount.__table__.c


def note_hours(session: Session, records: Sequence[int], now: datetime) -> None:
    """Tell the ledger of final or corrected hours of those who have an account.

    Full hours count; hours that are void, or not final, count for nothing. One statement.
    """
    final = record.state == RecordState.FINAL
    deeds = (
        select(
            record.person_id.label("person_id"),
            literal(RULE).label("code"),
            (literal("service_record:") + cast(record.id, String)).label("source"),
            record.version.label("version"),
            case((final, record.minutes // HOUR), else_=0).label("units"),
            record.starts_at.label("event_at"),
            record.confirmed_by.label("verified_by"),
            literal(now, record.created_at.type).label("made_at"),
        )
        .join(PointsAccount.__table__, account.person_id == record.person_id)
        .where(record.id.in_(records), account.kind == AccountKind.PERSON)
    )
    claims.note(session, deeds)


def note_changed_hours(session: Session, record_id: int, now: datetime) -> None:
    """Tell the ledger of hours that are others by now."""
    note_hours(session, [record_id], now)


versions.FINISHED.append(note_hours)
versions.CHANGED.append(note_changed_hours)


def settle_claims(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Give points for hours that have become final, and follow their corrections."""
    return claims.settle(session, now, say("points.corrected"))


def mature_points(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Let points arrive whose day has come."""
    return maturing.mature(session, now)


def expire_points(session: Session, _runtime: Runtime, now: datetime) -> int:
    """End points that were good through a day that is over."""
    return expiring.expire(session, now)


def announce_expiry(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Tell whose points run out in 60, 30 or 7 days."""
    return expiring.announce(session, now)


def count_flows(runtime: Runtime) -> int:
    """Count by day what was posted since the last time, a piece at a time until all is counted."""
    counted = 0
    while True:
        with runtime.db.transaction() as session:
            more = flows.count(session, runtime.now())
        counted += more
        if more < flows.MOST:
            return counted


def tell_statements(runtime: Runtime) -> int:
    """Tell riders of last month's points, a batch at a time; a day missed is made good."""
    looked = 0
    while True:
        with runtime.db.transaction() as session:
            more = telling.tell(session, runtime.now())
        looked += more
        if more < telling.MOST:
            return looked


def look_for_odd_points(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Note what looks odd about how points were given, for a person to judge."""
    return signs.look(session, now)


JOBS = (
    Job("count-flows", "*/5 * * * *", count_flows),
    Job("tell-statements", "30 9 1-5 * *", tell_statements),
    Job("look-for-odd-points", "40 3 * * *", verb=look_for_odd_points),
    Job("settle-claims", "6-59/10 * * * *", verb=settle_claims),
    Job("mature-points", "2-59/10 * * * *", verb=mature_points),
    Job("expire-points", "8-59/10 * * * *", verb=expire_points),
    Job("announce-expiry", "0 10 * * *", verb=announce_expiry),
)
