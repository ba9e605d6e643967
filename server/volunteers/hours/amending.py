"""What a change of hours does: a new version, news for the volunteer, word to who relies on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.notices import outbox
from server.volunteers.hours import room, versions
from server.volunteers.hours.confirmers import Held
from server.volunteers.hours.minutes import MINUTE, Span
from server.volunteers.hours.refusals import TooManyMinutes
from server.volunteers.hours.versions import Mark
from server.volunteers.models import Activity, RecordState, ServiceRecord, Shift

record = ServiceRecord.__table__.c

Amount = tuple[int, Span]
"""So many minutes, and the time in which they were served."""


def fitting(session: Session, seen: ServiceRecord, shift: Held, minutes: int) -> Span:
    """Return the time in which so many minutes fit, or refuse; the person must be locked.

    More minutes than the recorded time holds stand for the whole shift.
    """
    most = 0
    for span in (Span(seen.starts_at, seen.ends_at), room.whole(shift.span)):
        free = room.of(session, seen.person_id, span, shift.span, besides=seen.id)
        if 0 <= minutes <= min(free, span.length // MINUTE):
            return span
        most = max(most, free)
    raise TooManyMinutes(most=most)


def amend(session: Session, seen: ServiceRecord, amount: Amount, mark: Mark, now: datetime) -> None:
    """Put other minutes into a record and tell the volunteer."""
    before = seen.minutes
    replace(session, seen, amount, mark, now)
    if amount[0] != before:
        after, reason = amount[0], mark.reason
        tell(session, seen, "records.amended", now, before=before, after=after, reason=reason)


def replace(
    session: Session, seen: ServiceRecord, amount: Amount, mark: Mark, now: datetime
) -> None:
    """Put other minutes into a record; what is final stays final, all else is confirmed by it."""
    minutes, span = amount
    before = seen.minutes
    becomes: dict[str, Any] = {
        "minutes": minutes,
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
        "day": room.day_of(span.starts_at),
    }
    if seen.state is not RecordState.FINAL:
        becomes |= {"state": RecordState.CONFIRMED, "confirmed_by": mark.by, "confirmed_at": now}
    versions.change(session, seen, mark, now, **becomes)
    if minutes != before:
        versions.tell_changed(session, seen.id, now)


def void(session: Session, seen: ServiceRecord, mark: Mark, now: datetime) -> None:
    """Let a record count no more; its versions stay."""
    versions.change(session, seen, mark, now, state=RecordState.VOID)
    tell(session, seen, "records.voided", now, before=seen.minutes, reason=mark.reason)
    versions.tell_changed(session, seen.id, now)


def tell(
    session: Session,
    seen: ServiceRecord,
    kind: str,
    now: datetime,
    *,
    to: int | None = None,
    **facts: object,
) -> None:
    """Queue the news of a record for the volunteer (or `to`), with their number of it."""
    title, starts_at = session.execute(
        select(Activity.title, Shift.starts_at)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Shift.id == seen.shift_id)
    ).one()
    told = {
        "number": number_of(session, seen.person_id, seen.id),
        "title": title,
        "starts_at": starts_at,
        "day": seen.day,
    }
    key = f"{kind}:{seen.id}:{seen.version}"
    outbox.queue(session, to or seen.person_id, kind, key, now, told | facts)


def number_of(session: Session, person_id: int, record_id: int) -> int:
    """Return which of a person's own records it is, the oldest being 1."""
    earlier = record.person_id == person_id, record.id <= record_id
    return session.scalar(select(func.count()).select_from(ServiceRecord).where(*earlier)) or 0
