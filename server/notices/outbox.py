"""The outbox: what somebody must hear of, stored with the work it tells of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from config.wording import LOCAL, spell
from server.notices import rendering
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeState

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

    `kind` is one of `kinds.KINDS`; a fact that its sentence names and `facts` lack is a mistake.
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


def spelled(facts: Mapping[str, object]) -> dict[str, str]:
    """Write the facts as people read them; a moment also as a template's time field wants it.

    The second form stands under the name with `.time` behind it: `starts_at.time`.
    """
    words = {name: spell(fact) for name, fact in facts.items()}
    for name, fact in facts.items():
        if isinstance(fact, datetime):
            words[f"{name}.time"] = f"{fact.astimezone(LOCAL):%Y年%m月%d日 %H:%M}"
    return words
