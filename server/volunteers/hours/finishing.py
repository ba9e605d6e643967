"""What time does to hours: confirmed ones become final, proposals nobody allowed come to an end."""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, exists, literal, select, update
from sqlalchemy.orm import Session

from config.wording import LOCAL, say
from server.calendar import workdays
from server.people.models import Channel
from server.staff.models import Approval, ApprovalState
from server.volunteers.hours import amending, versions
from server.volunteers.hours.deadlines import TERMS
from server.volunteers.hours.versions import Mark
from server.volunteers.models import RecordState, ServiceRecord

MOST = 2_000
"""Records of one run; the next run takes the rest."""

record = ServiceRecord.__table__.c


def finish(session: Session, now: datetime, most: int = MOST) -> int:
    """Make final what was confirmed long enough ago and nobody disputes; return how many.

    Hours confirmed on one day are final once the working days for objections are wholly over.
    """
    today = now.astimezone(LOCAL).date()
    last = workdays.before(session, today, TERMS.objection_days)
    over = datetime.combine(last + timedelta(days=1), datetime.min.time(), LOCAL)
    ripe = (
        record.state == RecordState.CONFIRMED,
        record.disputed.is_(False),
        record.confirmed_at < over,
    )
    some = select(record.id).where(*ripe).order_by(record.due, record.id).limit(most)
    rows = session.execute(
        update(ServiceRecord.__table__)
        .where(record.id.in_(some), *ripe)
        .values(state=RecordState.FINAL, final_at=now, version=record.version + 1)
        .returning(*versions.KEPT)
    ).all()
    mark = Mark(None, say("records.final_in_time"), Channel.CONSOLE)
    versions.keep(session, rows, mark, now)
    versions.tell_finished(session, [row.id for row in rows], now)
    return len(rows)


def lapse(session: Session, now: datetime) -> int:
    """End the hours entered by hand that no second person allowed in time, and tell whoever did."""
    asked = exists().where(
        Approval.key == literal("record:") + cast(ServiceRecord.id, String),
        Approval.state == ApprovalState.ASKED,
        Approval.expires_at > now,
    )
    waiting = ServiceRecord.state == RecordState.APPROVAL
    forgotten = session.scalars(
        select(ServiceRecord).where(waiting, ~asked).order_by(ServiceRecord.id).limit(MOST)
    ).all()
    reason = say("records.lapsed", days=TERMS.proposal_days)
    for seen in forgotten:
        mark = Mark(None, reason, Channel.CONSOLE)
        versions.change(session, seen, mark, now, state=RecordState.VOID)
        if seen.recorded_by is not None:
            amending.tell(
                session,
                seen,
                "records.proposal_lapsed",
                now,
                to=seen.recorded_by,
                days=TERMS.proposal_days,
            )
    return len(forgotten)
