"""Hours that were served, as the tests need them: written straight into the table."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from server.people import profile
from server.people.vault import Vault
from server.volunteers.models import Activity, RecordState, ServiceRecord, Shift, Source
from tests.factories import a_person, an_activity


def a_volunteer(session: Session, vault: Vault, now: datetime, name: str = "示例·李明") -> int:
    """Return the id of somebody whose name is known."""
    person = a_person(session, now)
    profile.rename(session, person, name, vault=vault)
    return person


def a_record(
    session: Session,
    person: int,
    now: datetime,
    minutes: int = 120,
    *,
    state: RecordState = RecordState.FINAL,
    area_id: int | None = None,
    day: date | None = None,
    **facts: object,
) -> int:
    """Return the id of a service record of a new activity."""
    view = an_activity(session, now, **facts)
    shift = session.get_one(Shift, view.shifts[0].id)
    activity = session.get_one(Activity, shift.activity_id)
    if area_id is not None:
        activity.area_id = area_id
    served = day or (now - timedelta(days=20)).date()
    record = ServiceRecord(
        person_id=person,
        shift_id=shift.id,
        area_id=activity.area_id,
        field=activity.field,
        day=served,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        minutes=minutes,
        state=state,
        source=Source.ATTENDANCE,
        due=served + timedelta(days=14),
        final_at=now if state is RecordState.FINAL else None,
        created_at=now,
    )
    session.add(record)
    session.flush()
    return record.id
