"""Quiet hours: when people may be told something. Shanghai time, whatever the host's clock says.

Everything here is worked out from a moment alone; who is awake, and what may go at any hour, is
decided in `politeness`.
"""

import zlib
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from config.notices import DAY, Notices, Span, spans
from config.wording import LOCAL
from server.notices.kinds import Audience

DAY_LONG = timedelta(days=1)

Whose = Callable[[Session, Collection[int]], set[int]]

RIDERS: list[Whose] = []
"""How packages above say which of some persons are riders; they keep riders' hours for all."""


def riders(session: Session, persons: Collection[int]) -> set[int]:
    """Return who of these persons is a rider. One statement for each package that knows any."""
    return set[int]().union(*(whose(session, persons) for whose in RIDERS))


def windows(hours: Notices, audience: Audience) -> tuple[Span, ...]:
    """Return the parts of a day in which these people may be told something."""
    return spans(getattr(hours, audience.value))


def is_open(open_: tuple[Span, ...], at: datetime) -> bool:
    """Tell whether something may go at this very moment."""
    since = at - _midnight(at)
    return any(_holds(span, since) for span in open_)


def opens(open_: tuple[Span, ...], at: datetime) -> datetime:
    """Return the first moment, not before this one, at which something may go (UTC)."""
    if is_open(open_, at):
        return at
    midnight = _midnight(at)
    begins = [midnight + timedelta(minutes=span.begins) for span in open_]
    return next((moment for moment in begins if moment > at), begins[0] + timedelta(minutes=DAY))


def closes(open_: tuple[Span, ...], at: datetime) -> datetime | None:
    """Return the end of the window in which an open moment lies; None when it never ends."""
    if open_ == (Span(0, DAY),):
        return None
    midnight = _midnight(at)
    ends = next(span.ends for span in open_ if _holds(span, at - midnight))
    if ends == DAY and open_[0].begins == 0:
        ends += open_[0].ends
    return midnight + timedelta(minutes=ends)


def open_before(open_: tuple[Span, ...], at: datetime) -> datetime:
    """Return the last moment, not after this one, until which something might go (UTC)."""
    if is_open(open_, at):
        return at
    midnight = _midnight(at)
    ends = [midnight + timedelta(minutes=span.ends) for span in open_]
    return max((moment for moment in ends if moment <= at), default=ends[-1] - DAY_LONG)


def told_at(hours: Notices, audience: Audience, person_id: int, at: datetime) -> datetime:
    """Return when somebody may be told what is due at this moment: at once, or after an opening.

    What has waited goes out over some minutes, not all at once. How long after the opening is the
    person's own number of that day, so that all that waits for one person comes together; never
    so late that the window is half over.
    """
    open_ = windows(hours, audience)
    opening = opens(open_, at)
    closing = closes(open_, opening)
    if opening == at or closing is None:
        return opening
    longest = min(timedelta(minutes=hours.spread_minutes), (closing - opening) / 2)
    share = zlib.crc32(f"{person_id}:{opening:%Y%m%d}".encode()) / 2**32
    return opening + timedelta(seconds=int(longest.total_seconds() * share))


def told(
    session: Session, persons: Collection[int], audience: Audience, at: datetime, hours: Notices
) -> dict[int, datetime]:
    """Return when each of these persons may be told something that is due at this moment."""
    riding = riders(session, persons)
    return {
        person: told_at(hours, Audience.RIDER if person in riding else audience, person, at)
        for person in persons
    }


def day_of(at: datetime) -> tuple[datetime, datetime]:
    """Return when the local day of a moment begins, and when the next one does (UTC)."""
    midnight = _midnight(at)
    return midnight, midnight + timedelta(minutes=DAY)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _holds(span: Span, since: timedelta) -> bool:
    return timedelta(minutes=span.begins) <= since < timedelta(minutes=span.ends)
