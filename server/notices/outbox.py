"""The outbox: what somebody must hear of, stored with the work it tells of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from config.wording import LOCAL, spell
from server.db import insert_into
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeState


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

    `kind` is one of `kinds.KINDS`. The facts are spelled at once, because a moment put through
    JSON no longer is one. It goes out from `due_at` (now unless told) and is dropped after
    `not_after` (the life of its kind unless told).
    """
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
    fresh = (
        insert_into(session, Notice).values(notice).on_conflict_do_nothing(index_elements=["key"])
    )
    return session.execute(fresh.returning(Notice.id)).first() is not None


def drop(session: Session, key: str, now: datetime) -> bool:
    """Take back a notice that is no longer wanted; False when it is on its way or unknown."""
    dropped = (
        update(Notice)
        .where(Notice.key == key, Notice.state == NoticeState.QUEUED)
        .values(state=NoticeState.DROPPED, settled_at=now, outcome="not wanted any more")
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(dropped).first() is not None


def spelled(facts: Mapping[str, object]) -> dict[str, str]:
    """Write the facts as people read them; a moment also as a template's time field wants it.

    The second form stands under the name with `.time` behind it: `starts_at.time`.
    """
    words = {name: spell(fact) for name, fact in facts.items()}
    for name, fact in facts.items():
        if isinstance(fact, datetime):
            words[f"{name}.time"] = f"{fact.astimezone(LOCAL):%Y年%m月%d日 %H:%M}"
    return words
