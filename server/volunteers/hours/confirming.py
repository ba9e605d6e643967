"""Confirming the hours of a whole roster at once, with its exceptions (V9, V10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from config.wording import say
from server.audit import trail
from server.people.models import Channel
from server.staff.reach import Reach
from server.volunteers.hours import confirmers, corrections, versions
from server.volunteers.hours.corrections import Correction
from server.volunteers.hours.settling import settle
from server.volunteers.hours.versions import Mark
from server.volunteers.models import RecordState, ServiceRecord
from server.volunteers.signups import line

record = ServiceRecord.__table__.c


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody makes of the hours of a shift.

    `seen` is the version of each record they looked at and agree with, `corrected` what they say
    otherwise of some; all that is in neither stays as it is.
    """

    seen: Mapping[int, int]
    corrected: Mapping[int, Correction]
    channel: Channel


class Confirmed(NamedTuple):
    """How many records are confirmed by this, and how many of the shift still wait."""

    done: int
    waiting: int


def confirm(session: Session, reach: Reach, shift_id: int, wish: Wish, now: datetime) -> Confirmed:
    """Confirm the hours of those who came, as they were seen; a repeat confirms nothing more.

    Nobody confirms hours of their own, and what is disputed waits for its answer. However many
    they are, the records agreed with cost the same few statements.
    """
    shift = confirmers.of(session, shift_id)
    confirmers.require(reach, shift)
    corrected = corrections.correct_all(session, reach, shift, wish.corrected, now, wish.channel)
    line.lock(session, shift_id)
    count = _confirm_as_seen(session, reach, shift_id, wish, now)
    settle(session, shift_id, now)
    if count:
        subject, path = ("shift", shift_id), shift.path
        trail.record(
            session, reach.person_id, "records.confirmed", subject, now, area_path=path, count=count
        )
    return Confirmed(count + corrected, _waiting(session, shift_id))


def _confirm_as_seen(
    session: Session, reach: Reach, shift_id: int, wish: Wish, now: datetime
) -> int:
    rows = session.execute(
        update(ServiceRecord.__table__)
        .where(
            record.shift_id == shift_id,
            record.state == RecordState.PENDING,
            record.disputed.is_(False),
            record.person_id != reach.person_id,
            tuple_(record.id, record.version).in_(list(wish.seen.items())),
        )
        .values(
            state=RecordState.CONFIRMED,
            confirmed_by=reach.person_id,
            confirmed_at=now,
            version=record.version + 1,
        )
        .returning(*versions.KEPT)
    ).all()
    mark = Mark(reach.person_id, say("records.confirmed_as_recorded"), wish.channel)
    versions.keep(session, rows, mark, now)
    return len(rows)


def _waiting(session: Session, shift_id: int) -> int:
    waits = record.shift_id == shift_id, record.state == RecordState.PENDING
    return session.scalar(select(func.count()).select_from(ServiceRecord).where(*waits)) or 0
