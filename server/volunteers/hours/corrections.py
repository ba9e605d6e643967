"""Correcting hours and taking them back: every change with a reason, final ones by two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.people import identities
from server.people.models import Channel
from server.staff import approvals
from server.staff.approvals import Kind, ReasonNeeded
from server.staff.models import Approval
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.hours import amending, askings, confirmers
from server.volunteers.hours.confirmers import Held
from server.volunteers.hours.refusals import (
    ChangedMeanwhile,
    OwnRecord,
    SameMinutes,
    Undecided,
    Voided,
)
from server.volunteers.hours.settling import revoke, settle
from server.volunteers.hours.versions import Mark
from server.volunteers.models import RecordState, ServiceRecord
from server.volunteers.signups import line


@dataclass(frozen=True, slots=True)
class Correction:
    """What the minutes should be and why; `version` is the one that was looked at."""

    minutes: int
    reason: str
    version: int | None = None


def correct(
    session: Session,
    reach: Reach,
    record_id: int,
    correction: Correction,
    now: datetime,
    channel: Channel = Channel.CONSOLE,
) -> Approval | None:
    """Put other minutes into a record and so confirm it; final ones wait for a second person.

    Returns what the second person is asked, or None when it is done.
    """
    seen, shift = locate(session, reach, record_id)
    if not correction.reason.strip():
        raise ReasonNeeded
    identities.hold(session, seen.person_id)
    session.refresh(seen)
    _require_unchanged(seen, correction.version)
    if seen.minutes == correction.minutes and seen.state is not RecordState.PENDING:
        raise SameMinutes(minutes=seen.minutes)
    span = amending.fitting(session, seen, shift, correction.minutes)
    if seen.state is RecordState.FINAL:
        return _ask(session, reach, "hours.amend", seen, correction, now)
    line.lock(session, shift.shift_id)
    mark = Mark(reach.person_id, correction.reason.strip(), channel)
    amending.amend(session, seen, (correction.minutes, span), mark, now)
    settle(session, shift.shift_id, now)
    trail.record(
        session,
        reach.person_id,
        "record.corrected",
        ("record", seen.id),
        now,
        area_path=shift.path,
        reason=mark.reason,
        minutes=correction.minutes,
    )
    return None


def correct_all(
    session: Session,
    reach: Reach,
    shift: Held,
    corrected: Mapping[int, Correction],
    now: datetime,
    channel: Channel,
) -> int:
    """Correct some records of one shift, person by person in one order; return how many."""
    here = select(ServiceRecord.id, ServiceRecord.person_id).where(
        ServiceRecord.shift_id == shift.shift_id, ServiceRecord.id.in_(corrected)
    )
    found = session.execute(here.order_by(ServiceRecord.person_id)).all()
    # all persons before the shift, which the first correction locks
    for row in found:
        identities.hold(session, row.person_id)
    for row in found:
        correct(session, reach, row.id, corrected[row.id], now, channel)
    return len(found)


def void(session: Session, reach: Reach, record_id: int, reason: str, now: datetime) -> Approval:
    """Ask a second person to let a record count no more."""
    seen, _shift = locate(session, reach, record_id)
    if not reason.strip():
        raise ReasonNeeded
    _require_unchanged(seen, None)
    return _ask(session, reach, "hours.void", seen, Correction(0, reason), now)


def locate(session: Session, reach: Reach, record_id: int) -> tuple[ServiceRecord, Held]:
    """Return a record with its shift if this person may decide about it, or refuse."""
    seen = session.get(ServiceRecord, record_id)
    if seen is None:
        raise OutOfReach
    shift = confirmers.of(session, seen.shift_id)
    confirmers.require(reach, shift)
    if seen.person_id == reach.person_id:
        raise OwnRecord
    return seen, shift


def _require_unchanged(seen: ServiceRecord, version: int | None) -> None:
    if seen.state is RecordState.VOID:
        raise Voided
    if seen.state is RecordState.APPROVAL:
        raise Undecided
    if version is not None and version != seen.version:
        raise ChangedMeanwhile


def _ask(
    session: Session,
    reach: Reach,
    kind: str,
    seen: ServiceRecord,
    correction: Correction,
    now: datetime,
) -> Approval:
    return approvals.ask(
        session,
        reach.person_id,
        kind,
        f"record:{seen.id}",
        session.get_one(Area, seen.area_id),
        correction.reason,
        now,
        record=seen.id,
        minutes=correction.minutes,
        version=seen.version,
    )


def _allowed(session: Session, approval: Approval, by: int, now: datetime) -> ServiceRecord:
    """Return the record that was asked about, as it was then, locked; or refuse."""
    seen = session.get_one(ServiceRecord, approval.facts["record"])
    if by == seen.person_id:
        raise OwnRecord
    identities.hold(session, seen.person_id)
    session.refresh(seen)
    _require_unchanged(seen, approval.facts["version"])
    return seen


def _mark(approval: Approval, by: int) -> Mark:
    return Mark(approval.asked_by, approval.reason, Channel.CONSOLE, approved_by=by)


def _amend(session: Session, approval: Approval, by: int, now: datetime) -> None:
    seen = _allowed(session, approval, by, now)
    shift = confirmers.of(session, seen.shift_id)
    minutes = approval.facts["minutes"]
    span = amending.fitting(session, seen, shift, minutes)
    amending.amend(session, seen, (minutes, span), _mark(approval, by), now)


def _void(session: Session, approval: Approval, by: int, now: datetime) -> None:
    seen = _allowed(session, approval, by, now)
    line.lock(session, seen.shift_id)
    amending.void(session, seen, _mark(approval, by), now)
    revoke(session, seen.person_id, seen.shift_id, now)
    settle(session, seen.shift_id, now)


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    locate(session, asking, approval.facts["record"])


approvals.register(Kind("hours.amend", Right.APPROVE_HOURS, _still, _amend, tell=askings.tell))
approvals.register(Kind("hours.void", Right.APPROVE_HOURS, _still, _void, tell=askings.tell))
