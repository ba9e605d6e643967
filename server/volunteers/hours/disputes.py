"""A volunteer's objection to a record, and its answer; open at any time, also of final hours."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.calendar import workdays
from server.people import identities
from server.people.models import Channel
from server.people.vault import Vault
from server.volunteers.hours import room
from server.volunteers.hours.deadlines import TERMS
from server.volunteers.hours.refusals import (
    DisputedAlready,
    NothingDisputed,
    RecordMissing,
    WordsNeeded,
)
from server.volunteers.models import Dispute, DisputeState, ServiceRecord
from server.volunteers.typed import TooManyWords

LONGEST = 400
"""Characters of a dispute; whoever answers it asks for the rest."""

record = ServiceRecord.__table__.c
dispute = Dispute.__table__.c


def raise_dispute(  # noqa: PLR0913  who disputes what, in which words, by which door
    session: Session,
    person_id: int,
    record_id: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Dispute:
    """Dispute one's own record, in one's own words; one dispute of a record at a time.

    While it is open the record does not become final, and no roster confirms it. Words too long
    are refused, since nobody would want half of theirs read.
    """
    words = _checked(words)
    identities.lock(session, person_id)
    _own(session, person_id, record_id)
    due = workdays.add(session, room.day_of(now), TERMS.dispute_days)
    raised = Dispute(
        record_id=record_id,
        person_id=person_id,
        channel=channel,
        words=b"",
        state=DisputeState.OPEN,
        raised_at=now,
        due=due,
    )
    try:
        with session.begin_nested():
            session.add(raised)
    except IntegrityError:
        raise DisputedAlready(due=_open_of(session, record_id).due) from None
    raised.words = vault.seal(words, _place(raised.id))
    session.flush()
    _flag(session, record_id, disputed=True)
    return raised


def withdraw(session: Session, person_id: int, record_id: int, now: datetime) -> None:
    """Take one's own dispute back; a repeat changes nothing."""
    identities.lock(session, person_id)
    _own(session, person_id, record_id)
    ended = session.execute(
        update(Dispute.__table__)
        .where(dispute.record_id == record_id, dispute.state == DisputeState.OPEN)
        .values(state=DisputeState.WITHDRAWN, answered_at=now)
        .returning(dispute.id)
    ).first()
    if ended is not None:
        _flag(session, record_id, disputed=False)
    elif _last_state(session, record_id) is not DisputeState.WITHDRAWN:
        raise NothingDisputed


def end(
    session: Session, raised: Dispute, becomes: DisputeState, answer: str, by: int, now: datetime
) -> bool:
    """Close an open dispute with its answer; False when somebody was quicker."""
    ended = session.execute(
        update(Dispute.__table__)
        .where(dispute.id == raised.id, dispute.state == DisputeState.OPEN)
        .values(state=becomes, answer=answer, answered_by=by, answered_at=now)
        .returning(dispute.id)
    ).first()
    if ended is not None:
        _flag(session, raised.record_id, disputed=False)
    session.refresh(raised)
    return ended is not None


def words_of(raised: Dispute, *, vault: Vault) -> str:
    """Return the words of a dispute, opened; nothing once their writer was forgotten."""
    return vault.open(raised.words, _place(raised.id)) if raised.words else ""


def _checked(words: str) -> str:
    kept = words.strip()
    if not kept:
        raise WordsNeeded
    if len(kept) > LONGEST:
        raise TooManyWords(most=LONGEST, given=len(kept))
    return kept


def _own(session: Session, person_id: int, record_id: int) -> None:
    mine = record.id == record_id, record.person_id == person_id
    if session.execute(select(record.id).where(*mine)).first() is None:
        raise RecordMissing


def _open_of(session: Session, record_id: int) -> Dispute:
    is_open = Dispute.record_id == record_id, Dispute.state == DisputeState.OPEN
    return session.scalars(select(Dispute).where(*is_open)).one()


def _last_state(session: Session, record_id: int) -> DisputeState | None:
    last = select(dispute.state).where(dispute.record_id == record_id)
    return session.execute(last.order_by(dispute.id.desc()).limit(1)).scalar_one_or_none()


def _flag(session: Session, record_id: int, *, disputed: bool) -> None:
    session.execute(
        update(ServiceRecord.__table__).where(record.id == record_id).values(disputed=disputed)
    )


def _place(dispute_id: int) -> str:
    return f"dispute:{dispute_id}:words"
