"""What was told, in the same words again: each notice with what went along in its message."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from config.wording import say
from server.notices import rendering, templates
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeState
from server.notices.rendering import Line

_notice = Notice.__table__.c

Facts = Mapping[str, str]
Speak = Callable[[Row[Any], Facts], Line]


def lines(session: Session, rows: Sequence[Row[Any]]) -> list[Line]:
    """Return each notice as its person reads it in the inbox, in the version it was sent in.

    What never was sent is told in the words in force. The rows bear `id`, `kind`, `facts` and
    `version`, and are of `KINDS`. At most three statements, however many there are.
    """
    if not rows:
        return []
    along = _along(session, [row.id for row in rows])
    speak = _speaker(session, [*rows, *(each for group in along.values() for each in group)])
    return [_line([row, *along.get(row.id, ())], speak) for row in rows]


def _along(session: Session, carriers: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Return what went along in the messages of these notices, in its order."""
    with_them: Select[Any] = (
        select(_notice.digest_id, _notice.kind, _notice.facts, _notice.version)
        .where(
            _notice.digest_id.in_(carriers),
            _notice.state == NoticeState.SENT,
            _notice.kind.in_(KINDS),
        )
        .order_by(_notice.due_at, _notice.id)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in session.execute(with_them):
        found.setdefault(row.digest_id, []).append(row)
    return found


def _speaker(session: Session, rows: Sequence[Row[Any]]) -> Speak:
    sent = {(row.kind, row.version) for row in rows if row.version is not None}
    known = templates.as_sent(session, sent)
    others = {row.kind for row in rows if (row.kind, row.version) not in known}
    now = templates.in_force(session, others) if others else {}

    def speak(row: Row[Any], facts: Facts) -> Line:
        return rendering.inbox(known.get((row.kind, row.version)) or now[row.kind], facts)

    return speak


def _line(told: Sequence[Row[Any]], speak: Speak) -> Line:
    """Return one notice as it is; several as one, numbered, without how each is put off."""
    if len(told) == 1:
        return speak(told[0], told[0].facts)
    texts = [speak(row, {**row.facts, rendering.HOW: ""}).text for row in told]
    numbered = "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
    return Line(
        say("inbox.together", count=len(told)),
        say("inbox.all_of_it", count=len(told), lines=numbered),
    )
