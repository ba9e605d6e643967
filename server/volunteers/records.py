"""Service records: what somebody served, made from presence, confirmed by people."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.people.models import Channel
from server.volunteers import minutes
from server.volunteers.models import (
    Activity,
    Attendance,
    RecordState,
    RecordVersion,
    Route,
    ServiceRecord,
    Shift,
    Source,
)


def from_attendance(session: Session, attendance_id: int, now: datetime) -> int:
    """Write the pending record of a closed attendance and return its id; a repeat changes nothing.

    Whoever closes an attendance calls this in the same transaction.
    """
    row = session.execute(
        select(Attendance, Shift, Activity)
        .join(Shift, Shift.id == Attendance.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Attendance.id == attendance_id)
        .execution_options(populate_existing=True)
    ).one()
    presence, shift, activity = row.tuple()
    kept = session.scalar(
        select(ServiceRecord.id).where(
            ServiceRecord.person_id == presence.person_id,
            ServiceRecord.shift_id == shift.id,
            ServiceRecord.state != RecordState.VOID,
        )
    )
    if kept is not None:
        return kept
    assert presence.out_at is not None
    begun, ended = minutes.credited(presence.in_at, presence.out_at, shift.starts_at, shift.ends_at)
    whole = min(int((ended - begun).total_seconds() // 60), minutes.MOST_A_DAY)
    day = shift.starts_at.astimezone(LOCAL).date()
    times = {"starts_at": begun, "ends_at": ended, "minutes": whole}
    record_id = session.execute(
        insert(ServiceRecord)
        .values(
            person_id=presence.person_id,
            shift_id=shift.id,
            signup_id=presence.signup_id,
            area_id=activity.area_id,
            field=activity.field,
            day=day,
            state=RecordState.PENDING,
            source=Source.PAPER if presence.in_route is Route.PAPER else Source.ATTENDANCE,
            due=shift.record_due or day + timedelta(days=14),
            recorded_by=presence.out_by or presence.in_by,
            created_at=now,
            **times,
        )
        .returning(ServiceRecord.id)
    ).scalar_one()
    session.execute(
        insert(RecordVersion).values(
            record_id=record_id,
            version=1,
            state=RecordState.PENDING,
            reason="attendance",
            channel=Channel.CONSOLE,
            made_at=now,
            **times,
        )
    )
    return int(record_id)
