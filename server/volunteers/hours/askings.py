"""What whoever may allow changed hours reads of each question."""

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from config.wording import say
from server.staff.models import Approval
from server.volunteers.models import Activity, RecordVersion, ServiceRecord, Shift

SENTENCES = {
    "hours.by_hand": "records.asks_by_hand",
    "hours.amend": "records.asks_amend",
    "hours.void": "records.asks_void",
}
"""What each kind of question is worded as."""


def tell(session: Session, asked: Sequence[Approval]) -> dict[int, str]:
    """Say of each what is to become of which hours, and what they rest on. One statement."""
    first = and_(RecordVersion.record_id == ServiceRecord.id, RecordVersion.version == 1)
    found = session.execute(
        select(
            ServiceRecord.id,
            ServiceRecord.day,
            ServiceRecord.minutes,
            Activity.title,
            RecordVersion.evidence,
        )
        .join(Shift, Shift.id == ServiceRecord.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .outerjoin(RecordVersion, first)
        .where(ServiceRecord.id.in_({approval.facts["record"] for approval in asked}))
    )
    records = {row.id: row for row in found}
    said = {}
    for approval in asked:
        seen = records[approval.facts["record"]]
        facts = {"title": seen.title, "day": seen.day, "evidence": seen.evidence or ""}
        minutes = {"minutes": seen.minutes, "before": seen.minutes}
        after = approval.facts.get("minutes")
        said[approval.id] = say(SENTENCES[approval.kind], **facts, **minutes, after=after)
    return said
