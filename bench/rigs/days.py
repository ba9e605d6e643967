"""Days of service for the rig of minutes: who was where, written straight to the database."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import insert, select

from bench.district import insert_rows, opened
from config.wording import LOCAL
from server.people.models import Channel
from server.volunteers.models import (
    Activity,
    ActivityState,
    Attendance,
    Field,
    Route,
    Shift,
    Signup,
    SignupState,
    TeamKind,
)

AGO = timedelta(days=3)
LENGTHS = (30, 60, 120, 240, 400)


@dataclass(frozen=True)
class Presence:
    """One person at one shift; moments in minutes from local midnight."""

    person: int
    shift: int
    attendance: int
    came: int
    left: int
    starts: int
    ends: int


def midnight() -> datetime:
    """Return the local midnight at which the day of all this service began."""
    day = (datetime.now(UTC) - AGO).astimezone(LOCAL).date()
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def at(minute: int) -> datetime:
    """Return the moment of a minute of that day."""
    return midnight() + timedelta(minutes=minute)


def fill(url: str, people: int, each: int, chance: random.Random) -> list[Presence]:
    """Let people be present at so many shifts each, and return that in the order of the shifts."""
    found = []
    for number in range(people * each):
        starts = chance.randrange(60, 1000)
        ends = starts + chance.choice(LENGTHS)
        came = max(starts + chance.randrange(-60, 90), 0)
        left = min(came + chance.randrange(0, 500), 1430)
        who = 1 + number % people
        found.append(Presence(who, number + 1, number + 1, came, max(came, left), starts, ends))
    with opened(url) as database:
        with database.transaction() as session:
            activity = session.scalars(
                insert(Activity).values(_activity(at(0))).returning(Activity.id)
            ).one()
            assert session.scalar(select(Shift.id).limit(1)) is None
        insert_rows(database, Shift.__table__, [_shift(one, activity) for one in found])
        insert_rows(database, Signup.__table__, [_signup(one) for one in found])
        insert_rows(database, Attendance.__table__, [_attendance(one) for one in found])
    return found


def _activity(then: datetime) -> dict[str, object]:
    return {
        "number": 1,
        "title": "社区服务示例",
        "field": Field.CONVENIENCE,
        "team": TeamKind.OTHER,
        "area_id": 1,
        "place": "示例社区活动室",
        "leader_name": "示例·王芳",
        "risk_note": "请量力而行，听从带队人安排。",
        "state": ActivityState.OPEN,
        "closes_at": then,
        "created_at": then,
    }


def _shift(one: Presence, activity: int) -> dict[str, object]:
    moments = dict.fromkeys(("opens_at", "closes_at", "free_cancel_until", "starts_at"))
    return {
        **{name: at(one.starts) for name in moments},
        "id": one.shift,
        "activity_id": activity,
        "ends_at": at(one.ends),
        "capacity": 1,
        "taken": 1,
    }


def _signup(one: Presence) -> dict[str, object]:
    return {
        "id": one.shift,
        "shift_id": one.shift,
        "person_id": one.person,
        "state": SignupState.CHECKED_OUT,
        "channel": Channel.CHAT,
        "created_at": at(one.came),
        "changed_at": at(one.left),
    }


def _attendance(one: Presence) -> dict[str, object]:
    return {
        "id": one.attendance,
        "signup_id": one.shift,
        "shift_id": one.shift,
        "person_id": one.person,
        "in_at": at(one.came),
        "in_route": Route.ROTATING_CODE,
        "out_at": at(one.left),
        "out_route": Route.ROTATING_CODE,
        "entered_at": at(one.came),
    }
