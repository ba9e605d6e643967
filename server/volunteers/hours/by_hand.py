"""Hours without a presence: entered by hand with evidence, allowed by a second person (V9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.calendar import workdays
from server.people import directory, identities
from server.people.models import Channel, Person
from server.staff import approvals
from server.staff.approvals import Kind, ReasonNeeded
from server.staff.models import Approval
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.hours import askings, confirmers, minutes, records, room, settling, versions
from server.volunteers.hours.confirmers import Held
from server.volunteers.hours.deadlines import TERMS
from server.volunteers.hours.minutes import Span
from server.volunteers.hours.refusals import (
    EvidenceNeeded,
    NoSuchPerson,
    NotOver,
    OwnRecord,
    RecordedAlready,
    TooManyMinutes,
)
from server.volunteers.hours.versions import Mark
from server.volunteers.models import ActivityState, RecordState, ServiceRecord, Signup, Source
from server.volunteers.refusals import ActivityCancelled


@dataclass(frozen=True, slots=True)
class Entry:
    """Who served from when until when, why it is entered by hand, and what it rests on."""

    person_id: int
    shift_id: int
    span: Span
    reason: str
    evidence: str
    channel: Channel = Channel.CONSOLE
    signup_id: int | None = None


class Beneficiary(NamedTuple):
    """Whose hours they are, and by which sign-up if there was one."""

    person_id: int
    signup_id: int | None


LONGEST_ID = 18


def enter_by_hand(session: Session, reach: Reach, entry: Entry, now: datetime) -> int:
    """Propose hours for somebody whose presence nothing shows, and return the record's id.

    They count once a second person has allowed them, who is neither the one who enters them nor
    the one who gets them.
    """
    shift = confirmers.of(session, entry.shift_id)
    reach.require(Right.ENTER_HOURS, shift.path)
    _require_sense(reach, entry, shift, now)
    identities.hold(session, entry.person_id)
    span = Span(*minutes.credited(*entry.span, *shift.span))
    count = room.of(session, entry.person_id, span, shift.span)
    if count == 0:
        raise TooManyMinutes(most=0)
    mark = Mark(reach.person_id, entry.reason.strip(), entry.channel, entry.evidence.strip()[:400])
    due = workdays.add(session, room.day_of(shift.ends_at), TERMS.confirm_days)
    values = _proposal(entry, shift, span, count) | {
        "due": due,
        "recorded_by": reach.person_id,
        "created_at": now,
    }
    try:
        with session.begin_nested():
            record_id = records.enter(session, values, mark, now)
    except IntegrityError:
        raise RecordedAlready from None
    key, area = f"record:{record_id}", session.get_one(Area, shift.area_id)
    approvals.ask(
        session, reach.person_id, "hours.by_hand", key, area, mark.reason, now, record=record_id
    )
    return record_id


def _proposal(entry: Entry, shift: Held, span: Span, count: int) -> dict[str, Any]:
    return {
        "person_id": entry.person_id,
        "shift_id": shift.shift_id,
        "signup_id": entry.signup_id,
        "area_id": shift.area_id,
        "field": shift.field,
        "day": room.day_of(span.starts_at),
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
        "minutes": count,
        "state": RecordState.APPROVAL,
        "source": Source.HAND,
    }


def beneficiary(session: Session, shift_id: int, signup: str, volunteer_no: str) -> Beneficiary:
    """Return whom hours are for: somebody on the list of the shift, or a volunteer's number."""
    if signup.isascii() and signup.isdigit() and len(signup) <= LONGEST_ID:
        listed = Signup.id == int(signup), Signup.shift_id == shift_id
        found = session.scalar(select(Signup).where(*listed))
        if found is not None:
            return Beneficiary(found.person_id, found.id)
    number = directory.spelled(volunteer_no).upper()
    person = session.scalar(select(Person.id).where(Person.volunteer_no == number))
    if person is None:
        raise NoSuchPerson
    return Beneficiary(person, None)


def _require_sense(reach: Reach, entry: Entry, shift: Held, now: datetime) -> None:
    if entry.person_id == reach.person_id:
        raise OwnRecord
    if not entry.reason.strip():
        raise ReasonNeeded
    if not entry.evidence.strip():
        raise EvidenceNeeded
    if shift.state is ActivityState.CANCELLED:
        raise ActivityCancelled(title=shift.title)
    if now < shift.ends_at:
        raise NotOver


def _grant(session: Session, approval: Approval, by: int, now: datetime) -> None:
    """Confirm what was proposed, as far as the day still has room for it."""
    seen = session.get_one(ServiceRecord, approval.facts["record"])
    if by == seen.person_id:
        raise OwnRecord
    identities.hold(session, seen.person_id)
    session.refresh(seen)
    shift = confirmers.of(session, seen.shift_id)
    free = room.of(session, seen.person_id, Span(seen.starts_at, seen.ends_at), shift.span)
    reason = approval.reason if free >= seen.minutes else say("records.granted_less")
    versions.change(
        session,
        seen,
        Mark(approval.asked_by, reason, Channel.CONSOLE, approved_by=by),
        now,
        minutes=min(seen.minutes, free),
        state=RecordState.CONFIRMED,
        confirmed_by=by,
        confirmed_at=now,
    )
    settling.credit_by_hand(session, seen.person_id, seen.shift_id, now)


def _decline(session: Session, approval: Approval, by: int, now: datetime) -> None:
    seen = session.get_one(ServiceRecord, approval.facts["record"])
    reason = say("records.declined", note=approval.note or "")
    versions.change(session, seen, Mark(by, reason, Channel.CONSOLE), now, state=RecordState.VOID)


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    seen = session.get_one(ServiceRecord, approval.facts["record"])
    asking.require(Right.ENTER_HOURS, confirmers.of(session, seen.shift_id).path)


approvals.register(
    Kind("hours.by_hand", Right.APPROVE_HOURS, _still, _grant, _decline, askings.tell)
)
