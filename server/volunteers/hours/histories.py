"""A person's hours as they see them, and every record with who said what of it and when."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people import names
from server.people.models import Channel
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.hours import confirmers
from server.volunteers.hours.refusals import RecordMissing
from server.volunteers.models import (
    Activity,
    Dispute,
    DisputeState,
    RecordState,
    RecordVersion,
    ServiceRecord,
    Shift,
    Source,
)


class Record(NamedTuple):
    """One record; `number` is which of the person's own it is, the oldest being 1."""

    id: int
    number: int
    person_id: int
    activity_id: int
    activity_number: int
    title: str
    leader_id: int | None
    shift_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    minutes: int
    state: RecordState
    disputed: bool
    source: Source
    due: date
    version: int


class Version(NamedTuple):
    """What a record said once; `who` is a masked name, `part` what they are to the record."""

    version: int
    minutes: int
    starts_at: datetime
    ends_at: datetime
    state: RecordState
    reason: str
    evidence: str | None
    channel: Channel
    made_at: datetime
    part: str
    who: str | None
    approved_by: str | None


class Page(NamedTuple):
    """Some records, the newest first, and whether older ones follow."""

    items: tuple[Record, ...]
    has_more: bool


_NUMBERED = select(
    ServiceRecord.id,
    func.row_number().over(order_by=ServiceRecord.id).label("number"),
).where(ServiceRecord.person_id == bindparam("person"))


def _records() -> Select[Any]:
    """Select a person's records as `Record`; their numbers follow from their own rows alone."""
    numbered = _NUMBERED.subquery()
    columns: tuple[Any, ...] = (
        *(ServiceRecord.id, numbered.c.number, ServiceRecord.person_id),
        *(Activity.id, Activity.number, Activity.title, Activity.leader_id),
        *(getattr(ServiceRecord, name) for name in Record._fields[7:]),
    )
    return (
        select(*columns)
        .select_from(ServiceRecord)
        .join(numbered, numbered.c.id == ServiceRecord.id)
        .join(Shift, Shift.id == ServiceRecord.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
    )


_PAGE = (
    _records()
    .where(ServiceRecord.id < bindparam("before"))
    .order_by(ServiceRecord.id.desc())
    .limit(bindparam("most"))
)
_WHERE = (
    select(ServiceRecord.person_id, Area.path)
    .join(Area, Area.id == ServiceRecord.area_id)
    .where(ServiceRecord.id == bindparam("this"))
)
_BY_NUMBER = _NUMBERED.order_by(ServiceRecord.id).offset(bindparam("skip")).limit(1)
NEWEST = 2**62


def mine(session: Session, person_id: int, limit: int, before: int = NEWEST) -> Page:
    """Return a person's own records, the newest first, older than record `before`."""
    wanted = {"person": person_id, "before": before, "most": limit + 1}
    found = [Record(*row) for row in session.execute(_PAGE, wanted)]
    return Page(tuple(found[:limit]), len(found) > limit)


def own(session: Session, person_id: int, record_id: int) -> Record:
    """Return one of a person's own records, or refuse."""
    found = _records().where(ServiceRecord.id == record_id)
    row = session.execute(found, {"person": person_id}).one_or_none()
    if row is None:
        raise RecordMissing
    return Record(*row)


def seen_by(session: Session, reach: Reach, record_id: int) -> Record:
    """Return a record for staff whose posts reach it, or refuse."""
    row = session.execute(_WHERE, {"this": record_id}).one_or_none()
    reach.require(Right.SEE_RECORDS, row.path if row else None)
    assert row is not None
    return own(session, row.person_id, record_id)


def may_change(session: Session, reach: Reach, record: Record) -> bool:
    """Tell whether this person may decide about the record, which is never their own."""
    shift = confirmers.of(session, record.shift_id)
    return confirmers.may(reach, shift) and reach.person_id != record.person_id


def numbered(session: Session, person_id: int, number: int) -> int:
    """Return the id of a person's own record by its number, or refuse."""
    wanted = {"person": person_id, "skip": number - 1}
    row = session.execute(_BY_NUMBER, wanted).first() if number > 0 else None
    if row is None:
        raise RecordMissing
    return int(row.id)


def is_own(session: Session, person_id: int, number: int) -> bool:
    """Tell whether somebody has a record of this number."""
    wanted = {"person": person_id, "skip": number - 1}
    return number > 0 and session.execute(_BY_NUMBER, wanted).first() is not None


def versions(session: Session, record: Record, *, vault: Vault) -> tuple[Version, ...]:
    """Return every version of a record, the oldest first, with who made it. Two statements."""
    rows = session.scalars(
        select(RecordVersion)
        .where(RecordVersion.record_id == record.id)
        .order_by(RecordVersion.version)
    ).all()
    people = [by for row in rows for by in (row.made_by, row.approved_by)]
    known = names.masked_of(session, people, vault=vault)
    return tuple(
        Version(
            *(row.version, row.minutes, row.starts_at, row.ends_at, row.state),
            *(row.reason, row.evidence, row.channel, row.made_at),
            part=_part(record, row.made_by),
            who=known.get(row.made_by or 0),
            approved_by=known.get(row.approved_by or 0),
        )
        for row in rows
    )


def disputes(session: Session, record_id: int) -> list[Dispute]:
    """Return what was ever disputed of a record, the oldest first."""
    found = select(Dispute).where(Dispute.record_id == record_id)
    return list(session.scalars(found.order_by(Dispute.id)))


def open_dispute(session: Session, record_id: int) -> Dispute | None:
    """Return the dispute of a record that is still to be answered."""
    is_open = Dispute.record_id == record_id, Dispute.state == DisputeState.OPEN
    return session.scalar(select(Dispute).where(*is_open))


def _part(record: Record, by: int | None) -> str:
    """Return what somebody is to a record: nobody, the volunteer, its leader, or staff."""
    if by is None:
        return "system"
    if by == record.person_id:
        return "self"
    return "leader" if by == record.leader_id else "staff"
