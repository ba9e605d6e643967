"""Hours that wait for their leader: reminded of twice, then told to the street (V10)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.audit import trail
from server.calendar import workdays
from server.notices import outbox, snoozing
from server.notices.snoozing import About
from server.people.models import Post, Role
from server.volunteers.hours import confirmers, rosters, settling
from server.volunteers.hours.confirmers import Held
from server.volunteers.hours.deadlines import TERMS
from server.volunteers.models import RecordState, ServiceRecord, Shift

record = ServiceRecord.__table__.c


def remind(session: Session, now: datetime) -> int:
    """Remind whoever leads a shift whose hours wait, on the 5th and 8th working day; count them.

    Each of the two is told once, however often this runs; a day on which nothing ran is made good.
    On days that are not worked nobody is reminded.
    """
    today = now.astimezone(LOCAL).date()
    if not workdays.is_workday(session, today):
        return 0
    steps = {
        day: workdays.add(session, today, TERMS.confirm_days - day) for day in TERMS.remind_days
    }
    told = 0
    for shift, due, count in _waiting(session, max(steps.values())):
        day = max(day for day, last in steps.items() if due <= last)
        leader = shift.leader_id or shift.team_leader_id
        if leader is not None and due >= today:
            told += _remind(session, leader, shift, day, (due, count), now)
    return told


def escalate(session: Session, now: datetime) -> int:
    """Tell the street of hours whose last working day has come, once; return how many records.

    It happens in the morning of that day, so that they can still be confirmed in time. Nothing is
    lost after it either: they stay in the queue until somebody decides.
    """
    today = now.astimezone(LOCAL).date()
    if not workdays.is_workday(session, today):
        return 0
    rows = session.execute(
        update(ServiceRecord.__table__)
        .where(
            record.state == RecordState.PENDING,
            record.due <= today,
            record.escalated_at.is_(None),
        )
        .values(escalated_at=now)
        .returning(record.shift_id, record.due)
    ).all()
    for shift_id in sorted({row.shift_id for row in rows}):
        mine = [row.due for row in rows if row.shift_id == shift_id]
        _tell_street(session, confirmers.of(session, shift_id), (min(mine), len(mine)), now)
    return len(rows)


def _waiting(session: Session, last: date) -> Iterator[tuple[Held, date, int]]:
    """Yield each shift with hours due by a day, when they are due, and how many."""
    waits: Any = (
        select(record.shift_id, func.min(record.due).label("due"), func.count().label("count"))
        .where(record.state == RecordState.PENDING, record.due <= last)
        .group_by(record.shift_id)
        .subquery()
    )
    found = confirmers.held().join(waits, waits.c.shift_id == Shift.id)
    for *shift, due, count in session.execute(
        found.add_columns(waits.c.due, waits.c.count).order_by(Shift.id)
    ).all():
        yield Held(*shift), due, count


def _remind(
    session: Session, leader: int, shift: Held, day: int, waits: tuple[date, int], now: datetime
) -> bool:
    """Queue the reminder of this step; it is dropped once no hours of the shift wait any more."""
    at = rosters.closing(waits[0])
    return outbox.remind(
        session,
        leader,
        "records.due",
        f"records.due:{shift.shift_id}:{day}",
        now,
        _facts(shift, *waits),
        anchor=settling.anchor(shift.shift_id),
        at=at,
        offset=now - at,
        obligation=settling.anchor(shift.shift_id),
    )


def _facts(shift: Held, due: date, count: int) -> dict[str, object]:
    return {
        "number": shift.number,
        "title": shift.title,
        "starts_at": shift.starts_at,
        "due": due,
        "count": count,
    }


def _tell_street(
    session: Session, shift: Held, due_and_count: tuple[date, int], now: datetime
) -> None:
    facts = _facts(shift, *due_and_count)
    for row in _operators(session, shift.path, now):
        key = f"records.escalated:{shift.shift_id}:{due_and_count[0]}:{row.person_id}"
        outbox.queue(session, row.person_id, "records.escalated", key, now, facts)
    trail.record(
        session,
        None,
        "records.escalated",
        ("shift", shift.shift_id),
        now,
        area_path=shift.path,
        count=due_and_count[1],
    )


def still(session: Session, _person_id: int, shift_id: str) -> About | None:
    """Return until when the hours of a shift are to be confirmed, and how many, if any wait."""
    due, count = session.execute(
        select(func.min(record.due), func.count()).where(
            record.shift_id == int(shift_id), record.state == RecordState.PENDING
        )
    ).one()
    return About(rosters.closing(due), {"due": due, "count": count}) if due else None


snoozing.STILL["records"] = still

_OPERATORS = (
    select(Post.person_id, Post.role)
    .join(Area, Area.id == Post.area_id)
    .where(
        Post.role.in_((Role.STREET_OPERATOR, Role.DISTRICT_OPERATOR)),
        Post.since <= bindparam("now"),
        or_(Post.until.is_(None), Post.until > bindparam("now")),
        func.substr(bindparam("path"), 1, func.length(Area.path)) == Area.path,
    )
    .distinct()
    .order_by(Post.person_id)
)


def _operators(session: Session, path: str, now: datetime) -> list[Any]:
    """Return the operators of the street; where it has none, those of the district."""
    rows: list[Any] = list(session.execute(_OPERATORS, {"path": path, "now": now}))
    street = [row for row in rows if row.role is Role.STREET_OPERATOR]
    return street or rows
