"""What members have contributed in a quarter, as volunteers and riders: counted nowhere twice.

Those works and that of floating members do not know each other; here stands who asks whom. Told is
how much, and nothing else: neither where nor what.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.wording import say
from server.lists import among
from server.party.quarters import Quarter
from server.party.reviews import evidence
from server.riders.hazards.models import Hazard, HazardState
from server.riders.models import (
    PointsAccount,
    PointsEntry,
    PointsTransaction,
    TransactionKind,
)
from server.volunteers.models import RecordState, ServiceRecord

VALID = (
    HazardState.TRIAGED,
    HazardState.ASSIGNED,
    HazardState.FIXING,
    HazardState.FIXED,
    HazardState.RATED,
)
ADOPTED = "SUGGEST_ADOPTED"
"""The rule by which points are given for a suggestion: so it is known which were adopted."""


def hours(session: Session, persons: Collection[int], quarter: Quarter) -> Mapping[int, str]:
    """Return who served hours in a quarter that have become final, and how many. One statement."""
    record, first, end = ServiceRecord, quarter.first_day, quarter.after.first_day
    rows = session.execute(
        select(record.person_id, func.sum(record.minutes))
        .where(
            among(session, record.__table__.c.person_id, persons),
            *(record.day >= first, record.day < end),
            *(record.state == RecordState.FINAL, record.minutes > 0),
        )
        .group_by(record.person_id)
    )
    return {
        person_id: say("party.deed_hours", hours=minutes // 60, minutes=minutes % 60)
        for person_id, minutes in rows
    }


def hazards(session: Session, persons: Collection[int], quarter: Quarter) -> Mapping[int, str]:
    """Return who reported hazards in a quarter that staff found true. One statement."""
    rows = session.execute(
        select(Hazard.reporter_id, func.count())
        .where(
            among(session, Hazard.__table__.c.reporter_id, persons),
            *(Hazard.received_at >= quarter.begins, Hazard.received_at < quarter.ends),
            Hazard.state.in_(VALID),
        )
        .group_by(Hazard.reporter_id)
    )
    return {who: say("party.deed_hazards", count=count) for who, count in rows if who}


def suggestions(session: Session, persons: Collection[int], quarter: Quarter) -> Mapping[int, str]:
    """Return whose suggestions of a quarter were adopted, as the points for it say. One statement.

    Points that were taken back count for nothing.
    """
    given, undone = PointsTransaction.__table__, PointsTransaction.__table__.alias("undone")
    account, entry = PointsAccount.__table__.c, PointsEntry.__table__.c
    back = select(undone.c.id).where(
        undone.c.origin_id == given.c.id, undone.c.kind == TransactionKind.REVERSE
    )
    rows = session.execute(
        select(account.person_id, func.count(given.c.id.distinct()))
        .join(PointsEntry.__table__, entry.account_id == account.id)
        .join(given, given.c.id == entry.transaction_id)
        .where(
            among(session, account.person_id, persons),
            *(given.c.kind == TransactionKind.EARN, given.c.code == ADOPTED, entry.delta > 0),
            *(given.c.event_at >= quarter.begins, given.c.event_at < quarter.ends),
            ~back.exists(),
        )
        .group_by(account.person_id)
    )
    return {who: say("party.deed_suggestions", count=count) for who, count in rows if who}


evidence.DEEDS += (hours, hazards, suggestions)
