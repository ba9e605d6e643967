"""What happens to hours when two persons prove to be one: every minute counts once (V7)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.people import joining
from server.people.models import Channel
from server.volunteers.hours import minutes, versions
from server.volunteers.hours.minutes import Span
from server.volunteers.hours.versions import Mark
from server.volunteers.joining import signups
from server.volunteers.models import RecordState, ServiceRecord, Shift

STRENGTH = (
    RecordState.APPROVAL,
    RecordState.PENDING,
    RecordState.CONFIRMED,
    RecordState.FINAL,
)
"""Of two records of one shift the one that went further stays."""


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Keep one record where the two persons have two for one time; versions tell of the rest.

    Both persons are locked. On days on which both served, the minutes are reckoned anew: those of
    the record that went further first, the others as far as time and day leave room.
    """
    mark = Mark(None, say("records.joined"), Channel.CONSOLE)
    found = _once(session, _records(session, keep, gone), mark, now)
    ours = {seen.day for seen in found if seen.person_id == keep}
    theirs = {seen.day for seen in found if seen.person_id == gone}
    for day in sorted(ours & theirs):
        _reckon(session, [seen for seen in found if seen.day == day], mark, now)


def _records(session: Session, keep: int, gone: int) -> Sequence[ServiceRecord]:
    counting = ServiceRecord.state != RecordState.VOID
    both = ServiceRecord.person_id.in_((keep, gone))
    rows = session.scalars(select(ServiceRecord).where(both, counting)).all()
    return sorted(rows, key=lambda seen: (-STRENGTH.index(seen.state), seen.id))


def _once(
    session: Session, found: Sequence[ServiceRecord], mark: Mark, now: datetime
) -> list[ServiceRecord]:
    """Void the second record of a shift, and return those that stay."""
    stay: dict[int, ServiceRecord] = {}
    for seen in found:
        if stay.setdefault(seen.shift_id, seen) is not seen:
            versions.change(session, seen, mark, now, state=RecordState.VOID)
            versions.tell_changed(session, seen.id, now)
    return list(stay.values())


def _reckon(session: Session, of_day: Sequence[ServiceRecord], mark: Mark, now: datetime) -> None:
    counted: list[Span] = []
    used = 0
    for seen in of_day:
        if seen.state is RecordState.APPROVAL:
            continue
        span = Span(seen.starts_at, seen.ends_at)
        most = min(minutes.countable(span, _shift(session, seen), counted, used), seen.minutes)
        if most < seen.minutes:
            versions.change(session, seen, mark, now, minutes=most)
            versions.tell_changed(session, seen.id, now)
        if most:
            counted.append(span)
            used += most


def _shift(session: Session, seen: ServiceRecord) -> Span:
    shift = session.get_one(Shift, seen.shift_id)
    return Span(shift.starts_at, shift.ends_at)


# after presence has become one: that may write the last of the records
joining.FOLLOWERS.insert(joining.FOLLOWERS.index(signups.follow) + 1, follow)
