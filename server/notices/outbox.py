"""The outbox: what somebody must hear of, stored with the work it tells of.

A reminder hangs on an anchor, such as `shift:12`: the moment that it is about. It goes out so long
before that moment, moves when the moment moves, and is dropped with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, Select, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.notices import rendering, words
from server.notices.bulk import queue_many as queue_many
from server.notices.due import OPEN
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeState

NOT_WANTED = "not wanted any more"

_notice = Notice.__table__.c
_FRESH = {
    name: insert(Notice.__table__)
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(_notice.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_DROP = (
    update(Notice.__table__)
    .where(_notice.key == bindparam("this"), _notice.state == NoticeState.QUEUED)
    .values(state=NoticeState.DROPPED, settled_at=bindparam("now"), outcome=NOT_WANTED)
    .returning(_notice.id)
)


class Late(StrEnum):
    """What becomes of a reminder whose time is past while what it is about is still ahead."""

    AT_ONCE = "at_once"
    NEVER = "never"


def queue(  # noqa: PLR0913  the interface of every work that tells somebody something
    session: Session,
    person_id: int,
    kind: str,
    key: str,
    now: datetime,
    facts: Mapping[str, object],
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    **more: Any,
) -> bool:
    """Queue a notice in the caller's transaction; return False when `key` was queued before.

    `kind` is one of `kinds.KINDS`; a fact that it bears and `facts` lack, or that is no moment,
    day or number where it must be one, is a mistake of ours (`ValueError`).
    Facts are spelled at once, because a moment put through JSON no longer is one. The notice
    goes out from `due_at` (now unless told) and is dropped after `not_after` (the life of its
    kind unless told). `more` may say the `obligation` it is about, of which nobody is reminded
    more than twice, and other columns of the table.
    """
    told = rendering.spelled(rendering.complete(KINDS[kind], facts))
    due = due_at or now
    end = not_after or due + KINDS[kind].life
    return requeue(session, person_id, kind, key, now, told, due, end, **more)


def requeue(  # noqa: PLR0913  the same as `queue`, with what it would work out
    session: Session,
    person_id: int,
    kind: str,
    key: str,
    now: datetime,
    spelled: Mapping[str, str],
    due_at: datetime,
    not_after: datetime,
    **more: Any,
) -> bool:
    """Queue a notice whose facts are spelled already, such as one that was told before.

    False when `key` was queued before.
    """
    notice = {
        "key": key,
        "person_id": person_id,
        "kind": kind,
        "facts": dict(spelled),
        "state": NoticeState.QUEUED,
        "queued_at": now,
        "due_at": due_at,
        "not_after": not_after,
        "attempts": 0,
    }
    fresh = _FRESH[session.get_bind().dialect.name]
    return session.execute(fresh, notice | more).first() is not None


def drop(session: Session, key: str, now: datetime) -> bool:
    """Take back a notice that is no longer wanted; False when it is on its way or unknown."""
    return session.execute(_DROP, {"this": key, "now": now}).first() is not None


def remind(  # noqa: PLR0913  whom of what, in which words, and how long before which moment
    session: Session,
    person_id: int,
    kind: str,
    key: str,
    now: datetime,
    facts: Mapping[str, object],
    *,
    anchor: str,
    at: datetime,
    offset: timedelta,
    obligation: str,
    late: Late = Late.AT_ONCE,
) -> bool:
    """Queue a reminder for `offset` (below nought) before `at`; return False when none is queued.

    It is of no use once `at` is over. One whose time is past already goes at once, or, with
    `Late.NEVER`, not at all. `obligation` names what one person is reminded of, such as
    `signup:34`; `anchor` what many may be, such as `shift:12` (see `move`).
    """
    due = at + offset
    if at <= now or (due < now and late is Late.NEVER):
        return False
    more = {
        "anchor": anchor,
        "offset_seconds": int(offset.total_seconds()),
        "obligation": obligation,
    }
    return queue(session, person_id, kind, key, now, facts, max(due, now), at, **more)


def move(
    session: Session,
    anchor: str,
    at: datetime,
    now: datetime,
    facts: Mapping[str, object] | None = None,
    late: Late = Late.AT_ONCE,
) -> int:
    """Give every queued reminder of an anchor another moment; return how many still will go.

    Each keeps its own offset. One whose time is past then goes at once, or dies (`Late.NEVER`);
    all die when the moment itself is over. `facts` replace those of the same names. Reminders
    that were sent already are not the outbox's to repeat: whoever moves queues new ones.
    """
    mine = _notice.anchor == anchor, _notice.state == NoticeState.QUEUED
    offsets = session.scalars(select(_notice.offset_seconds).where(*mine).distinct()).all()
    moved = 0
    for seconds in offsets:
        due = at + timedelta(seconds=seconds or 0)
        same = *mine, _notice.offset_seconds.is_not_distinct_from(seconds)
        if at <= now or (due < now and late is Late.NEVER):
            _drop_all(session, now, *same)
            continue
        changed: dict[str, Any] = {"due_at": max(due, now), "not_after": at}
        if facts:
            changed["facts"] = words.merged(session, facts)
        again = update(Notice.__table__).where(*same).values(changed)
        moved += _rows(session.execute(again))
    return moved


def reword(session: Session, anchors: list[str], facts: Mapping[str, object]) -> None:
    """Replace facts of every queued reminder of these anchors; their time stays."""
    session.execute(
        update(Notice.__table__)
        .where(_notice.anchor.in_(anchors), _notice.state == NoticeState.QUEUED)
        .values(facts=words.merged(session, facts))
    )


def drop_anchor(session: Session, anchor: str, now: datetime) -> int:
    """Drop every queued reminder of an anchor, which is no more; return how many there were."""
    return _drop_all(session, now, _notice.anchor == anchor)


def drop_obligation(session: Session, obligation: str, now: datetime) -> int:
    """Drop what one person should still be reminded of, which they need not any more."""
    return _drop_all(session, now, _notice.obligation == obligation)


def drop_obligations(session: Session, chosen: Select[str], now: datetime) -> int:
    """Drop the same of each of these obligations. One statement, over what waits alone."""
    return _drop_all(session, now, OPEN, _notice.obligation.in_(chosen))


def drop_kind(session: Session, person_id: int, kind: str, now: datetime) -> int:
    """Drop whatever of a kind still waits for somebody."""
    return _drop_all(session, now, _notice.person_id == person_id, _notice.kind == kind)


def release(session: Session, obligation: str) -> None:
    """Let nobody put off any more what was told of an obligation, which is done with."""
    told = _notice.obligation == obligation, _notice.anchor.is_not(None)
    session.execute(update(Notice.__table__).where(*told).values(anchor=None))


def _drop_all(session: Session, now: datetime, *which: Any) -> int:
    dropped = session.execute(
        update(Notice.__table__)
        .where(_notice.state == NoticeState.QUEUED, *which)
        .values(state=NoticeState.DROPPED, settled_at=now, outcome=NOT_WANTED)
    )
    return _rows(dropped)


def _rows(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
