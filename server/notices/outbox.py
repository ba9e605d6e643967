"""The outbox: what somebody must hear of, stored with the work it tells of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.notices import rendering
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeState
from server.notices.rendering import spelled

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
    .values(state=NoticeState.DROPPED, settled_at=bindparam("now"), outcome="not wanted any more")
    .returning(_notice.id)
)


def queue(  # noqa: PLR0913  the interface of every work that tells somebody something
    session: Session,
    person_id: int,
    kind: str,
    key: str,
    now: datetime,
    facts: Mapping[str, object],
    due_at: datetime | None = None,
    not_after: datetime | None = None,
) -> bool:
    """Queue a notice in the caller's transaction; return False when `key` was queued before.

    `kind` is one of `kinds.KINDS`; a fact that it bears and `facts` lack, or that is no moment,
    day or number where it must be one, is a mistake of ours (`ValueError`).
    Facts are spelled at once, because a moment put through JSON no longer is one. The notice
    goes out from `due_at` (now unless told) and is dropped after `not_after` (the life of its
    kind unless told).
    """
    rendering.check(KINDS[kind], facts)
    due = due_at or now
    notice = {
        "key": key,
        "person_id": person_id,
        "kind": kind,
        "facts": spelled(facts),
        "state": NoticeState.QUEUED,
        "queued_at": now,
        "due_at": due,
        "not_after": not_after or due + KINDS[kind].life,
        "attempts": 0,
    }
    fresh = _FRESH[session.get_bind().dialect.name]
    return session.execute(fresh, notice).first() is not None


def drop(session: Session, key: str, now: datetime) -> bool:
    """Take back a notice that is no longer wanted; False when it is on its way or unknown."""
    return session.execute(_DROP, {"this": key, "now": now}).first() is not None
