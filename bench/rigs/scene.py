"""Shifts that run just now, with people who have a place and somebody who leads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from bench.clerks import Clerk, seat
from bench.district import CODE, log_in, opened
from server.people.models import Channel, Role
from server.volunteers.models import (
    Activity,
    ActivityState,
    Field,
    Shift,
    Signup,
    SignupState,
    TeamKind,
)

BEGUN, LASTS = timedelta(minutes=20), timedelta(hours=4)


@dataclass(frozen=True)
class Cast:
    """The people of a scene: their mini-programs by id, and the clerk who leads."""

    tokens: dict[int, str]
    clerk: Clerk


@dataclass(frozen=True)
class Running:
    """A shift that runs now, and each person's sign-up."""

    shift_id: int
    starts_at: datetime
    signups: dict[int, int]


def cast(url: str, people: int) -> Cast:
    """Let everybody log in; the last of them becomes the clerk of the district."""
    tokens = dict(zip(range(1, people + 1), log_in(url, range(1, people + 1)), strict=True))
    with opened(url) as database, database.transaction() as session:
        return Cast(tokens, seat(session, people, Role.COMMUNITY_WORKER, CODE))


def begin(url: str, people: Sequence[int], shifts: int) -> list[Running]:
    """Let so many shifts begin at the same time, in each of which all these people have a place."""
    now = datetime.now(UTC)
    with opened(url) as database, database.transaction() as session:
        newest = session.scalar(select(func.max(Activity.number))) or 0
        return [_begin(session, newest + at, people, now) for at in range(1, shifts + 1)]


def _begin(session: Any, number: int, people: Sequence[int], now: datetime) -> Running:
    starts_at, ends_at = now - BEGUN, now - BEGUN + LASTS
    activity = session.execute(
        insert(Activity)
        .values(
            number=number,
            title=f"社区服务示例{number}",
            field=Field.CONVENIENCE,
            team=TeamKind.OTHER,
            area_id=1,
            place="示例社区活动室",
            leader_name="示例·王芳",
            risk_note="请量力而行，听从带队人安排。",
            state=ActivityState.OPEN,
            closes_at=starts_at,
            ends_at=ends_at,
            created_at=now,
        )
        .returning(Activity.id)
    ).scalar_one()
    moments = dict.fromkeys(("opens_at", "closes_at", "free_cancel_until"), starts_at)
    shift = session.execute(
        insert(Shift)
        .values(
            activity_id=activity,
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=len(people),
            taken=len(people),
            **moments,
        )
        .returning(Shift.id)
    ).scalar_one()
    common = {"shift_id": shift, "state": SignupState.CONFIRMED, "channel": Channel.CHAT}
    common |= {"created_at": now, "changed_at": now}
    rows = [common | {"person_id": person} for person in people]
    session.execute(insert(Signup), rows)
    found = select(Signup.person_id, Signup.id).where(Signup.shift_id == shift)
    return Running(shift, starts_at, {person: id_ for person, id_ in session.execute(found)})
