"""The outbox as staff look through it: page after page from an index, whatever lies behind it.

What waits comes with the longest due first, what is over with the newest first. A page that picks
among notices looks at no more than some thousand of them, and then tells how far it has looked.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, select, text, tuple_
from sqlalchemy.orm import Session

from server.notices import causes, due, scope
from server.notices.causes import Cause
from server.notices.hindrances import NoticeMissing
from server.notices.kinds import Way
from server.notices.models import Notice, NoticeState
from server.notices.openness import OPEN_TO_STAFF
from server.staff.reach import Reach
from server.staff.rights import Right

PAGE = 50
WINDOW = 5_000
"""So many notices at most are looked at for one page."""

_notice = Notice.__table__.c
# in the words of the partial index, or neither database would use it
_FAILED = text("notice.state IN ('unreachable', 'dead', 'dropped')")


class Group(StrEnum):
    """What staff look at together: what waits, or what has ended in one way."""

    OPEN = "open"
    UNREACHABLE = "unreachable"
    DEAD = "dead"
    SENT = "sent"
    DROPPED = "dropped"


class Wanted(NamedTuple):
    """What is looked for; whatever is left out may be anything.

    From `since` on and before `until`: of what waits by when it is due, else by when it ended.
    """

    group: Group = Group.OPEN
    kind: str = ""
    way: Way | None = None
    cause: Cause | None = None
    since: datetime | None = None
    until: datetime | None = None


class Place(NamedTuple):
    """Where a page ends: the moment and the id of the last notice looked at."""

    at: datetime
    id: int

    def text(self) -> str:
        """Write the place for an address."""
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{self.id}"

    @classmethod
    def read(cls, said: str) -> "Place | None":
        """Return the place that an address names, None for anything else."""
        at, _, number = said.partition("-")
        if len(said) > 50 or not (number.isascii() and number.isdigit() and len(number) <= 18):
            return None
        try:
            moment = datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(moment, int(number))


class Page(NamedTuple):
    """Notices, and where the next page begins (None: this was the last).

    `looked_until` is set when it is not full because enough was looked at for one page.
    """

    rows: Sequence[Row[Any]]
    onward: Place | None
    looked_until: datetime | None


_SHOWN = (
    *(_notice.id, _notice.person_id, _notice.kind, _notice.state, _notice.due_at),
    *(_notice.settled_at, _notice.attempts, _notice.channel, _notice.outcome, _notice.result),
)


def page(session: Session, reach: Reach, wanted: Wanted, after: Place | None = None) -> Page:
    """Return a page of notices in reach, without what they say. At most two statements."""
    reach.require_any(Right.SEE_NOTICES)
    moment = _moment(wanted.group)
    picked = [*_picked(wanted), *scope.within(reach, Right.SEE_NOTICES)]
    window = _window(wanted, after, WINDOW if picked else PAGE + 1)
    found = (
        select(*_SHOWN)
        .where(_notice.id.in_(select(window.c.id)), *picked)
        .order_by(*_in_order(wanted.group, moment, _notice.id))
        .limit(PAGE + 1)
    )
    rows: list[Any] = list(session.execute(found))
    if len(rows) > PAGE:
        last = rows[PAGE - 1]
        return Page(rows[:PAGE], Place(last._mapping[moment], last.id), None)
    end = session.execute(_end(window, wanted)).first() if picked else None
    return Page(rows, Place(end.at, end.id), end.at) if end else Page(rows, None, None)


def one(session: Session, reach: Reach, notice_id: int) -> Row[Any]:
    """Return everything that is kept of a notice, or refuse. One statement."""
    reach.require_any(Right.SEE_NOTICES)
    mine = _notice.id == notice_id, OPEN_TO_STAFF, *scope.within(reach, Right.SEE_NOTICES)
    found = session.execute(select(Notice.__table__).where(*mine)).first()
    if found is None:
        raise NoticeMissing
    return found


def _moment(group: Group) -> Any:
    return _notice.due_at if group is Group.OPEN else _notice.settled_at


def _window(wanted: Wanted, after: Place | None, most: int = WINDOW) -> Any:
    """Return what one page looks at, as a part of an index in its order.

    What is private is passed over here, so that no page looks shorter for it.
    """
    moment, group = _moment(wanted.group), wanted.group
    conditions: list[Any] = [*_GROUPS[group], OPEN_TO_STAFF]
    if wanted.since:
        conditions.append(moment >= wanted.since)
    if wanted.until:
        conditions.append(moment < wanted.until)
    if after:
        here = tuple_(moment, _notice.id)
        there = tuple_(*after)
        conditions.append(here > there if group is Group.OPEN else here < there)
    narrow = select(_notice.id, moment.label("at")).where(*conditions)
    ordered = narrow.order_by(*_in_order(group, moment, _notice.id))
    return ordered.limit(most).subquery("looked_at")


_GROUPS: Mapping[Group, tuple[Any, ...]] = {
    Group.OPEN: (due.OPEN,),
    Group.UNREACHABLE: (_FAILED, _notice.state == NoticeState.UNREACHABLE),
    Group.DEAD: (_FAILED, _notice.state == NoticeState.DEAD),
    Group.DROPPED: (_FAILED, _notice.state == NoticeState.DROPPED),
    Group.SENT: (_notice.settled_at.is_not(None),),
}
"""What the index gives. Most of what has ended was sent, so that is picked from all of it."""


def _in_order(group: Group, *columns: Any) -> list[Any]:
    return list(columns) if group is Group.OPEN else [column.desc() for column in columns]


def _picked(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.group is Group.SENT:
        found.append(_notice.state == NoticeState.SENT)
    if wanted.kind:
        found.append(_notice.kind == wanted.kind)
    if wanted.way:
        found.append(_notice.channel == wanted.way)
    if wanted.cause:
        found.append(causes.is_(wanted.cause))
    return found


def _end(window: Any, wanted: Wanted) -> Select[Any]:
    """Select the last of a full window."""
    ordered = select(window.c.id, window.c.at).order_by(
        *_in_order(wanted.group, window.c.at, window.c.id)
    )
    return ordered.offset(WINDOW - 1).limit(1)
