"""What somebody will be reminded of, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.notices import Notices
from server.notices import quiet, rendering, templates
from server.notices.kinds import KINDS, Audience
from server.notices.models import Notice, NoticeState

MOST = 10

_notice = Notice.__table__.c


class Coming(NamedTuple):
    """A reminder that waits: when it is told, its first line, and all of it."""

    at: datetime
    title: str
    text: str


def of(session: Session, person_id: int, now: datetime, *, hours: Notices) -> Sequence[Coming]:
    """Return what a person will be reminded of, the soonest first, at most ten.

    The moments are those at which it may be told. Two statements, however many there are, and
    those of the works that know riders.
    """
    rows = session.execute(
        select(_notice.kind, _notice.facts, _notice.due_at)
        .where(
            _notice.person_id == person_id,
            _notice.state == NoticeState.QUEUED,
            _notice.obligation.is_not(None),
            _notice.kind.in_(KINDS),
            _notice.not_after > now,
        )
        .order_by(_notice.due_at, _notice.id)
        .limit(MOST)
    ).all()
    said = templates.in_force(session, {row.kind for row in rows})
    riding = bool(quiet.riders(session, [person_id]))
    found = []
    for kind_name, facts, due_at in rows:
        kind = KINDS[kind_name]
        audience = Audience.RIDER if riding else kind.audience
        at = quiet.told_at(hours, audience, person_id, max(due_at, now))
        text = rendering.chat_text(said[kind_name], facts)
        found.append(Coming(at, text.partition("\n")[0], text))
    return found
