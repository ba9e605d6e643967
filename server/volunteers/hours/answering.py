"""Answering a dispute: the record is amended, or stays as it is and the reason is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.people import identities
from server.people.models import Channel
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.hours import amending, confirmers, disputes, versions
from server.volunteers.hours.refusals import (
    ChangedMeanwhile,
    DisputeMissing,
    OtherJudgeNeeded,
    OwnRecord,
    Voided,
)
from server.volunteers.hours.settling import settle
from server.volunteers.hours.versions import Mark
from server.volunteers.models import Dispute, DisputeState, RecordState, ServiceRecord
from server.volunteers.signups import line


@dataclass(frozen=True, slots=True)
class Answer:
    """What a dispute is answered; `minutes` None, or what the record says, leaves it so."""

    words: str
    minutes: int | None = None


def answer(
    session: Session, reach: Reach, dispute_id: int, said: Answer, now: datetime
) -> DisputeState:
    """Answer a dispute for staff whose posts reach it; the volunteer is told.

    Whoever wrote or confirmed the record leaves it to somebody else, as long as somebody else
    holds a post there: so two people stand behind every change of final hours. Hours that were
    still to be confirmed are confirmed by the answer.
    """
    raised, seen, path = locate(session, reach, dispute_id)
    if not said.words.strip():
        raise ReasonNeeded
    _require_other(session, reach, seen, path, now)
    identities.hold(session, seen.person_id)
    line.lock(session, seen.shift_id)
    session.refresh(seen)
    becomes = _judged(seen, said)
    if not disputes.end(session, raised, becomes, said.words.strip()[:400], reach.person_id, now):
        raise ChangedMeanwhile
    _change(session, seen, said, Mark(reach.person_id, said.words.strip(), Channel.CONSOLE), now)
    settle(session, seen.shift_id, now)
    amending.tell(
        session, seen, "records.answered", now, answer=said.words.strip(), minutes=seen.minutes
    )
    trail.record(
        session,
        reach.person_id,
        f"dispute.{becomes}",
        ("dispute", dispute_id),
        now,
        area_path=path,
        record=seen.id,
    )
    return becomes


def locate(session: Session, reach: Reach, dispute_id: int) -> tuple[Dispute, ServiceRecord, str]:
    """Return a dispute, its record and the path of its area, if this person may see it."""
    raised = session.get(Dispute, dispute_id)
    if raised is None:
        raise DisputeMissing
    seen = session.get_one(ServiceRecord, raised.record_id)
    area = session.get_one(Area, seen.area_id)
    try:
        reach.require(Right.CONFIRM_RECORDS, area.path)
    except OutOfReach:
        raise DisputeMissing from None
    return raised, seen, area.path


def read(session: Session, reach: Reach, dispute_id: int, now: datetime, *, vault: Vault) -> str:
    """Return what the volunteer wrote; who read it is kept in the trail."""
    raised, _seen, path = locate(session, reach, dispute_id)
    subject = ("dispute", dispute_id)
    trail.record(session, reach.person_id, "dispute.words_seen", subject, now, area_path=path)
    return disputes.words_of(raised, vault=vault)


def may_answer(session: Session, reach: Reach, raised: Dispute, path: str, now: datetime) -> bool:
    """Tell whether this person is one who may answer."""
    seen = session.get_one(ServiceRecord, raised.record_id)
    try:
        _require_other(session, reach, seen, path, now)
    except (OwnRecord, OtherJudgeNeeded):
        return False
    return True


def _require_other(
    session: Session, reach: Reach, seen: ServiceRecord, path: str, now: datetime
) -> None:
    if reach.person_id == seen.person_id:
        raise OwnRecord
    involved = (seen.recorded_by, seen.confirmed_by)
    if reach.person_id in involved and confirmers.others(
        session, (*involved, seen.person_id), path, now
    ):
        raise OtherJudgeNeeded


def _judged(seen: ServiceRecord, said: Answer) -> DisputeState:
    if said.minutes is None or said.minutes == seen.minutes:
        return DisputeState.UPHELD
    if seen.state in (RecordState.VOID, RecordState.APPROVAL):
        raise Voided
    return DisputeState.AMENDED


def _change(session: Session, seen: ServiceRecord, said: Answer, mark: Mark, now: datetime) -> None:
    """Write the version that the answer leaves behind."""
    if said.minutes is not None and said.minutes != seen.minutes:
        shift = confirmers.of(session, seen.shift_id)
        span = amending.fitting(session, seen, shift, said.minutes)
        amending.replace(session, seen, (said.minutes, span), mark, now)
        return
    upheld = Mark(mark.by, say("records.upheld", answer=mark.reason), mark.channel)
    confirms = seen.state is RecordState.PENDING
    decided = {"state": RecordState.CONFIRMED, "confirmed_by": mark.by, "confirmed_at": now}
    versions.change(session, seen, upheld, now, **(decided if confirms else {}))
