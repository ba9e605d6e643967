"""Everything somebody was told, or should have been: the one way that no refusal of WeChat closes.

A notice stands here once it was told, or once it is clear that it could not be; what waits for its
moment, or for quiet hours to end, does not yet. What became needless before is not shown, and what
went along in another's message stands in that one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, case, func, literal, or_, select, text, tuple_, update
from sqlalchemy.orm import Session

from server import cursors
from server.errors import Invalid, Missing
from server.notices import retelling
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeState
from server.notices.results import Result
from server.notices.shown import TOLD
from server.people.models import Person

_notice = Notice.__table__.c
_person = Person.__table__.c

_reached = and_(
    _notice.state == NoticeState.SENT,
    or_(_notice.result.is_(None), _notice.result == Result.DELIVERED),
)
_SHOWN = (
    *(_notice.id, _notice.kind, _notice.facts, _notice.version, _notice.settled_at),
    _notice.read_at.is_not(None).label("read"),
    _reached.label("reached"),
)


class MessageMissing(Missing):
    """There is no such message, or it is somebody else's."""

    code = "inbox.message_missing"


class BadCursor(Invalid):
    """The page asked for is not one of ours."""

    code = "inbox.bad_cursor"


class Message(NamedTuple):
    """One message of the inbox, in the words in which it was told; `at` is UTC.

    `read` tells whether it was seen here, `reached` whether WeChat took it and knows of nothing
    that went wrong.
    """

    id: int
    kind: str
    at: datetime
    title: str
    text: str
    read: bool
    reached: bool


class Page(NamedTuple):
    """Messages, the newest first, and where the next page begins."""

    items: tuple[Message, ...]
    next_cursor: str | None


class Unread(NamedTuple):
    """How many messages were not seen here, and how many of these were not seen in WeChat."""

    number: int
    missed: int


def browse(session: Session, person_id: int, cursor: str | None = None, limit: int = 20) -> Page:
    """Return what a person was told, the newest first, a page at a time.

    At most four statements, however long the page. Refuses a cursor that is not ours.
    """
    found = _told_to(person_id)
    if cursor is not None:
        found = found.where(tuple_(_notice.settled_at, _notice.id) < _place_of(cursor))
    ordered = found.order_by(_notice.settled_at.desc(), _notice.id.desc())
    rows = session.execute(ordered.limit(limit + 1)).all()
    shown, last = rows[:limit], rows[limit - 1] if len(rows) > limit else None
    after = cursors.after(last.settled_at, last.id) if last else None
    return Page(_messages(session, shown), after)


def one(session: Session, person_id: int, message_id: int) -> Message:
    """Return one message of a person's inbox, or refuse."""
    found = session.execute(_told_to(person_id).where(_notice.id == message_id)).all()
    if not found:
        raise MessageMissing
    return _messages(session, found)[0]


def unread(session: Session, person_id: int) -> Unread:
    """Count what a person has not seen here. One statement."""
    missed = func.count(case((_reached, None), else_=1))
    counted = _told_to(person_id).where(_notice.read_at.is_(None))
    return Unread(*session.execute(counted.with_only_columns(func.count(), missed)).one())


def mark_read(session: Session, person_id: int, message_id: int, now: datetime) -> None:
    """Note that a person has seen this message and all older ones; refuses what is not theirs.

    What was seen stays seen, and what comes in meanwhile does not count as seen.
    """
    mine = _told_to(person_id).where(_notice.id == message_id)
    at = session.execute(mine.with_only_columns(_notice.settled_at)).scalar()
    if at is None:
        raise MessageMissing
    until = tuple_(literal(at, _notice.settled_at.type), message_id)
    session.execute(
        update(Notice.__table__)
        .where(
            _notice.person_id == person_id,
            text(TOLD),
            _notice.read_at.is_(None),
            tuple_(_notice.settled_at, _notice.id) <= until,
        )
        .values(read_at=now)
    )


def _told_to(person_id: int) -> Select[Any]:
    """Select what the inbox of a person shows; nothing of whoever was erased."""
    return (
        select(*_SHOWN)
        .join(Person.__table__, _person.id == _notice.person_id)
        .where(
            _notice.person_id == person_id,
            text(TOLD),
            _notice.kind.in_(KINDS),
            _person.erased_at.is_(None),
        )
    )


def _place_of(cursor: str) -> Any:
    place = cursors.place_of(cursor)
    if place is None:
        raise BadCursor
    return tuple_(literal(place[0], _notice.settled_at.type), place[1])


def _messages(session: Session, rows: Sequence[Row[Any]]) -> tuple[Message, ...]:
    lines = retelling.lines(session, rows)
    return tuple(
        Message(row.id, row.kind, row.settled_at, *line, row.read, bool(row.reached))
        for row, line in zip(rows, lines, strict=True)
    )
