"""What staff do with notices: let one go once more, stop one, open a way that WeChat closed.

Each is decided by one conditional write, so that it is right also while workers send, and may be
asked for twice: the second time changes nothing and is no mistake. Staff who do these see no more
of anybody for it; what was done stands in the trail.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, null, or_, select, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.notices import causes, circuits, hindrances, scope
from server.notices.due import AT_MOST_ONCE
from server.notices.hindrances import NoticeMissing, OnItsWay, OverAlready
from server.notices.models import Notice, NoticeState
from server.notices.openness import OPEN_TO_STAFF
from server.notices.results import Result
from server.notices.verdicts import Why
from server.people.models import Person
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

_notice = Notice.__table__.c

REFUSED = _notice.outcome.startswith(causes.REFUSED, autoescape=True)


def retry(session: Session, reach: Reach, notice_id: int, now: datetime) -> bool:
    """Queue a notice once more that could not be sent; False when it goes or went already.

    Its attempts begin anew. Refused when its life is over, when the person wants no notices or
    was erased, when it was dropped, when WeChat has told that it arrived, and, where it is told
    at most once, unless it certainly was not sent.
    """
    reach.require_any(Right.STEER_NOTICES)
    found = _found(session, reach, notice_id)
    if (hindrance := hindrances.of(session, found, now)) is not None:
        raise hindrance
    again = (
        update(Notice.__table__)
        .where(_notice.id == notice_id, *_may_go_again(now))
        .values(_afresh(now))
        .returning(_notice.id)
    )
    if session.execute(again).first() is not None:
        _note(session, reach, "notice.retried", found, now)
        return True
    stands = _found(session, reach, notice_id)
    if (hindrance := hindrances.of(session, stands, now)) is not None:
        raise hindrance
    return False


def stop(session: Session, reach: Reach, notice_id: int, now: datetime) -> bool:
    """Drop a notice whose send has not begun; False when staff had stopped it already.

    It holds at once, also for a notice that a worker has claimed: the claim is lost, and whoever
    begins to send asks for it last. Refused when the send has begun or the notice is over.
    """
    reach.require_any(Right.STEER_NOTICES)
    found = _found(session, reach, notice_id)
    dropped = (
        update(Notice.__table__)
        .where(_notice.id == notice_id, _is_idle())
        .values(state=NoticeState.DROPPED, settled_at=now, outcome=Why.STOPPED, credit_id=None)
        .returning(_notice.id)
    )
    if session.execute(dropped).first() is not None:
        _note(session, reach, "notice.stopped", found, now)
        return True
    stands = _found(session, reach, notice_id)
    if stands.outcome == Why.STOPPED:
        return False
    raise OnItsWay if stands.state == NoticeState.SENDING else OverAlready


def reopen(session: Session, reach: Reach, way: str, now: datetime) -> bool:
    """Open a way again that WeChat has closed to everybody; False when it was open already.

    For whoever has the right in the whole district, since it is open to all then.
    """
    reach.require_any(Right.STEER_NOTICES)
    if not scope.is_everywhere(reach, Right.STEER_NOTICES):
        raise OutOfReach
    if not circuits.reopen(session, way, now):
        return False
    trail.record(session, reach.person_id, "circuit.reopened", ("circuit", None), now, way=way)
    return True


def _is_idle() -> ColumnElement[bool]:
    """Return the condition that says the same as `hindrances.may_stop`."""
    unbegun = and_(_notice.state == NoticeState.SENDING, _notice.channel.is_(None))
    return or_(_notice.state == NoticeState.QUEUED, unbegun)


def _may_go_again(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        _notice.state.in_(hindrances.FAILED),
        or_(_notice.not_after.is_(None), _notice.not_after > now),
        or_(_notice.result.is_(None), _notice.result != Result.DELIVERED),
        or_(_notice.kind.not_in(AT_MOST_ONCE), _notice.channel.is_(None), REFUSED),
        exists().where(Person.id == _notice.person_id, Person.erased_at.is_(None)),
    )


def _afresh(now: datetime) -> dict[str, Any]:
    """Return what queues it anew; by which way it may have gone stays known to the worker."""
    return {
        "state": NoticeState.QUEUED,
        "due_at": now,
        "attempts": 0,
        "outcome": causes.AGAIN,
        "settled_at": None,
        "message_id": None,
        "result": None,
        "result_at": None,
        "digest_id": None,
        "channel": case((REFUSED, null()), else_=_notice.channel),
    }


def _found(session: Session, reach: Reach, notice_id: int) -> Row[Any]:
    mine = _notice.id == notice_id, OPEN_TO_STAFF, *scope.within(reach, Right.STEER_NOTICES)
    found = session.execute(select(Notice.__table__).where(*mine)).first()
    if found is None:
        raise NoticeMissing
    return found


def _note(session: Session, reach: Reach, action: str, found: Row[Any], now: datetime) -> None:
    facts = {"kind": found.kind, "attempts": found.attempts}
    trail.record(session, reach.person_id, action, ("notice", found.id), now, **facts)
