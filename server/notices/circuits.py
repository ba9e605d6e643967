"""Ways that WeChat has closed to everybody: nobody knocks there until they are open again.

A day's quota closes an API until midnight in Beijing, a minute's until the next minute; a ban
closes it until staff have seen to it (`reopen`); wrong settings close all ways of an app for a
minute, after which it is tried anew.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.notices import due
from server.notices.channels import Route
from server.notices.models import Circuit, Notice, NoticeState
from server.wechat.errors import CallRejected, Misconfigured, RateLimited, WechatError

log = logging.getLogger(__name__)

COOL_DOWN = timedelta(minutes=1)
LOOK_AGAIN = timedelta(minutes=10)
"""How long a notice waits before a closed way without an end is looked at again: another way may
have opened meanwhile."""
WAITS = "waits: "

_notice = Notice.__table__.c
_circuit = Circuit.__table__.c


class Closure(NamedTuple):
    """A way that is closed, until a moment or (None) until staff open it; `since` once kept."""

    way: str
    until: datetime | None
    code: int | None
    reason: str
    since: datetime | None = None


Closed = Mapping[str, Closure]


def names(route: Route) -> tuple[str, ...]:
    """Return under which names a route may be closed, the widest first."""
    way = f"{route.app}:{route.way}"
    return (route.app, way, f"{way}:{route.template_id}") if route.template_id else (route.app, way)


def closed(session: Session, now: datetime) -> dict[str, Closure]:
    """Return what is closed at this moment. One statement."""
    still = or_(_circuit.closed_until.is_(None), _circuit.closed_until > now)
    rows = session.execute(
        select(
            *(_circuit.way, _circuit.closed_until, _circuit.code, _circuit.reason),
            _circuit.opened_at,
        )
        .where(still)
        .order_by(_circuit.way)
    )
    return {row.way: Closure(*row) for row in rows}


def closure_of(route: Route, error: WechatError, now: datetime) -> Closure | None:
    """Return what WeChat's answer closes to everybody, if anything."""
    app, way, *template = names(route)
    found = error.code, type(error).__name__
    if isinstance(error, Misconfigured):
        return Closure(app, now + COOL_DOWN, *found)
    if isinstance(error, RateLimited) and not error.for_one:
        return Closure(way, error.until, *found)
    if isinstance(error, CallRejected) and error.dead_channel:
        banned = template[0] if error.dead_template and template else way
        return Closure(banned, None, *found)
    return None


def close(session: Session, closures: Iterable[Closure], now: datetime) -> None:
    """Close ways, and tell the log once; what is closed for longer already stays so."""
    for closure in closures:
        if _close(session, closure, now):
            _tell(closure)


def reopen(session: Session, way: str, now: datetime) -> bool:
    """Open a way again, and let what waits for it go at once; False when it was not closed."""
    opened = session.execute(
        delete(Circuit.__table__).where(_circuit.way == way).returning(_circuit.way)
    )
    if opened.first() is None:
        return False
    waiting = and_(
        due.OPEN,
        _notice.state == NoticeState.QUEUED,
        _notice.due_at > now,
        _notice.outcome.startswith(WAITS),
        _notice.outcome.contains(way, autoescape=True),
    )
    session.execute(update(Notice.__table__).where(waiting).values(due_at=now))
    return True


def _close(session: Session, closure: Closure, now: datetime) -> bool:
    entry = insert_into(session, Circuit).values(
        way=closure.way,
        code=closure.code,
        reason=closure.reason,
        opened_at=now,
        closed_until=closure.until,
    )
    mine, stands = entry.excluded.closed_until, _circuit.closed_until
    longer = and_(stands.is_not(None), or_(mine.is_(None), mine > stands))
    changed = entry.on_conflict_do_update(
        index_elements=["way"],
        set_={
            name: entry.excluded[name] for name in ("code", "reason", "opened_at", "closed_until")
        },
        where=longer,
    ).returning(_circuit.way)
    return session.execute(changed).first() is not None


def _tell(closure: Closure) -> None:
    until = f"until {closure.until.isoformat()}" if closure.until else "until staff open it"
    level = logging.CRITICAL if closure.reason == Misconfigured.__name__ else logging.ERROR
    log.log(level, "the way %s is closed %s: code %s", closure.way, until, closure.code)
